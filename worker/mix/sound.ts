/**
 * A track's sound on the sender's own count of samples: decoded packet by packet as it is asked for, holes filled as
 * `holes.ts` says. Read forwards only, so that hours fit into a buffer of seconds.
 */
import type { Piece } from './align.ts';
import type { Decoder } from './decoder.ts';
import { holeAfter } from './holes.ts';
import { concealmentFor, MAX_PACKET_SAMPLES, SAMPLE_RATE } from './opus.ts';
import type { Track } from './packets.ts';

/** Sound that begins or ends in digital silence is faded over 5 ms, so that it does not click. */
export const FADE_SAMPLES = 240;

/** What is read at once, at most. */
const MAX_READ_SAMPLES = 6 * SAMPLE_RATE;
/** One packet, and the longest hole that is concealed after it. */
const MAX_STEP_SAMPLES = MAX_PACKET_SAMPLES + 2 * SAMPLE_RATE;

export interface Undecodable {
  readonly piece: Piece;
  readonly index: number;
}

export interface TrackSound {
  /** Goes to the beginning of a piece; pieces come in order. The decoder goes on as the sender's encoder did. */
  begin(piece: Piece): void;
  /** Samples `from` to `to` of the sender's count; valid until the next call. `from` never falls within a piece. */
  read(from: number, to: number): Float32Array;
  readonly undecodable: readonly Undecodable[];
}

export function createTrackSound(track: Track, decoder: Decoder): TrackSound {
  const buffer = new Float32Array(MAX_READ_SAMPLES + MAX_STEP_SAMPLES);
  const undecodable: Undecodable[] = [];
  let piece: Piece | null = null;
  let next = 0;
  /** The position of `buffer[0]`, and the one up to which the buffer is filled. */
  let base = 0;
  let ready = 0;
  let isAfterSilence = false;

  const put = (samples: Float32Array, position: number): void => {
    const hidden = Math.max(0, base - position);
    if (hidden < samples.length) buffer.set(samples.subarray(hidden), position + hidden - base);
    ready = Math.max(ready, position + samples.length);
  };

  /** The decoder's guess for `samples` samples from `position` on. */
  const conceal = (toc: number, position: number, samples: number): void => {
    let done = 0;
    for (const concealment of concealmentFor(toc, samples)) {
      const guess = decoder.decode(concealment.packet) ?? new Float32Array(concealment.samples);
      put(guess.subarray(0, samples - done), position + done);
      done += guess.length;
    }
  };

  const fadeOut = (end: number, room: number): void => {
    const length = Math.min(FADE_SAMPLES, room);
    for (let index = 0; index < length; index += 1) {
      const at = end - 1 - index - base;
      if (at >= 0) buffer[at] = (buffer[at] ?? 0) * ((index + 0.5) / length);
    }
  };

  const fadeIn = (start: number, room: number): void => {
    const length = Math.min(FADE_SAMPLES, room);
    for (let index = 0; index < length; index += 1) {
      const at = start + index - base;
      if (at >= 0) buffer[at] = (buffer[at] ?? 0) * ((index + 0.5) / length);
    }
  };

  const decodeNext = (current: Piece): void => {
    const index = next;
    next += 1;
    const start = track.timestamp[index] ?? 0;
    const samples = track.samples[index] ?? 0;
    const payload = track.payload(index);
    const decoded = decoder.decode(payload);
    if (decoded !== null && decoded.length === samples) {
      put(decoded, start);
    } else {
      undecodable.push({ piece: current, index });
      conceal(payload[0] ?? 0, start, samples);
    }
    if (isAfterSilence) fadeIn(start, samples);
    isAfterSilence = false;

    const hole = next < current.to ? holeAfter(track, index) : null;
    if (hole === null) return;
    conceal(payload[0] ?? 0, hole.from, hole.concealed);
    if (hole.concealed < hole.samples) {
      fadeOut(hole.from + hole.concealed, hole.concealed > 0 ? hole.concealed : samples);
      isAfterSilence = true;
    }
  };

  const fill = (to: number): void => {
    while (ready < to) {
      const start = piece !== null && next < piece.to ? (track.timestamp[next] ?? 0) : to;
      if (piece !== null && next < piece.to && start <= ready) {
        decodeNext(piece);
        continue;
      }
      const silentTo = Math.min(start, to);
      buffer.fill(0, ready - base, silentTo - base);
      ready = silentTo;
    }
  };

  const discard = (before: number): void => {
    if (before <= base) return;
    buffer.copyWithin(0, before - base, ready - base);
    base = before;
  };

  return {
    undecodable,
    begin(from) {
      piece = from;
      next = from.from;
      base = track.timestamp[next] ?? 0;
      ready = base;
      isAfterSilence = false;
    },
    read(from, to) {
      if (ready === base && from < base) {
        base = from;
        ready = from;
      }
      while (ready < from) {
        fill(Math.min(from, base + MAX_READ_SAMPLES));
        discard(Math.min(from, ready));
      }
      discard(from);
      fill(to);
      return buffer.subarray(from - base, to - base);
    },
  };
}
