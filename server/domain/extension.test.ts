import { describe, expect, test } from 'vitest';
import { nextDeadline } from './timer.ts';
import {
  CREATE,
  T0,
  arrive,
  askExtension,
  depart,
  extend,
  minutes,
  pause,
  resume,
  seconds,
  talking,
  wake,
} from './story.ts';

const END = T0 + minutes(30);
const guided = { facilitation: 'optional', warningsMs: [] } as const;
const alone = { warningsMs: [] };
const noCards = { deck: { id: 'none', prompts: [] } };

describe('the facilitator', () => {
  test('[G1] extends by steps, and in sum no further than the program lets', () => {
    const story = talking(guided);
    const at = T0 + minutes(20);
    expect(story.when(at, extend)).toEqual([
      { type: 'extended', at, byMs: minutes(5), endsAt: END + minutes(5), by: 'facilitator' },
    ]);
    expect(story.when(at, extend)).toEqual([
      { type: 'extended', at, byMs: minutes(3), endsAt: END + minutes(8), by: 'facilitator' },
    ]);
    expect(story.when(at, extend)).toEqual({ refused: 'no-extension-left' });
    expect(nextDeadline(story.state())).toBe(END + minutes(8));
    expect(story.when(END + minutes(8), wake)).toMatchObject([{ type: 'ended', reason: 'time' }]);
  });

  test('[G1] extends while the clock stands, too', () => {
    const story = talking(guided).given(T0 + minutes(1), pause, extend);
    expect(story.when(T0 + minutes(2), resume)).toEqual([
      { type: 'resumed', at: T0 + minutes(2), endsAt: END + minutes(5) + minutes(1) },
    ]);
  });

  test('[G2] is told when the program has no extension, and when it is used up', () => {
    const none = { ...guided, extension: { stepMs: minutes(5), atMostMs: 0, together: true } };
    expect(talking(none).when(T0 + 1, extend)).toEqual({ refused: 'not-allowed-here' });
    expect(talking({ ...alone, extension: none.extension }).when(T0 + 1, askExtension('a'))).toEqual({
      refused: 'not-allowed-here',
    });
    const story = talking(alone).given(T0 + 1, askExtension('a'), askExtension('b'));
    story.given(T0 + 2, askExtension('a'), askExtension('b'));
    expect(story.when(T0 + 3, askExtension('a'))).toEqual({ refused: 'no-extension-left' });
    expect(story.when(T0 + 3, askExtension('a', false))).toEqual([]);
  });
});

describe('both together', () => {
  test('[G3] extend when both have asked', () => {
    const story = talking(alone);
    const at = T0 + minutes(28);
    story.given(at, askExtension('b'));
    expect(story.state()).toMatchObject({ endsAt: END, extensionAsked: { a: false, b: true } });
    expect(story.when(at, askExtension('b'))).toEqual([]);
    expect(story.when(at + 9, askExtension('a'))).toEqual([
      { type: 'extension-asked', at: at + 9, seat: 'a', wanted: true },
      { type: 'extended', at: at + 9, byMs: minutes(5), endsAt: END + minutes(5), by: 'both' },
    ]);
    expect(story.state()).toMatchObject({ extensionAsked: { a: false, b: false } });
  });

  test('[G3] do not extend where one has thought better of it', () => {
    const story = talking(alone).given(T0, askExtension('a'), askExtension('a', false));
    expect(story.when(T0 + 1, askExtension('b'))).toEqual([
      { type: 'extension-asked', at: T0 + 1, seat: 'b', wanted: true },
    ]);
    expect(story.state()).toMatchObject({ endsAt: END });
  });

  test('[G3] what was asked is cleared by the facilitator’s extension, too', () => {
    const story = talking(guided)
      .given(T0 + 1, depart('facilitator'), askExtension('a'))
      .given(T0 + 2, arrive('facilitator'), extend);
    expect(story.state()).toMatchObject({ extensionAsked: { a: false, b: false } });
  });

  test('[G4] may not ask where the facilitator guides, or the program wants none of it', () => {
    expect(talking(guided).when(T0 + 1, askExtension('a'))).toEqual({ refused: 'not-your-role' });
    const always = talking({ ...guided, facilitation: 'always' }).given(T0 + 1, depart('facilitator'));
    expect(always.when(T0 + 2, askExtension('a'))).toEqual({ refused: 'not-your-role' });
    const apart = { ...alone, extension: { stepMs: minutes(5), atMostMs: minutes(8), together: false } };
    expect(talking(apart).when(T0 + 1, askExtension('a'))).toEqual({ refused: 'not-allowed-here' });
  });
});

test('[G5] cards keep their time in the conversation, and pauses their allowance', () => {
  const together = talking(alone).given(T0 + minutes(1), askExtension('a'), askExtension('b'));
  expect(nextDeadline(together.state())).toBe(T0 + minutes(10));
  together.given(T0 + minutes(9), depart('a')).given(T0 + minutes(9) + seconds(30), wake);
  expect(nextDeadline(together.state())).toBe(T0 + minutes(9) + seconds(30) + minutes(5));
  expect(together.when(T0 + minutes(11), arrive('a'))).toMatchObject([
    { type: 'arrived' },
    { type: 'resumed', endsAt: END + minutes(5) + minutes(1.5) },
  ]);
  expect(nextDeadline(together.state())).toBe(T0 + minutes(11.5));
  expect(together.when(T0 + minutes(11.5), wake)).toMatchObject([
    { type: 'prompt-shown', promptId: CREATE.deck.prompts[1]?.id },
  ]);
});

describe('warnings', () => {
  const warned = (at: number, remainingMs: number) => ({ type: 'warned', at, remainingMs });
  const told = { facilitation: 'optional', warningsMs: [minutes(10), minutes(5), minutes(1)] } as const;

  test('[G6] that are true no more are given again in their time', () => {
    const story = talking(told, noCards)
      .given(T0 + minutes(20), wake)
      .given(T0 + minutes(25), wake);
    story.given(T0 + minutes(26), extend);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(30));
    expect(story.when(T0 + minutes(30), wake)).toEqual([warned(T0 + minutes(30), minutes(5))]);
    expect(story.when(T0 + minutes(34), wake)).toEqual([warned(T0 + minutes(34), minutes(1))]);
  });

  test('[G6] that are still true are not, also when they were passed over', () => {
    const late = talking(told, noCards).given(T0 + minutes(27), wake);
    expect(late.events().at(-1)).toEqual(warned(T0 + minutes(27), minutes(5)));
    expect(late.when(T0 + minutes(27), extend)).toMatchObject([{ type: 'extended' }]);
    expect(nextDeadline(late.state())).toBe(T0 + minutes(30));
  });

  test('[G6] count from where the clock stands', () => {
    const story = talking(told, noCards)
      .given(T0 + minutes(26), pause)
      .given(T0 + minutes(28), extend);
    expect(story.when(T0 + minutes(28), resume)).toMatchObject([{ type: 'resumed' }]);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(32));
  });
});
