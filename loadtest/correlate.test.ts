import { describe, expect, it } from 'vitest';
import { ANALYSIS_RATE, compare, createDecimator, locate } from './correlate.ts';
import { seededRandom } from './random.ts';

const seconds = 12;

/** Noise in bursts of half a second with a weak low end: as irregular as speech, and never the same twice. */
function talk(seed: number, turnOf: (second: number) => boolean): Float32Array {
  const random = seededRandom(seed);
  let last = 0;
  return Float32Array.from({ length: seconds * ANALYSIS_RATE }, (_, i) => {
    last = 0.7 * last + 0.3 * (random() - 0.5);
    return turnOf(Math.floor(i / ANALYSIS_RATE)) ? last : 0;
  });
}

/** Later by `ms`, fractions of a sample by linear interpolation. */
function later(sound: Float32Array, ms: (seconds: number) => number, length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => {
    const position = i - (ms(i / ANALYSIS_RATE) / 1_000) * ANALYSIS_RATE;
    const first = Math.floor(position);
    const part = position - first;
    return (1 - part) * (sound[first] ?? 0) + part * (sound[first + 1] ?? 0);
  });
}

const sum = (left: Float32Array, right: Float32Array): Float32Array =>
  left.map((sample, i) => 0.5 * (sample + (right[i] ?? 0)));

const rounded = (ms: number | null): number | null => (ms === null ? null : Math.round(ms * 10) / 10);

describe('locate', () => {
  const a = talk(1, (second) => second % 4 < 2);
  const b = talk(2, (second) => second % 4 >= 1);
  const length = (seconds + 1) * ANALYSIS_RATE;

  it('finds each voice in the sum of both, to a tenth of a millisecond', () => {
    const mix = sum(
      later(a, () => 112.3, length),
      later(b, () => 127.9, length),
    );
    const search = { mix, spokenAtMs: 100, radiusMs: 500 };
    const foundA = locate({ ...search, source: a });
    const foundB = locate({ ...search, source: b });
    expect([foundA, foundB].map(({ spoken, windows }) => [spoken, windows.length])).toEqual([
      [3, 3],
      [3, 3],
    ]);
    const { a: offsetA, b: offsetB, betweenMs, wanderMs } = compare(foundA, foundB);
    expect([offsetA, offsetB, betweenMs].map(rounded)).toEqual([12.3, 27.9, 15.6]);
    expect(wanderMs).toBeLessThan(0.05);
  });

  it('tells the whole change of a voice that jumps, unsmoothed', () => {
    const mix = later(a, (second) => (second < 5 ? 0 : 40), length);
    const found = locate({ source: a, mix, spokenAtMs: 0, radiusMs: 500 });
    expect(rounded(found.rangeMs && found.rangeMs.max - found.rangeMs.min)).toBe(40);
  });

  it('finds a voice of which the poles were swapped', () => {
    const mix = later(a, () => 3, length).map((sample) => -sample);
    expect(rounded(locate({ source: a, mix, spokenAtMs: 0, radiusMs: 100 }).offsetMs)).toBe(3);
  });

  it('does not find a voice that is not there, though another is', () => {
    const found = locate({ source: a, mix: later(b, () => 0, length), spokenAtMs: 0, radiusMs: 500 });
    expect(found).toEqual({ offsetMs: null, rangeMs: null, windows: [], spoken: 3 });
    expect(compare(found, found)).toEqual({ a: null, b: null, betweenMs: null, wanderMs: null });
  });

  it('does not find a voice further off than it looks', () => {
    const mix = later(a, () => 700, length);
    expect(locate({ source: a, mix, spokenAtMs: 0, radiusMs: 500 }).windows).toEqual([]);
  });

  it('does not look for silence, nor for what the recording is too short to hold', () => {
    const silent = new Float32Array(a.length);
    expect(locate({ source: silent, mix: a, spokenAtMs: 0, radiusMs: 100 }).spoken).toBe(0);
    const short = a.subarray(0, 6 * ANALYSIS_RATE);
    expect(locate({ source: a, mix: short, spokenAtMs: 0, radiusMs: 100 }).spoken).toBe(1);
  });
});

const tone = (hertz: number): Float32Array =>
  Float32Array.from({ length: 4_800 }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / 48_000));
const level = (sound: Float32Array): number =>
  Math.sqrt(sound.reduce((total, sample) => total + sample * sample, 0) / sound.length);

describe('createDecimator', () => {
  it('gives the same samples whatever the chunks were', () => {
    const sound = tone(440);
    const whole = createDecimator()(sound);
    const decimate = createDecimator();
    const pieces = [0, 1, 700, 2_001, 4_799].flatMap((from, i, starts) =>
      Array.from(decimate(sound.subarray(from, starts[i + 1] ?? sound.length))),
    );
    expect(pieces).toEqual([...whole]);
    expect(whole).toHaveLength(1_600);
  });

  it('keeps speech and takes away what would fold over', () => {
    expect(level(createDecimator()(tone(3_000)))).toBeCloseTo(Math.SQRT1_2, 1);
    expect(level(createDecimator()(tone(10_000)).subarray(50))).toBeLessThan(0.001);
  });
});
