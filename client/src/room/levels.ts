/** How loud a microphone is, and what that means in words. The judging is pure; only `createMeter` touches sound. */

/** One look at the sound, in decibels relative to full scale (dBFS); -Infinity is digital silence. */
export interface Look {
  readonly at: number;
  readonly rmsDb: number;
  readonly peakDb: number;
}

export type Verdict = 'listening' | 'good' | 'quiet' | 'loud' | 'silent';

/** Speech after the browser's gain control lies around -30 dBFS; a whisper or a far microphone below -42. */
const WELL_ABOVE_DB = -42;
/** Room noise with noise suppression stays below this. */
const HEARD_ABOVE_DB = -58;
const CLIPPED_ABOVE_DB = -0.3;
/** Judged over the last seconds, so that a pause for breath changes nothing. */
const JUDGED_OVER_MS = 5000;
const ENOUGH_LOUD_LOOKS = 3;
const ENOUGH_CLIPPED_LOOKS = 4;

/** What to tell somebody who speaks into a microphone since `since`. `looks` in order of time. */
export function verdict(looks: readonly Look[], since: number, now: number): Verdict {
  const recent = looks.filter(({ at }) => now - at <= JUDGED_OVER_MS);
  const count = (test: (look: Look) => boolean): number => recent.filter(test).length;
  if (count(({ peakDb }) => peakDb > CLIPPED_ABOVE_DB) >= ENOUGH_CLIPPED_LOOKS) return 'loud';
  if (count(({ rmsDb }) => rmsDb > WELL_ABOVE_DB) >= ENOUGH_LOUD_LOOKS) return 'good';
  if (now - since < JUDGED_OVER_MS) return 'listening';
  if (count(({ rmsDb }) => rmsDb > HEARD_ABOVE_DB) >= ENOUGH_LOUD_LOOKS) return 'quiet';
  return 'silent';
}

/** Something louder than a room was there, if only for a moment. */
export function looksLikeVoice(looks: readonly Look[]): boolean {
  return looks.some(({ rmsDb }) => rmsDb > HEARD_ABOVE_DB);
}

/** True when a live microphone gave nothing but digital zeros for so long: unplugged, hardware mute, or a stall. */
export function wentSilent(looks: readonly Look[], now: number, forMs: number): boolean {
  const first = looks[0];
  if (first === undefined || now - first.at < forMs) return false;
  return looks.every(({ at, peakDb }) => now - at > forMs || peakDb === -Infinity);
}

const FLOOR_DB = -60;

/** 0 to 1 for a meter: linear in decibels, because that is how loudness is felt. */
export function meterShare(rmsDb: number): number {
  return Math.min(1, Math.max(0, (rmsDb - FLOOR_DB) / -FLOOR_DB));
}

const toDb = (amplitude: number): number => (amplitude === 0 ? -Infinity : 20 * Math.log10(amplitude));

/** RMS and peak of one block of samples, -1 to 1. */
export function measure(samples: Float32Array, at: number): Look {
  let sum = 0;
  let peak = 0;
  for (const sample of samples) {
    sum += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return { at, rmsDb: toDb(Math.sqrt(sum / Math.max(1, samples.length))), peakDb: toDb(peak) };
}

export interface Meter {
  look(): Look;
  /** Idempotent. */
  close(): void;
}

/** Listens to a track without playing it. */
export function createMeter(context: AudioContext, track: MediaStreamTrack): Meter {
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  const samples = new Float32Array(analyser.fftSize);
  source.connect(analyser);
  return {
    look() {
      analyser.getFloatTimeDomainData(samples);
      return measure(samples, performance.now());
    },
    close() {
      source.disconnect();
    },
  };
}
