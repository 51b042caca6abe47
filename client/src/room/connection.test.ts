import { expect, test } from 'vitest';
import { backoffMs, earlyWaitMs } from './connection.ts';

test('knocking again slows down, but never beyond what a restart takes', () => {
  expect([1, 2, 3, 4, 5, 50].map((tries) => backoffMs(tries, 1))).toEqual([300, 600, 1200, 2400, 2500, 2500]);
});

test('chance spreads those who lost the house together', () => {
  expect(backoffMs(3, 0)).toBe(600);
});

test('an early guest knocks when the house said, and never stays away for long', () => {
  expect(earlyWaitMs(null)).toBe(20_000);
  expect(earlyWaitMs(42_000, 0)).toBe(42_000);
  expect(earlyWaitMs(0, 0)).toBe(1000);
  expect(earlyWaitMs(3_600_000, 0)).toBe(5 * 60_000);
});
