import { describe, expect, test } from 'vitest';
import {
  T0,
  decided,
  deciding,
  hours,
  inLobby,
  mark,
  minutes,
  nudge,
  parting,
  seconds,
  show,
  talking,
  trouble,
} from './story.ts';

const guided = { facilitation: 'optional' } as const;
const parted = T0 + minutes(30) + seconds(1);

describe('the facilitator', () => {
  test('[N1] nudges and marks until media closes', () => {
    expect(inLobby(guided).when(T0 + 1, nudge('a', 'You look pale.'))).toEqual([
      { type: 'nudged', at: T0 + 1, nudgeId: 'n1', to: 'a', text: 'You look pale.' },
    ]);
    expect(inLobby(guided).when(T0 + 1, mark())).toEqual({ refused: 'wrong-phase' });
    expect(talking(guided).when(T0 + 1, mark('the father'))).toEqual([
      { type: 'marked', at: T0 + 1, markId: 'm1', note: 'the father' },
    ]);
    expect(parting(guided).when(parted, nudge('both'))).toMatchObject([{ type: 'nudged', to: 'both' }]);
    expect(parting(guided).when(parted, mark())).toMatchObject([{ type: 'marked', note: null }]);
    for (const command of [nudge('a'), mark()]) {
      expect(deciding(guided).when(T0 + hours(1), command)).toEqual({ refused: 'wrong-phase' });
    }
  });
});

test('[N2] trouble may be reported by everyone, also after the end, and every time', () => {
  const story = talking(guided);
  for (const seat of ['a', 'b', 'facilitator'] as const) {
    expect(story.when(T0 + 1, trouble(seat, 'a hum'))).toEqual([
      { type: 'trouble-reported', at: T0 + 1, troubleId: 't1', seat, kind: 'cannot-hear', note: 'a hum' },
    ]);
  }
  expect(story.when(T0 + 1, trouble('a', 'a hum', 't2'))).toHaveLength(1);
  expect(inLobby(guided).when(T0 + 1, trouble('a'))).toHaveLength(1);
  expect(decided(guided).when(T0 + hours(40), trouble('b'))).toHaveLength(1);
  expect(
    inLobby(guided)
      .given(T0, { type: 'cancel' })
      .when(T0 + 1, trouble('a')),
  ).toEqual({ refused: 'already-over' });
});

test('[N3] what was noted is kept in order, in every phase that follows', () => {
  const story = inLobby(guided).given(T0, nudge('a', 'Breathe.', 'n1'), trouble('b', null, 't1'));
  const talked = talking(guided)
    .given(T0 + 1, nudge('b', 'Slowly.', 'n2'), nudge('both', 'Well done.', 'n3'))
    .given(T0 + 2, mark('here', 'm1'), mark(null, 'm2'), trouble('a', 'hum', 't2'))
    .given(T0 + 3, show('facilitator', 2), show('facilitator', 0));
  expect(story.state().nudges).toEqual([{ nudgeId: 'n1', to: 'a', text: 'Breathe.', at: T0 }]);
  expect(story.state().troubles).toEqual([
    { troubleId: 't1', seat: 'b', kind: 'cannot-hear', note: null, at: T0 },
  ]);
  talked.given(T0 + minutes(30), { type: 'wake' });
  expect(talked.state()).toMatchObject({
    phase: 'wrap-up',
    nudges: [
      { nudgeId: 'n2', to: 'b', text: 'Slowly.', at: T0 + 1 },
      { nudgeId: 'n3', to: 'both', text: 'Well done.', at: T0 + 1 },
    ],
    marks: [
      { markId: 'm1', note: 'here', at: T0 + 2 },
      { markId: 'm2', note: null, at: T0 + 2 },
    ],
    troubles: [{ troubleId: 't2', seat: 'a', kind: 'cannot-hear', note: 'hum', at: T0 + 2 }],
    showings: [
      { index: 0, at: T0 },
      { index: 2, at: T0 + 3 },
      { index: 0, at: T0 + 3 },
    ],
  });
});
