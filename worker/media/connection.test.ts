import { expect, test } from 'vitest';
import type { Connection } from '../../server/app/ports.ts';
import { judge, type ConnectionFacts } from './connection.ts';

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
  expect(judgeAll(steps)).toEqual(['good', 'lost', 'good', 'lost', 'weak', 'good', 'good']);
});
