import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from '../../server/app/ports.ts';
import { createLossMeter, judge, type ConnectionFacts } from './connection.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const fine: ConnectionFacts = { transports: ['open', 'open'], sends: 10, receives: 10, pictured: false };

function judgeAll(facts: readonly Partial<ConnectionFacts>[]): readonly Connection[] {
  let before: Connection = 'unknown';
  return facts.map((change) => {
    before = judge({ ...fine, ...change }, before);
    return before;
  });
}

test('nothing is known until a transport is open; then it is good until something speaks against it', () => {
  const steps = [
    { transports: [], sends: null, receives: null },
    { transports: ['new'], sends: null, receives: null },
    { transports: ['open', 'new'], sends: null, receives: null },
    {},
  ] as const;
  expect(judgeAll(steps)).toEqual(['unknown', 'unknown', 'good', 'good']);
});

test('it is weak from one score on and good again from a higher one, each way by itself', () => {
  const sends = [10, 7, 6, 7, 7, 8, 7].map((score) => ({ sends: score }));
  expect(judgeAll(sends)).toEqual(['good', 'good', 'weak', 'weak', 'weak', 'good', 'good']);
  const receives = [9, 6, 7, 8].map((score) => ({ receives: score }));
  expect(judgeAll(receives)).toEqual(['good', 'weak', 'weak', 'good']);
});

test('it is lost when a transport is gone or nothing comes any more, and back at once', () => {
  const steps = [
    {},
    { transports: ['open', 'gone'] },
    {},
    { sends: 0 },
    { sends: 0, pictured: true },
    { sends: 10 },
    { sends: null },
  ] as const;
  expect(judgeAll(steps)).toEqual(['good', 'lost', 'good', 'lost', 'good', 'good', 'good']);
});

/** Feeds the numbers of packets to a meter, and answers the shares lost that it measured. */
function packet(sequence: number): Uint8Array {
  const rtp = new Uint8Array(12);
  new DataView(rtp.buffer).setUint16(2, sequence & 0xffff);
  return rtp;
}

function lost(sequences: Iterable<number>): readonly number[] {
  const measured: number[] = [];
  const meter = createLossMeter((score) => measured.push(1 - (score / 10) ** 0.25));
  for (const sequence of sequences) meter.packet(packet(sequence));
  return measured;
}

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

test('the share of packets that is missing is known after every 5 s of sound, over the end of the 16 bits too', () => {
  expect(lost(numbers(65_400, 65_400 + 501))).toEqual([0, 0]);
  const [first = 0, second = 0] = lost(numbers(65_400, 66_000).filter((each) => each % 5 !== 0));
  expect(first).toBeCloseTo(0.2, 2);
  expect(second).toBeCloseTo(0.2, 2);
});

test('what comes late or out of order is not lost', () => {
  const late = numbers(0, 252).map((each) => (each % 2 === 0 ? each + 1 : each - 1));
  expect(lost(late)[0]).toBeLessThan(0.01);
});

test('a stream that begins anew is no loss', () => {
  expect(lost([...numbers(0, 200), ...numbers(30_000, 30_252)])).toEqual([0]);
});

test('that nothing comes is known within 4 s and said once, and that it comes again at once', () => {
  const measured: number[] = [];
  const meter = createLossMeter((score) => measured.push(score));
  meter.packet(packet(1));
  vi.advanceTimersByTime(1_900);
  meter.packet(packet(2));
  vi.advanceTimersByTime(2_000);
  expect(measured).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(measured).toEqual([0]);
  vi.advanceTimersByTime(60_000);
  meter.packet(packet(3_000));
  expect(measured).toEqual([0, 10]);
  for (const sequence of numbers(3_001, 3_251)) meter.packet(packet(sequence));
  expect(measured).toEqual([0, 10, 10]);
});

test('where nothing need come, nothing is missed', () => {
  const measured: number[] = [];
  const meter = createLossMeter((score) => measured.push(score));
  meter.packet(packet(1));
  meter.reset();
  vi.advanceTimersByTime(60_000);
  expect(measured).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
