import { describe, expect, test } from 'vitest';
import type { Command } from './commands.ts';
import { nextDeadline, unfinished } from './timer.ts';
import { wantedMedia, wantsDeletion, wantsMix } from './wanted.ts';
import {
  T0,
  answer,
  consent,
  decided,
  deciding,
  end,
  hours,
  inLobby,
  minutes,
  parting,
  ready,
  seconds,
  talking,
  wake,
  withdraw,
  type Story,
} from './story.ts';

const at = T0 + hours(2);
const DECIDE_BY = T0 + minutes(30) + hours(24);
const deleted: Command = { type: 'note-recording-deleted' };
const mix = { version: 1, durationMs: 1, files: [] };
const mixed = (story: Story) =>
  story.given(at, { type: 'note-mix-started' }, { type: 'note-mix-finished', mix });

describe('in the lobby', () => {
  test('[C4] consent is taken back, and readiness with it', () => {
    const story = inLobby().given(T0, ready('a'));
    expect(story.when(T0 + 1, withdraw('a'))).toEqual([{ type: 'consent-withdrawn', at: T0 + 1, seat: 'a' }]);
    expect(story.state()).toMatchObject({
      phase: 'lobby',
      consents: { a: null, b: { at: T0 } },
      ready: { a: false, b: false },
    });
    expect(story.when(T0 + 2, withdraw('a'))).toEqual([]);
    expect(story.when(T0 + 2, ready('a'))).toEqual({ refused: 'consent-missing' });
    expect(story.when(T0 + 2, ready('b'))).toHaveLength(1);
  });

  test('[C4] consent may be given again', () => {
    const story = inLobby().given(T0, ready('b'), withdraw('a'), consent('a'));
    expect(story.when(T0 + 1, ready('a'))).toMatchObject([
      { type: 'readiness-changed' },
      { type: 'started' },
      { type: 'prompt-shown' },
    ]);
  });
});

describe('while talking', () => {
  test('[B1] withdrawing ends conversation and recording at once', () => {
    const story = talking().given(T0 + 40, { type: 'note-capture' });
    expect(story.when(T0 + minutes(3), withdraw('b'))).toEqual([
      {
        type: 'ended',
        at: T0 + minutes(3),
        reason: 'withdrawn',
        by: 'b',
        mediaClosesAt: T0 + minutes(3),
        decideBy: T0 + minutes(3) + hours(24),
      },
      { type: 'withdrawn', at: T0 + minutes(3), seat: 'b' },
      { type: 'media-closed', at: T0 + minutes(3) },
    ]);
    expect(wantedMedia(story.state())).toEqual({ open: false, hearing: false, capture: 'off' });
    expect(story.state().recording).toEqual({ state: 'deleting' });
  });

  test('[B2] in the farewell, media closes with it', () => {
    const soon = T0 + minutes(30) + seconds(5);
    const story = parting();
    expect(story.when(soon, withdraw('a'))).toEqual([
      { type: 'withdrawn', at: soon, seat: 'a' },
      { type: 'media-closed', at: soon },
    ]);
    expect(story.when(soon, end('b'))).toEqual({ refused: 'wrong-phase' });
  });
});

describe('what was recorded', () => {
  test('[B3] is to be deleted, until the house notes that it is', () => {
    const story = mixed(deciding());
    expect(story.when(at, deleted)).toEqual({ refused: 'wrong-phase' });
    story.given(at, withdraw('a'));
    expect(story.state().recording).toEqual({ state: 'deleting' });
    expect(story.when(at + 9, deleted)).toEqual([{ type: 'recording-deleted', at: at + 9 }]);
    expect(story.when(at + 10, deleted)).toEqual([]);
    expect(story.state().recording).toEqual({ state: 'deleted', at: at + 9 });
  });

  test('[B4] each may withdraw once, and what is deleted stays so', () => {
    const story = mixed(deciding()).given(at, withdraw('a'), deleted);
    expect(story.when(at + 1, withdraw('a'))).toEqual([]);
    expect(story.when(at + 1, withdraw('b'))).toEqual([{ type: 'withdrawn', at: at + 1, seat: 'b' }]);
    expect(story.state()).toMatchObject({
      recording: { state: 'deleted', at },
      withdrawals: { a: at, b: at + 1 },
    });
  });

  test('[B5] is never public after a withdrawal', () => {
    const both = [answer('a', 'public'), answer('b', 'public')];
    const before = deciding().given(at, ...both, withdraw('a'));
    expect(before.when(DECIDE_BY, wake)).toEqual([{ type: 'closed', at: DECIDE_BY, outcome: 'private' }]);
    const after = deciding()
      .given(at, ...both)
      .given(DECIDE_BY, wake);
    expect(after.state()).toMatchObject({ phase: 'closed', outcome: 'public' });
    after.given(DECIDE_BY + 1, withdraw('b'));
    expect(after.state()).toMatchObject({
      phase: 'closed',
      outcome: 'private',
      recording: { state: 'deleting' },
    });
  });

  test('[B6] is not mixed any more, and a mix in the making counts for nothing', () => {
    const story = deciding().given(at, { type: 'note-mix-started' }, withdraw('a'));
    expect(story.when(at, { type: 'note-mix-finished', mix })).toEqual([]);
    expect(story.when(at, { type: 'note-mix-failed', reason: 'aborted', final: true })).toEqual([]);
    expect(story.when(at, { type: 'note-mix-started' })).toEqual({ refused: 'already-over' });
    story.given(at, deleted);
    expect(story.when(at, { type: 'note-mix-finished', mix })).toEqual([]);
    expect(story.state().recording).toEqual({ state: 'deleted', at });
  });

  test('[D3] is not decided about any more', () => {
    const story = deciding().given(at, withdraw('a'));
    for (const seat of ['a', 'b'] as const) {
      expect(story.when(at, answer(seat, 'public'))).toEqual({ refused: 'decision-closed' });
    }
  });
});

describe('what the house is asked', () => {
  test('[W5] a deletion is wanted until it is noted, and nothing else then', () => {
    const stories = [talking(), parting(), deciding(), mixed(deciding()), decided()];
    expect(stories.map((story) => wantsDeletion(story.state()))).toEqual([false, false, false, false, false]);
    for (const story of stories) {
      story.given(T0 + hours(48), withdraw('b'));
      expect([wantsDeletion(story.state()), wantsMix(story.state())]).toEqual([true, false]);
      story.given(T0 + hours(48), deleted);
      expect([wantsDeletion(story.state()), wantsMix(story.state())]).toEqual([false, false]);
    }
  });

  test('[W4] a closed conversation is unfinished until its deletion is noted', () => {
    const story = mixed(decided());
    expect(unfinished(story.state())).toBe(false);
    story.given(T0 + hours(48), withdraw('a'));
    expect([unfinished(story.state()), nextDeadline(story.state())]).toEqual([true, null]);
    story.given(T0 + hours(48), deleted);
    expect(unfinished(story.state())).toBe(false);
  });
});
