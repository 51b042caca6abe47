import { expect, test } from 'vitest';
import { nextDeadline } from './timer.ts';
import type { Command } from './commands.ts';
import { T0, answer, decided, deciding, hours, minutes, parting, talking, wake } from './story.ts';

const DECIDE_BY = T0 + minutes(30) + hours(24);

test('[D1] participants decide from the end on, and may change their answer', () => {
  const story = parting();
  const at = T0 + minutes(30) + 1;
  expect(talking().when(T0 + 1, answer('a', 'public'))).toEqual({ refused: 'wrong-phase' });
  expect(story.when(at, answer('a', 'public'))).toEqual([
    { type: 'decided', at, seat: 'a', answer: 'public', recordingVersion: null },
  ]);
  expect(story.when(at, answer('a', 'public'))).toEqual([]);
  expect(story.when(DECIDE_BY - 1, answer('a', 'private'))).toEqual([
    { type: 'media-closed', at: DECIDE_BY - 1 },
    { type: 'decided', at: DECIDE_BY - 1, seat: 'a', answer: 'private', recordingVersion: null },
  ]);
  expect(story.state()).toMatchObject({ answers: { a: { answer: 'private' }, b: null } });
});

test('[D4] an answer is about the present recording, or about none', () => {
  const at = T0 + hours(1);
  const mixFinished = (version: number): Command => ({
    type: 'note-mix-finished',
    mix: { version, durationMs: 1, files: [] },
  });
  const story = deciding();
  expect(story.when(at, answer('a', 'public', 1))).toEqual({ refused: 'recording-differs' });
  story.given(at, answer('a', 'public'), { type: 'note-mix-started' }, mixFinished(1));
  expect(story.when(at, answer('a', 'public', 1))).toEqual([
    { type: 'decided', at, seat: 'a', answer: 'public', recordingVersion: 1 },
  ]);
  expect(story.when(at, answer('a', 'public', 1))).toEqual([]);
  expect(story.when(at, answer('b', 'private', 2))).toEqual({ refused: 'recording-differs' });
  expect(story.when(at, answer('b', 'private'))).toHaveLength(1);
  story.given(at, mixFinished(2));
  expect(story.when(at, answer('a', 'private', 1))).toEqual({ refused: 'recording-differs' });
  expect(story.state()).toMatchObject({
    answers: {
      a: { answer: 'public', recordingVersion: 1 },
      b: { answer: 'private', recordingVersion: null },
    },
  });
});

test('[D2] public only when both said public', () => {
  const story = deciding().given(T0 + hours(1), answer('a', 'public'), answer('b', 'public'));
  expect(nextDeadline(story.state())).toBe(DECIDE_BY);
  expect(story.when(DECIDE_BY - 1, wake)).toEqual([]);
  expect(story.when(DECIDE_BY, wake)).toEqual([{ type: 'closed', at: DECIDE_BY, outcome: 'public' }]);
  expect(story.state()).toMatchObject({ phase: 'closed', closedAt: DECIDE_BY, outcome: 'public' });
});

test.each([
  ['nobody', []],
  ['one', [answer('a', 'public')]],
  ['one public and one private', [answer('a', 'public'), answer('b', 'private')]],
  ['a changed mind', [answer('a', 'public'), answer('b', 'public'), answer('a', 'private')]],
] as const)('[D2] private when answered by %s', (_, answers) => {
  const story = deciding().given(T0 + hours(1), ...answers);
  expect(story.when(DECIDE_BY + 7, wake)).toEqual([
    { type: 'closed', at: DECIDE_BY + 7, outcome: 'private' },
  ]);
});

test('[D3] at the deadline it is too late, woken or not', () => {
  expect(deciding().when(DECIDE_BY, answer('a', 'public'))).toEqual({ refused: 'decision-closed' });
  expect(decided().when(DECIDE_BY + hours(1), answer('b', 'public'))).toEqual({ refused: 'decision-closed' });
});
