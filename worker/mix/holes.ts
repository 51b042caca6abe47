/** What is missing between two packets of a track, why, and what is put in its place. Pure. */
import { SAMPLE_RATE } from './opus.ts';
import type { Track } from './packets.ts';

/** `dtx`: the encoder was silent. `mute`: the sender sent nothing. `dropped`: the recorder did not write it. */
export type HoleCause = 'dtx' | 'mute' | 'loss' | 'dropped';

export interface Hole {
  readonly cause: HoleCause;
  /** In samples of the sender's count. */
  readonly from: number;
  readonly samples: number;
  /** So many samples of it are concealed by the decoder, from the beginning; the rest is digital silence. */
  readonly concealed: number;
}

/** A decoder's guess is worth something for so long; then silence is the truth. */
const CONCEALED_LOSS_SAMPLES = 0.2 * SAMPLE_RATE;
/** libopus speaks again every 400 ms during DTX; who sends nothing for a second has been muted. */
const LONGEST_DTX_SAMPLES = SAMPLE_RATE;
/** A gap is told in the journal when packets come again, or soon after. */
const TOLD_WITHIN_SECONDS = 1;

/** Between packet `index` and the one after it, which must lie on the same piece; null where nothing is missing. */
export function holeAfter(track: Track, index: number): Hole | null {
  const from = (track.timestamp[index] ?? 0) + (track.samples[index] ?? 0);
  const samples = (track.timestamp[index + 1] ?? 0) - from;
  if (samples <= 0) return null;

  const isContiguous = (track.seq[index + 1] ?? 0) - (track.seq[index] ?? 0) === 1;
  if (isContiguous) {
    return samples <= LONGEST_DTX_SAMPLES
      ? { cause: 'dtx', from, samples, concealed: samples }
      : { cause: 'mute', from, samples, concealed: 0 };
  }
  const since = track.arrival[index] ?? 0;
  const until = (track.arrival[index + 1] ?? 0) + TOLD_WITHIN_SECONDS;
  const isDropped = track.dropped.some(({ at }) => at >= since && at <= until);
  return {
    cause: isDropped ? 'dropped' : 'loss',
    from,
    samples,
    concealed: Math.min(samples, CONCEALED_LOSS_SAMPLES),
  };
}
