import { describe, expect, test } from 'vitest';
import { calmed, nothingYet, type Calm } from './calm.ts';

const PATIENCE = { afterMs: 2000, atLeastMs: 5000 };

/** What is shown after each of the looks: what is so, and when. */
function shown(looks: readonly (readonly ['weak' | 'muted' | null, number])[]): (string | null)[] {
  let state: Calm<'weak' | 'muted'> = nothingYet(0);
  return looks.map(([is, now]) => {
    state = calmed(state, is, now, PATIENCE);
    return state.shown;
  });
}

describe('a fact that may flicker', () => {
  test('is shown once it has lasted', () => {
    const looks = [
      ['weak', 0],
      ['weak', 1999],
      ['weak', 2000],
    ] as const;
    expect(shown(looks)).toEqual([null, null, 'weak']);
  });

  test('is not shown when it comes and goes', () => {
    const looks = [
      ['weak', 0],
      [null, 1500],
      ['weak', 1600],
      ['weak', 3500],
      [null, 3600],
    ] as const;
    expect(shown(looks)).toEqual([null, null, null, null, null]);
  });

  test('stays for a while once shown, and then goes at once', () => {
    const looks = [
      ['weak', 0],
      ['weak', 2000],
      [null, 2100],
      [null, 6999],
      [null, 7000],
    ] as const;
    expect(shown(looks)).toEqual([null, 'weak', 'weak', 'weak', null]);
  });

  test('gives way to another that lasts', () => {
    const looks = [
      ['weak', 0],
      ['weak', 2000],
      ['muted', 3000],
      ['muted', 6000],
      ['muted', 7000],
    ] as const;
    expect(shown(looks)).toEqual([null, 'weak', 'weak', 'weak', 'muted']);
  });
});
