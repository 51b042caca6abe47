import { describe, expect, test } from 'vitest';
import { measure, meterShare, verdict, wentSilent, type Look } from './levels.ts';

const looks = (rmsDb: number, peakDb: number, forMs: number): Look[] =>
  Array.from({ length: forMs / 100 }, (_, i) => ({ at: i * 100, rmsDb, peakDb }));

describe('the verdict on a microphone', () => {
  test('speech is heard well as soon as it is there', () => {
    expect(verdict(looks(-30, -12, 600), 0, 600)).toBe('good');
  });

  test('nobody is told off before they had time to speak', () => {
    expect(verdict(looks(-90, -80, 2000), 0, 2000)).toBe('listening');
  });

  test('a faint voice, a silent microphone and a clipping one get different words', () => {
    expect(verdict(looks(-50, -35, 6000), 0, 6000)).toBe('quiet');
    expect(verdict(looks(-90, -80, 6000), 0, 6000)).toBe('silent');
    expect(verdict(looks(-6, 0, 6000), 0, 6000)).toBe('loud');
  });

  test('a pause for breath keeps the verdict, a long silence does not', () => {
    const spoke = looks(-30, -12, 2000);
    expect(verdict(spoke, 0, 5000)).toBe('good');
    expect(verdict(spoke, 0, 9000)).toBe('silent');
  });
});

describe('a microphone that went silent', () => {
  test('only unbroken digital zero counts, and only for long enough', () => {
    const zeros = looks(-Infinity, -Infinity, 6000);
    expect(wentSilent(zeros, 6000, 5000)).toBe(true);
    expect(wentSilent(zeros, 3000, 5000)).toBe(false);
    expect(wentSilent([...zeros, { at: 5900, rmsDb: -95, peakDb: -90 }], 6000, 5000)).toBe(false);
  });
});

describe('measuring', () => {
  test('a full-scale square wave is 0 dBFS, nothing is silence', () => {
    const square = new Float32Array([1, -1, 1, -1]);
    expect(measure(square, 7)).toEqual({ at: 7, rmsDb: 0, peakDb: 0 });
    expect(measure(new Float32Array(4), 7)).toEqual({ at: 7, rmsDb: -Infinity, peakDb: -Infinity });
  });

  test('the meter goes from nothing to full', () => {
    expect(meterShare(-Infinity)).toBe(0);
    expect(meterShare(-30)).toBe(0.5);
    expect(meterShare(3)).toBe(1);
  });
});
