import { wait } from './time.ts';
import { describe, expect, test } from 'vitest';
import { leadingCount, length, moment, span } from './time.ts';

const MINUTE = 60_000;

describe('time in words', () => {
  test('whole minutes are told while there are more than two', () => {
    expect(span('en', 50 * MINUTE)).toBe('50 minutes');
    expect(span('en', 37 * MINUTE + 1)).toBe('38 minutes');
    expect(span('en', 2 * MINUTE + 1000)).toBe('3 minutes');
  });

  test('minutes and seconds are told in the last two', () => {
    expect(span('en', 2 * MINUTE)).toBe('2 minutes');
    expect(span('en', 119_000)).toBe('1 minute 59 seconds');
    expect(span('en', 61_000)).toBe('1 minute 1 second');
    expect(span('en', 60_000)).toBe('1 minute');
    expect(span('en', 1)).toBe('1 second');
  });

  test('time that is over is no seconds, never less', () => {
    expect(span('en', 0)).toBe('0 seconds');
    expect(span('en', -5000)).toBe('0 seconds');
  });

  test('Spanish says it in Spanish', () => {
    expect(span('es', 38 * MINUTE)).toBe('38 minutos');
    expect(span('es', 61_000)).toBe('1 minuto 1 segundo');
  });

  test('a planned length is rounded, not raised', () => {
    expect(length('en', 50 * MINUTE + 400)).toBe('50 minutes');
    expect(length('en', 20_000)).toBe('20 seconds');
  });

  test('grammar agrees with the first number said', () => {
    expect(leadingCount(60_000)).toBe(1);
    expect(leadingCount(119_000)).toBe(1);
    expect(leadingCount(38 * MINUTE)).toBe(38);
    expect(leadingCount(12_000)).toBe(12);
  });

  test('a moment names the day and the hour', () => {
    const at = new Date(2026, 10, 20, 14, 30).getTime();
    expect(moment('en', at)).toMatch(/Friday, November 20 at 2:30\sPM/);
    expect(moment('es', at)).toMatch(/viernes, 20 de noviembre.*14:30/);
  });
});

test('a long wait is told in hours or days', () => {
  expect(wait('en', 3 * 86_400_000 - 5)).toBe('3 days');
  expect(wait('en', 2 * 3_600_000)).toBe('2 hours');
  expect(wait('en', 40 * 60_000)).toBe('40 minutes');
});
