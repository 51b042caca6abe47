import { expect, it } from 'vitest';
import { offsetOf } from './server-clock.ts';

it('closes in on the offset from readings that each bound it', () => {
  // True offset 1000.4: the server reads 1000.4 later than ours, and says whole milliseconds.
  const readings = [
    { sentAt: 10, receivedAt: 14, now: 1_012 },
    { sentAt: 20.5, receivedAt: 20.9, now: 1_021 },
    { sentAt: 30.1, receivedAt: 30.7, now: 1_030 },
  ];
  const { offsetMs, uncertaintyMs } = offsetOf(readings);
  expect(offsetMs).toBeCloseTo(1_000.5, 6);
  expect(uncertaintyMs).toBeCloseTo(0.4, 6);
});

it('believes the shortest round trip when readings contradict each other', () => {
  const readings = [
    { sentAt: 10, receivedAt: 10.2, now: 1_010 },
    { sentAt: 20, receivedAt: 26, now: 1_050 },
  ];
  expect(offsetOf(readings).offsetMs).toBeCloseTo(1_000.4, 6);
});

it('has nothing to say without a reading', () => {
  expect(() => offsetOf([])).toThrow('no reading');
});
