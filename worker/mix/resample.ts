/**
 * Reads a signal between its samples: windowed sinc, from a table made once. Pure, and exact enough to be far below
 * what Opus itself adds (32 taps: better than 75 dB up to 16 kHz, 100 dB at 1 kHz).
 */

const TAPS = 32;
/** Taps before the position; so many samples must be there before the first one asked for. */
export const TAPS_BEFORE = TAPS / 2 - 1;
export const TAPS_AFTER = TAPS / 2;
/** The nearest phase is taken. A phase changes so slowly that its row stays in the cache. */
const PHASES = 16_384;
/** Kaiser's β: side lobes under −90 dB. */
const BETA = 9;

const table = makeTable();

/**
 * Writes `count` samples to `out` from `outFrom` on: the values of `signal` at `position`, `position + step`, …
 * `signal` must reach TAPS_BEFORE samples before the first position and TAPS_AFTER after the last.
 */
export function resample(
  signal: Float32Array,
  position: number,
  step: number,
  out: Float32Array,
  outFrom: number,
  count: number,
): void {
  for (let index = 0; index < count; index += 1) {
    const at = position + index * step;
    const whole = Math.floor(at);
    let row = Math.round((at - whole) * PHASES) * TAPS;
    let from = whole - TAPS_BEFORE;
    let even = 0;
    let odd = 0;
    // Two sums and four taps a turn: a loop that V8 does in half the time.
    for (const end = row + TAPS; row < end; row += 4, from += 4) {
      even +=
        (signal[from] as number) * (table[row] as number) +
        (signal[from + 2] as number) * (table[row + 2] as number);
      odd +=
        (signal[from + 1] as number) * (table[row + 1] as number) +
        (signal[from + 3] as number) * (table[row + 3] as number);
    }
    out[outFrom + index] = even + odd;
  }
}

/** Row `p` holds the taps for a position p / PHASES after a sample; the last row is the first of the next sample. */
function makeTable(): Float32Array {
  const rows = new Float32Array((PHASES + 1) * TAPS);
  const taps = new Float64Array(TAPS);
  for (let phase = 0; phase <= PHASES; phase += 1) {
    let sum = 0;
    for (let tap = 0; tap < TAPS; tap += 1) {
      const away = tap - TAPS_BEFORE - phase / PHASES;
      const value = sinc(away) * kaiser(away / (TAPS / 2));
      taps[tap] = value;
      sum += value;
    }
    // A constant stays what it is.
    for (let tap = 0; tap < TAPS; tap += 1) rows[phase * TAPS + tap] = (taps[tap] ?? 0) / sum;
  }
  return rows;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

function kaiser(x: number): number {
  return Math.abs(x) >= 1 ? 0 : bessel0(BETA * Math.sqrt(1 - x * x)) / bessel0(BETA);
}

/** The modified Bessel function of order 0, by its series. */
function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-12; k += 1) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
