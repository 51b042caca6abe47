import { describe, expect, test } from 'vitest';
import { passedMark } from './happenings.ts';

const MINUTE = 60_000;

describe('the last minutes', () => {
  test('are told once, when they begin', () => {
    expect(passedMark(5 * MINUTE + 1, 5 * MINUTE, 50 * MINUTE)).toBe(5 * MINUTE);
    expect(passedMark(5 * MINUTE, 5 * MINUTE - 1, 50 * MINUTE)).toBeNull();
  });

  test('are not told again when the clock is turned back by an extension', () => {
    expect(passedMark(MINUTE - 1, 6 * MINUTE, 50 * MINUTE)).toBeNull();
  });

  test('a short conversation is not all warnings', () => {
    expect(passedMark(MINUTE + 1, MINUTE, 2 * MINUTE)).toBeNull();
  });
});
