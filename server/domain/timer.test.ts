import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import { replay } from './evolve.ts';
import { nextDeadline, unfinished } from './timer.ts';
import {
  CREATE,
  T0,
  arrive,
  createStory,
  decided,
  deciding,
  depart,
  end,
  hours,
  inLobby,
  minutes,
  parting,
  ready,
  seconds,
  talking,
  wake,
} from './story.ts';

describe('asking', () => {
  test('[T1] what is due happens first, then what was asked, then what that made due', () => {
    const story = talking({ warningsMs: [] }).given(T0 + minutes(9.75), depart('a'));
    const at = T0 + minutes(11);
    const since = T0 + minutes(10.25);
    expect(story.when(at, arrive('a'))).toEqual([
      { type: 'paused', at, since, reason: 'absence' },
      { type: 'arrived', at, seat: 'a' },
      { type: 'resumed', at, endsAt: T0 + minutes(30) + (at - since) },
      { type: 'prompt-shown', at, index: 1, promptId: CREATE.deck.prompts[1]?.id, by: 'clock' },
    ]);
  });

  test('[T1] a conversation that is over by now cannot be stopped any more', () => {
    const at = T0 + minutes(30);
    expect(talking().when(at, end('a'))).toMatchObject([
      { type: 'ended', reason: 'time', by: 'clock' },
      { type: 'media-closed', at },
    ]);
  });

  test('[T2] a refusal changes nothing, and what was due stays due', () => {
    const story = talking();
    const before = story.state();
    const at = T0 + minutes(30);
    expect(story.when(at, ready('a'))).toEqual({ refused: 'wrong-phase' });
    expect(story.state()).toBe(before);
    expect(story.when(at, wake)).toMatchObject([{ type: 'ended' }]);
  });

  test('[T5] when the clock steps back, events wait for it', () => {
    const story = inLobby().given(T0 + hours(1), ready('a'));
    expect(story.when(T0, ready('b'))).toMatchObject([
      { type: 'readiness-changed', at: T0 + hours(1) },
      { type: 'started', at: T0 + hours(1), endsAt: T0 + hours(1) + minutes(30) },
      { type: 'prompt-shown', at: T0 + hours(1) },
    ]);
  });

  test('[T7] what does not exist cannot be asked, and what exists cannot be created', () => {
    expect(() => decide(null, wake, T0)).toThrow('wake: there is no such conversation');
    expect(() => decide(inLobby().state(), CREATE, T0)).toThrow('conversation c1 exists already');
  });
});

describe('evolving', () => {
  test('[T6] the same events make the same state', () => {
    const story = decided({ facilitation: 'optional' });
    expect(replay(story.events())).toEqual(story.state());
    expect(story.state().version).toBe(story.events().length);
  });

  test('[T6] an event that cannot follow is a fault', () => {
    const events = inLobby().events();
    expect(() => replay([...events, { type: 'media-closed', at: T0 }])).toThrow(
      'event media-closed cannot follow phase lobby',
    );
    expect(() => replay(events.slice(1))).toThrow('event arrived cannot follow nothing');
    expect(() => replay([...events, ...events])).toThrow('event created cannot follow phase lobby');
    expect(() => replay([])).toThrow('at least the event that created it');
  });
});

describe('deadlines', () => {
  test('[T3] every phase says when something happens by itself', () => {
    const END = T0 + minutes(30);
    const planned = createStory({}, { plannedAt: T0 + hours(1) });
    const paused = talking()
      .given(T0 + 1, depart('a'))
      .given(T0 + 1 + seconds(30), wake);
    const cancelled = inLobby().given(T0, { type: 'cancel' });
    const stories = [planned, inLobby(), talking(), paused, parting(), deciding(), decided(), cancelled];
    expect(stories.map((story) => nextDeadline(story.state()))).toEqual([
      T0 + hours(1) + minutes(15),
      T0 + hours(24 * 30),
      T0 + minutes(10),
      T0 + 1 + seconds(30) + minutes(5),
      END + seconds(60),
      END + hours(24),
      null,
      null,
    ]);
  });

  test('[T4] a wake before the deadline gives no event', () => {
    for (const story of [inLobby(), talking(), parting(), deciding()]) {
      const deadline = nextDeadline(story.state());
      if (deadline === null) throw new Error('nothing to wake for');
      expect(story.when(deadline - 1, wake)).toEqual([]);
      expect(story.when(deadline, wake)).not.toEqual([]);
    }
  });

  test('[W4] a conversation is unfinished while it has a deadline or wants a mix', () => {
    const mixed = decided().given(
      T0 + hours(48),
      { type: 'note-mix-started' },
      { type: 'note-mix-finished', mix: { version: 1, durationMs: 0, files: [] } },
    );
    const cancelled = inLobby().given(T0, { type: 'cancel' });
    const stories = [inLobby(), talking(), deciding(), decided(), mixed, cancelled];
    expect(stories.map((story) => unfinished(story.state()))).toEqual([true, true, true, true, false, false]);
  });
});
