import { describe, expect, test } from 'vitest';
import { nextDeadline } from './timer.ts';
import {
  CREATE,
  T0,
  arrive,
  depart,
  end,
  inLobby,
  minutes,
  ready,
  seconds,
  show,
  talking,
  wake,
} from './story.ts';

const quiet = { warningsMs: [] };
const card = (at: number, index: number, by: 'a' | 'b' | 'facilitator' | 'clock') => ({
  type: 'prompt-shown',
  at,
  index,
  promptId: CREATE.deck.prompts[index]?.id,
  by,
});

test('[Q1] a card is laid only in live, and one replaces the other', () => {
  expect(inLobby().when(T0, show('a', 0))).toEqual({ refused: 'wrong-phase' });
  const story = talking().given(T0 + 1, show('a', 1));
  expect(story.state()).toMatchObject({ prompt: { index: 1, shownAt: T0 + 1 } });
  story.given(T0 + 2, end('a'));
  expect(story.when(T0 + 3, show('a', 0))).toEqual({ refused: 'wrong-phase' });
  expect(story.state()).not.toHaveProperty('prompt');
});

describe('guided by participants', () => {
  test('[Q2] either lays the next card or the one before', () => {
    const story = talking(quiet);
    expect(story.when(T0 + 1, show('b', 1))).toEqual([card(T0 + 1, 1, 'b')]);
    expect(story.when(T0 + 2, show('a', 0))).toEqual([card(T0 + 2, 0, 'a')]);
    expect(story.when(T0 + 3, show('a', 0))).toEqual([]);
  });

  test.each([2, 3, 4, -1, 0.5, Number.NaN])('[Q2] card %d is not beside the first', (index) => {
    expect(talking(quiet).when(T0 + 1, show('a', index))).toEqual({ refused: 'no-such-prompt' });
  });

  test('[Q2] before the first card lies, the first is the next', () => {
    const prompts = CREATE.deck.prompts.slice(1);
    const story = talking(quiet, { deck: { id: 'later', prompts } });
    expect(story.state()).toMatchObject({ prompt: null });
    expect(story.when(T0 + 1, show('a', 1))).toEqual({ refused: 'no-such-prompt' });
    expect(story.when(T0 + 1, show('a', 0))).toEqual([{ ...card(T0 + 1, 0, 'a'), promptId: 'middle' }]);
  });

  test('[Q3] the clock offers each card at its time', () => {
    const story = talking(quiet);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(10));
    expect(story.when(T0 + minutes(10) - 1, wake)).toEqual([]);
    expect(story.when(T0 + minutes(10), wake)).toEqual([card(T0 + minutes(10), 1, 'clock')]);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(20));
  });

  test('[Q3] late, the clock offers only the latest card', () => {
    const story = talking(quiet);
    expect(story.when(T0 + minutes(21), wake)).toEqual([card(T0 + minutes(21), 2, 'clock')]);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(25));
  });

  test('[Q3] a card that was laid early is not offered', () => {
    const story = talking(quiet).given(T0 + minutes(5), show('a', 1), show('a', 2));
    expect(story.when(T0 + minutes(20), wake)).toEqual([]);
    expect(story.when(T0 + minutes(25), wake)).toEqual([card(T0 + minutes(25), 3, 'clock')]);
  });

  test('[Q3] times of cards are running time: a pause moves them', () => {
    const story = talking(quiet)
      .given(T0 + minutes(5), depart('a'))
      .given(T0 + minutes(5.5), wake);
    story.given(T0 + minutes(7.5), arrive('a'));
    expect(nextDeadline(story.state())).toBe(T0 + minutes(12));
  });

  test('[Q3] running time stands in a pause, also for a card that is laid in it', () => {
    const story = talking({ ...quiet, pauseAllowanceMs: minutes(60) }).given(T0 + minutes(5), depart('a'));
    story.given(T0 + minutes(21), show('b', 1));
    expect(story.state()).toMatchObject({ prompt: { index: 1, shownAtMs: minutes(5.5) } });
    story.given(T0 + minutes(25.5), arrive('a'));
    expect(nextDeadline(story.state())).toBe(T0 + minutes(40));
  });

  test('[Q4] who turns back is not turned forward, not even after a pause', () => {
    const story = talking(quiet)
      .given(T0 + minutes(10), wake)
      .given(T0 + minutes(11), show('a', 0));
    expect(story.when(T0 + minutes(11), wake)).toEqual([]);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(20));
    story.given(T0 + minutes(12), depart('b')).given(T0 + minutes(14.5), arrive('b'));
    expect(story.state()).toMatchObject({
      pausedMs: minutes(2),
      prompt: { index: 0, shownAtMs: minutes(11) },
    });
    expect(nextDeadline(story.state())).toBe(T0 + minutes(22));
  });
});

describe('guided by the facilitator', () => {
  test.each(['always', 'optional'] as const)(
    '[Q5] only the facilitator (%s) lays cards, any of them',
    (facilitation) => {
      const story = talking({ ...quiet, facilitation });
      expect(story.when(T0 + 1, show('a', 1))).toEqual({ refused: 'not-your-role' });
      expect(story.when(T0 + 1, show('facilitator', 3))).toEqual([card(T0 + 1, 3, 'facilitator')]);
      expect(story.when(T0 + 2, show('facilitator', 0))).toEqual([card(T0 + 2, 0, 'facilitator')]);
      expect(story.when(T0 + 3, show('facilitator', 0))).toEqual([]);
      expect(story.when(T0 + 3, show('facilitator', 4))).toEqual({ refused: 'no-such-prompt' });
    },
  );

  test('[Q5] the clock lays the opening card and no other', () => {
    const story = talking({ ...quiet, facilitation: 'always' });
    expect(story.state()).toMatchObject({ prompt: { index: 0 } });
    expect(nextDeadline(story.state())).toBe(T0 + minutes(30));
    expect(story.when(T0 + minutes(26), wake)).toEqual([]);
  });

  test('[Q5] nor the opening card, when it has a later time', () => {
    const deck = { id: 'later', prompts: CREATE.deck.prompts.slice(1) };
    const story = talking({ ...quiet, facilitation: 'always' }, { deck });
    expect(story.when(T0 + minutes(11), wake)).toEqual([]);
    expect(story.state()).toMatchObject({ prompt: null });
  });

  test('[Q5] without the facilitator they need, participants lay no cards either', () => {
    const story = talking({ ...quiet, facilitation: 'always' }).given(T0 + 1, depart('facilitator'));
    expect(story.when(T0 + minutes(2), show('a', 1))).toEqual({ refused: 'not-your-role' });
    expect(nextDeadline(story.state())).toBe(T0 + minutes(30));
  });

  test('[Q6] when an optional facilitator has gone, participants lay cards, and the clock after the grace', () => {
    const story = talking({ ...quiet, facilitation: 'optional' });
    const gone = T0 + minutes(10) - seconds(10);
    story.given(gone, depart('facilitator'));
    expect(nextDeadline(story.state())).toBe(gone + seconds(30));
    expect(story.when(T0 + minutes(10), wake)).toEqual([]);
    expect(story.when(gone + seconds(30), wake)).toEqual([card(gone + seconds(30), 1, 'clock')]);
    expect(story.when(gone + seconds(31), show('facilitator', 0))).toEqual({ refused: 'not-your-role' });
    expect(story.when(gone + seconds(31), show('b', 0))).toEqual([card(gone + seconds(31), 0, 'b')]);
  });

  test('[Q6] a facilitator who comes within the conversation guides from then on', () => {
    const story = inLobby({ ...quiet, facilitation: 'optional' }).given(T0, ready('a'), ready('b'));
    story.given(T0 + minutes(5), arrive('facilitator'));
    expect(story.when(T0 + minutes(10), wake)).toEqual([]);
    expect(story.when(T0 + minutes(10), show('a', 1))).toEqual({ refused: 'not-your-role' });
  });
});

describe('offered by nobody', () => {
  const own = { ...quiet, offers: 'nobody' } as const;

  test('[Q7] the clock lays the opening card, and the two turn the others', () => {
    const story = talking(own);
    expect(story.state()).toMatchObject({ prompt: { index: 0 } });
    expect(nextDeadline(story.state())).toBe(T0 + minutes(30));
    expect(story.when(T0 + minutes(11), show('b', 1))).toEqual([card(T0 + minutes(11), 1, 'b')]);
  });

  test('[Q7] an opening card that has its time later waits for them', () => {
    const prompts = CREATE.deck.prompts.slice(1);
    const story = talking(own, { deck: { id: 'later', prompts } });
    expect(nextDeadline(story.state())).toBe(T0 + minutes(30));
    expect(story.state()).toMatchObject({ prompt: null });
  });
});
