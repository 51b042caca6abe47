import { expect, test } from 'vitest';
import { backoffMs } from './connection.ts';

test('knocking again slows down, but never beyond what a restart takes', () => {
  expect([1, 2, 3, 4, 5, 50].map((tries) => backoffMs(tries, 1))).toEqual([300, 600, 1200, 2400, 2500, 2500]);
});

test('chance spreads those who lost the house together', () => {
  expect(backoffMs(3, 0)).toBe(600);
});
