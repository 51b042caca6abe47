import { expect, test } from 'vitest';
import { T0, arrive, createStory, deciding, depart, inLobby, minutes, parting, wake } from './story.ts';
import type { Seat } from './conversation.ts';

const takeOver = (seat: Seat) => ({ type: 'take-over', seat }) as const;

test('[P1] arriving and departing are idempotent', () => {
  const story = createStory({ facilitation: 'optional' });
  expect(story.when(T0, depart('a'))).toEqual([]);
  expect(story.when(T0 + 1, arrive('a'))).toEqual([{ type: 'arrived', at: T0 + 1, seat: 'a' }]);
  expect(story.when(T0 + 2, arrive('a'))).toEqual([]);
  expect(story.when(T0 + 3, arrive('facilitator'))).toEqual([
    { type: 'arrived', at: T0 + 3, seat: 'facilitator' },
  ]);
  expect(story.when(T0 + 4, depart('a'))).toEqual([{ type: 'departed', at: T0 + 4, seat: 'a' }]);
  expect(story.when(T0 + 5, depart('a'))).toEqual([]);
  expect(story.state().presence).toEqual({
    a: { here: false, since: T0 + 4 },
    b: { here: false, since: null },
    facilitator: { here: true, since: T0 + 3 },
  });
});

test('[P1] coming and going counts in the farewell', () => {
  const at = T0 + minutes(30) + 1;
  expect(parting().when(at, depart('b'))).toEqual([{ type: 'departed', at, seat: 'b' }]);
});

test('[P2] once media has closed, coming and going gives no event', () => {
  const story = deciding();
  const at = T0 + minutes(40);
  expect(story.when(at, depart('a'))).toEqual([]);
  expect(story.when(at, arrive('a'))).toEqual([]);
  expect(story.when(at, takeOver('a'))).toEqual([]);
});

test('[P2] a cancelled or abandoned conversation has no comings and goings', () => {
  const cancelled = inLobby().given(T0, { type: 'cancel' });
  expect(cancelled.when(T0, depart('a'))).toEqual([]);
  const abandoned = createStory({}, { plannedAt: T0 }).given(T0 + minutes(15), wake);
  expect(abandoned.when(T0 + minutes(15), arrive('a'))).toEqual([]);
});

test('[P4] taking over an occupied seat changes no presence; an empty one is arrived at', () => {
  const story = createStory();
  expect(story.when(T0 + 1, takeOver('a'))).toEqual([{ type: 'arrived', at: T0 + 1, seat: 'a' }]);
  const { presence } = story.state();
  expect(story.when(T0 + 2, takeOver('a'))).toEqual([{ type: 'taken-over', at: T0 + 2, seat: 'a' }]);
  expect(story.state().presence).toEqual(presence);
});
