import { expect, test } from 'vitest';
import { parseDuration } from './duration.ts';

test.each([
  ['50 min', 3_000_000],
  ['15 s', 15_000],
  ['14 d', 1_209_600_000],
  ['2400 ms', 2_400],
  ['1.5 h', 5_400_000],
  ['0 s', 0],
  ['5min', 300_000],
  ['0.0005 s', null],
  ['12.5 ms', 13],
  ['', null],
  ['50', null],
  ['50 minutes', null],
  ['-5 s', null],
  ['1e3 s', null],
  ['5  s', null],
  [' 5 s', null],
  ['Infinity s', null],
])('%j is %j ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
