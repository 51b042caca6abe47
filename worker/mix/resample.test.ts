import { describe, expect, it } from 'vitest';
import { resample, TAPS_AFTER, TAPS_BEFORE } from './resample.ts';

/** Signal to noise in dB of a tone read at other places than its samples. */
function quality(hertz: number, step: number): number {
  const count = 48_000;
  const tone = (position: number): number => Math.sin((2 * Math.PI * hertz * position) / 48_000);
  const start = TAPS_BEFORE + 0.377;
  const signal = Float32Array.from({ length: count * step + 64 }, (_, n) => tone(n));
  const out = new Float32Array(count);
  resample(signal, start, step, out, 0, count);
  let power = 0;
  let error = 0;
  for (const [index, value] of out.entries()) {
    const truth = tone(start + index * step);
    power += truth * truth;
    error += (value - truth) ** 2;
  }
  return 10 * Math.log10(power / error);
}

describe('reading between samples', () => {
  it.each([
    [1000, 95],
    [8000, 85],
    [16_000, 75],
  ])('keeps a tone of %i Hz to %i dB, at a skew of 60 ppm', (hertz, decibels) => {
    expect(quality(hertz, 1 + 60e-6)).toBeGreaterThan(decibels);
    expect(quality(hertz, 1 - 1500e-6)).toBeGreaterThan(decibels);
  });

  it('at the samples themselves gives the samples, bit for bit', () => {
    const signal = Float32Array.from({ length: 200 }, (_, n) => Math.fround(Math.sin(n * n)));
    const out = new Float32Array(100);
    resample(signal, 40, 1, out, 0, 100);
    expect(out).toEqual(signal.slice(40, 140));
  });

  it('touches no more of the signal than it says', () => {
    const out = new Float32Array(10);
    resample(new Float32Array(TAPS_BEFORE + 10 + TAPS_AFTER).fill(1), TAPS_BEFORE + 0.5, 1, out, 0, 10);
    expect([...out].map((value) => Math.round(value * 1e6) / 1e6)).toEqual(Array(10).fill(1));
  });
});
