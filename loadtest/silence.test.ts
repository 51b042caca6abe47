import { describe, expect, it } from 'vitest';
import { ANALYSIS_RATE, locate } from './correlate.ts';
import { seededRandom } from './random.ts';
import { foundOf, loudestDb } from './silence.ts';

const random = seededRandom(5);
/** Twenty seconds that are never the same twice. */
const source = Float32Array.from({ length: 20 * ANALYSIS_RATE }, () => 0.4 * (random() - 0.5));
const pause = { fromMs: 6_000, toMs: 12_000 };
const silenced = source.map((sample, i) => (i >= 6 * ANALYSIS_RATE && i < 12 * ANALYSIS_RATE ? 0 : sample));

describe('a pause', () => {
  const search = { source, spokenAtMs: 0, stretch: pause, radiusMs: 3_000 };

  it('is digital silence when nothing at all is in it', () => {
    expect(loudestDb(silenced, pause)).toBeNull();
  });

  it('tells the loudest sample that is in it, but not what lies on its edges', () => {
    const faint = silenced.slice();
    faint[8 * ANALYSIS_RATE] = -0.001;
    faint[6 * ANALYSIS_RATE + 10] = 0.5;
    expect(loudestDb(faint, pause)).toBeCloseTo(-60, 1);
  });

  it('holds nothing of what was said in it', () => {
    expect(foundOf({ ...search, mix: silenced })).toEqual({ spoken: 3, found: 0 });
  });

  it('is found out when it was recorded after all, in its place or elsewhere', () => {
    expect(foundOf({ ...search, mix: source })).toEqual({ spoken: 3, found: 3 });
    const shifted = new Float32Array(source.length + ANALYSIS_RATE);
    shifted.set(source, ANALYSIS_RATE);
    expect(foundOf({ ...search, mix: shifted })).toEqual({ spoken: 3, found: 3 });
  });

  it('is not looked into when voices are located around it', () => {
    const found = locate({ source, mix: silenced, spokenAtMs: 0, radiusMs: 100, silences: [pause] });
    expect(found.windows.map(({ sourceSeconds }) => sourceSeconds)).toEqual([0, 12.5, 15]);
    expect(found.spoken).toBe(3);
  });
});
