import { describe, expect, it } from 'vitest';
import { createLimiter } from './limiter.ts';
import { createRandom } from './simulate.ts';

const CEILING = 0.5;

/** In blocks of odd lengths, as a pipe gives them. */
function limited(sound: Float32Array): Float32Array {
  const limiter = createLimiter(CEILING);
  const all: number[] = [];
  for (let at = 0; at < sound.length; at += 777) all.push(...limiter.process(sound.subarray(at, at + 777)));
  all.push(...limiter.flush());
  return Float32Array.from(all);
}

function sound(seconds: number, at: (n: number) => number): Float32Array {
  return Float32Array.from({ length: seconds * 48_000 }, (_, n) => at(n));
}

/** The highest value of the wave through the samples, looked for at eight points between each two. */
function truePeak(samples: Float32Array): number {
  let most = 0;
  for (let n = 64; n < samples.length - 64; n += 1) {
    if (Math.abs(samples[n] ?? 0) < 0.5 * CEILING) continue;
    for (let step = 0; step < 8; step += 1) {
      let value = 0;
      for (let tap = -63; tap <= 64; tap += 1) {
        const distance = tap - step / 8;
        const sinc = distance === 0 ? 1 : Math.sin(Math.PI * distance) / (Math.PI * distance);
        value += sinc * Math.cos((Math.PI * distance) / 130) ** 2 * (samples[n + tap] ?? 0);
      }
      most = Math.max(most, Math.abs(value));
    }
  }
  return most;
}

describe('the limiter', () => {
  it('changes nothing that is below the ceiling, not a bit, and not the length', () => {
    const speech = sound(1, (n) => 0.4 * Math.sin(n / 20));
    expect(limited(speech)).toEqual(speech);
  });

  it('keeps bursts of chance below the ceiling, and what is far from them untouched', () => {
    const random = createRandom(7);
    const bursts = sound(2, (n) => (n % 48_000 < 4_800 ? 4 : 0.2) * (2 * random() - 1));
    const out = limited(bursts);
    expect(out.length).toBe(bursts.length);
    expect(out.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThanOrEqual(
      CEILING + 1e-6,
    );
    const quiet = [40_000, 47_500] as const;
    out.subarray(...quiet).forEach((value, n) => expect(value).toBeCloseTo(bursts[quiet[0] + n] ?? 1, 3));
  });

  it('sees what lies between samples: a tone of a quarter of the rate, whose samples never show its height', () => {
    const tone = sound(0.2, (n) => 0.65 * Math.sin((Math.PI / 2) * n + Math.PI / 4));
    expect(tone.reduce((most, value) => Math.max(most, Math.abs(value)), 0)).toBeLessThan(CEILING);
    const out = limited(tone);
    expect(truePeak(tone)).toBeGreaterThan(0.64);
    expect(truePeak(out.subarray(1_000, 8_600))).toBeLessThan(CEILING * 1.02);
  });

  it('tells the true peak of what went in', () => {
    const limiter = createLimiter(CEILING);
    limiter.process(sound(0.2, (n) => 0.65 * Math.sin((Math.PI / 2) * n + Math.PI / 4)));
    limiter.flush();
    expect(limiter.truePeak()).toBeCloseTo(0.65, 1);
  });
});
