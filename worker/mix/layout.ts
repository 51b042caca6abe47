/**
 * Which piece of which track is heard from which sample to which, and what is not heard, and why. Pure: made from
 * packets' times alone, before anything is decoded.
 */
import type { ParticipantSeat } from '../../server/domain/conversation.ts';
import { secondsOf, type Piece, type TrackAlignment } from './align.ts';
import { holeAfter, type HoleCause } from './holes.ts';
import { LOOK_AHEAD_SAMPLES, SAMPLE_RATE } from './opus.ts';
import type { Track } from './packets.ts';
import { sampleAt, type Pause } from './timeline.ts';

/** A piece on the timeline: samples `from` to `to` (exclusive) of the recording. */
export interface Placement {
  readonly track: Track;
  readonly piece: Piece;
  readonly from: number;
  readonly to: number;
}

/**
 * `stall`: the sender's capture stood still. `jump`: the sender's counter was set anew. `reconnect`: between two tracks.
 * `restart`: between two tracks, and the recorder was another process after it. `absent`: before the first track's
 * sound or after the last's. `never-sent`: there is no sound of this participant. `pause`: silence by rule.
 * `undecodable`: the decoder refused the packet.
 */
export type GapCause =
  | HoleCause
  | 'stall'
  | 'jump'
  | 'reconnect'
  | 'restart'
  | 'absent'
  | 'never-sent'
  | 'pause'
  | 'undecodable';

export interface Gap {
  /** Null: both. */
  readonly seat: ParticipantSeat | null;
  readonly cause: GapCause;
  readonly fromSeconds: number;
  readonly seconds: number;
  /** Of it filled by the decoder's guess or comfort noise; the rest is digital silence. */
  readonly concealedSeconds: number;
}

/** Shorter gaps are not told: two packets of the usual length. */
export const TOLD_GAP_SECONDS = 0.04;

/** One participant's pieces in the order of the timeline; where two meet, the later one wins. */
export function place(tracks: readonly Track[], alignments: readonly TrackAlignment[]): readonly Placement[] {
  const placements = tracks
    .flatMap((track, index) =>
      (alignments[index]?.pieces ?? []).map((piece) => ({ track, piece, ...extent(track, piece) })),
    )
    .toSorted((one, other) => one.from - other.from);
  return placements
    .map((placement, at) => ({
      ...placement,
      to: Math.min(placement.to, placements[at + 1]?.from ?? placement.to),
    }))
    .filter(({ from, to }) => to > from);
}

function extent(track: Track, piece: Piece): { readonly from: number; readonly to: number } {
  const last = piece.to - 1;
  const begins = track.timestamp[piece.from] ?? 0;
  const ends = (track.timestamp[last] ?? 0) + (track.samples[last] ?? 0);
  return {
    from: sampleAt(secondsOf(piece, begins - LOOK_AHEAD_SAMPLES)),
    to: sampleAt(secondsOf(piece, ends - LOOK_AHEAD_SAMPLES)),
  };
}

/** Where one participant's sound is missing; every gap, of any length, unclipped by pauses. */
export function gapsOf(
  seat: ParticipantSeat,
  placements: readonly Placement[],
  totalSeconds: number,
): readonly Gap[] {
  const gaps: Gap[] = [];
  const silent = (cause: GapCause, from: number, to: number): void => {
    if (to > from) {
      gaps.push({ seat, cause, fromSeconds: from, seconds: to - from, concealedSeconds: 0 });
    }
  };
  if (placements.length === 0) {
    silent('never-sent', 0, totalSeconds);
    return gaps;
  }
  let before: Placement | null = null;
  for (const placement of placements) {
    const from = placement.from / SAMPLE_RATE;
    if (before === null) silent('absent', 0, from);
    else silent(causeBetween(before, placement), before.to / SAMPLE_RATE, from);
    gaps.push(...holesOf(seat, placement));
    before = placement;
  }
  silent('absent', (before?.to ?? 0) / SAMPLE_RATE, totalSeconds);
  return gaps;
}

function causeBetween(before: Placement, after: Placement): GapCause {
  if (before.track === after.track) return after.piece.after === 'stall' ? 'stall' : 'jump';
  return before.track.bootId === after.track.bootId ? 'reconnect' : 'restart';
}

function holesOf(seat: ParticipantSeat, { track, piece, from, to }: Placement): readonly Gap[] {
  const gaps: Gap[] = [];
  for (let index = piece.from; index < piece.to - 1; index += 1) {
    const hole = holeAfter(track, index);
    if (hole === null) continue;
    const at = (position: number): number =>
      Math.min(
        to / SAMPLE_RATE,
        Math.max(from / SAMPLE_RATE, secondsOf(piece, position - LOOK_AHEAD_SAMPLES)),
      );
    const begins = at(hole.from);
    gaps.push({
      seat,
      cause: hole.cause,
      fromSeconds: begins,
      seconds: at(hole.from + hole.samples) - begins,
      concealedSeconds: at(hole.from + hole.concealed) - begins,
    });
  }
  return gaps;
}

/** The gaps worth telling, in order: within the recording, outside of pauses, and the pauses themselves. */
export function tellGaps(
  gaps: readonly Gap[],
  pauses: readonly Pause[],
  totalSeconds: number,
): readonly Gap[] {
  const told = pauses.map(({ from, to }): Gap => ({
    seat: null,
    cause: 'pause',
    fromSeconds: from,
    seconds: to - from,
    concealedSeconds: 0,
  }));
  return [...gaps.flatMap((gap) => outside(gap, pauses)), ...told]
    .flatMap((gap) => clip(gap, 0, totalSeconds))
    .filter(({ seconds }) => seconds >= TOLD_GAP_SECONDS)
    .toSorted(
      (one, other) => one.fromSeconds - other.fromSeconds || (one.seat ?? '').localeCompare(other.seat ?? ''),
    );
}

function outside(gap: Gap, pauses: readonly Pause[]): readonly Gap[] {
  let rest: readonly Gap[] = [gap];
  for (const { from, to } of pauses) {
    rest = rest.flatMap((piece) => [
      ...clip(piece, Number.NEGATIVE_INFINITY, from),
      ...clip(piece, to, Number.POSITIVE_INFINITY),
    ]);
  }
  return rest;
}

function clip(gap: Gap, from: number, to: number): readonly Gap[] {
  const begins = Math.max(gap.fromSeconds, from);
  const ends = Math.min(gap.fromSeconds + gap.seconds, to);
  if (ends <= begins) return [];
  const concealedTo = Math.min(ends, gap.fromSeconds + gap.concealedSeconds);
  return [
    {
      ...gap,
      fromSeconds: begins,
      seconds: ends - begins,
      concealedSeconds: Math.max(0, concealedTo - begins),
    },
  ];
}
