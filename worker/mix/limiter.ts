/**
 * A look-ahead true-peak limiter: no sample, nor what lies between two samples, gets above the ceiling; what is below
 * it is left alone. True peaks by four-fold interpolation, as ITU-R BS.1770-4 annex 2 has it.
 */
import { SAMPLE_RATE } from './opus.ts';

export interface Limiter {
  /** The limited sound so far; valid until the next call. What comes out is late, and in all as long as what went in. */
  process(sound: Float32Array): Float32Array<ArrayBuffer>;
  /** What was still held back. Nothing may be processed after it. */
  flush(): Float32Array<ArrayBuffer>;
  /** Of what went in, 1 is full scale. */
  truePeak(): number;
}

/** So long before a peak the gain begins to fall. */
const LOOK_AHEAD = 0.005 * SAMPLE_RATE;
/** So slowly it rises again. */
const RELEASE_SECONDS = 0.06;
const RELEASE = 1 - Math.exp(-1 / (RELEASE_SECONDS * SAMPLE_RATE));
/** Nearer to 1 than anybody can hear or 24 bits can tell. */
const SETTLED = 1 - 1e-7;

const PHASES = 4;
const HALF_TAPS = 8;
/** Between two samples that are so much below what matters nothing rises above it. */
const WORTH_LOOKING = 0.4;

/** Windowed sinc for each position between two samples. */
const INTERPOLATORS: readonly Float64Array[] = Array.from({ length: PHASES - 1 }, (_, phase) =>
  Float64Array.from({ length: 2 * HALF_TAPS }, (_unused, tap) => {
    const distance = tap - (HALF_TAPS - 1) - (phase + 1) / PHASES;
    const window = Math.cos((Math.PI * distance) / (2 * HALF_TAPS)) ** 2;
    return (window * Math.sin(Math.PI * distance)) / (Math.PI * distance);
  }),
);

/** Holds the look-ahead and the interpolator's reach. */
const RING = 1024;
const MASK = RING - 1;
const HELD = LOOK_AHEAD + HALF_TAPS;

/** `ceiling`: 1 is full scale. */
export function createLimiter(ceiling: number): Limiter {
  const sound = new Float64Array(RING);
  const gains = new Float64Array(RING).fill(1);
  let arrived = 0;
  let peak = 0;
  /** Gains that are wanted within the look-ahead, rising: the first is the lowest. */
  let wanted: { readonly at: number; readonly gain: number }[] = [];
  let gain = 1;
  let sum = LOOK_AHEAD + 1;
  let settledFor = LOOK_AHEAD + 1;
  let out = new Float32Array(0);

  /** The highest point from sample `n` to the one after it. */
  const peakAt = (n: number): number => {
    const here = Math.abs(sound[n & MASK] as number);
    const near = Math.max(here, Math.abs(sound[(n + 1) & MASK] as number));
    if (near <= WORTH_LOOKING * Math.min(ceiling, peak)) return here;
    let most = here;
    for (const taps of INTERPOLATORS) {
      let between = 0;
      for (let tap = 0; tap < taps.length; tap += 1) {
        between += (taps[tap] as number) * (sound[(n + tap - HALF_TAPS + 1) & MASK] as number);
      }
      most = Math.max(most, Math.abs(between));
    }
    return most;
  };

  /** The lowest gain that is wanted from `n - LOOK_AHEAD` to `n`. */
  const lowest = (n: number, here: number): number => {
    if (here < 1) {
      while ((wanted.at(-1)?.gain ?? 0) >= here) wanted.pop();
      wanted.push({ at: n, gain: here });
    }
    while ((wanted[0]?.at ?? n) < n - LOOK_AHEAD) wanted.shift();
    return wanted[0]?.gain ?? 1;
  };

  /** Takes a sample; answers the limited one of `HELD` samples ago. */
  const step = (sample: number): number => {
    sound[arrived & MASK] = sample;
    const n = arrived - HALF_TAPS;
    arrived += 1;
    const here = peakAt(n);
    if (here > peak) peak = here;
    const now = here <= ceiling && wanted.length === 0 ? 1 : lowest(n, Math.min(1, ceiling / here));
    gain = now < gain ? now : gain + RELEASE * (now - gain);
    if (gain > SETTLED && now === 1) gain = 1;
    // Rises and falls over the look-ahead: the mean of gains each of which is low enough for the peak.
    sum += gain - (gains[(n - LOOK_AHEAD - 1) & MASK] as number);
    gains[n & MASK] = gain;
    settledFor = gain === 1 ? settledFor + 1 : 0;
    if (settledFor > LOOK_AHEAD) sum = LOOK_AHEAD + 1;
    return ((sound[(n - LOOK_AHEAD) & MASK] as number) * sum) / (LOOK_AHEAD + 1);
  };

  const run = (samples: Float32Array): Float32Array<ArrayBuffer> => {
    if (out.length < samples.length) out = new Float32Array(samples.length);
    let made = 0;
    for (let index = 0; index < samples.length; index += 1) {
      const isSound = arrived >= HELD;
      const limited = step(samples[index] as number);
      if (isSound) {
        out[made] = limited;
        made += 1;
      }
    }
    return out.subarray(0, made);
  };

  return {
    process: run,
    flush() {
      const rest = run(new Float32Array(HELD));
      wanted = [];
      return rest;
    },
    truePeak: () => peak,
  };
}
