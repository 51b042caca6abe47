import { describe, expect, test } from 'vitest';
import type { Command } from './commands.ts';
import type { Instant } from './conversation.ts';
import { nextDeadline } from './timer.ts';
import {
  CREATE,
  T0,
  arrive,
  decided,
  deciding,
  depart,
  hours,
  inLobby,
  minutes,
  parting,
  pause,
  ready,
  seconds,
  talking,
  wake,
} from './story.ts';

const END = T0 + minutes(30);
const GRACE = seconds(30);
const quiet = { warningsMs: [] };
const bare = { deck: { id: 'none', prompts: [] } };
const recover = (lastAliveAt: Instant): Command => ({ type: 'recover', lastAliveAt });

describe('everyone departs', () => {
  const lost = T0 + minutes(4);

  test('[F1] at the instant until which a server ran', () => {
    const story = talking({ ...quiet, facilitation: 'optional' }, bare);
    expect(story.when(lost + seconds(2), recover(lost))).toEqual([
      { type: 'departed', at: lost, seat: 'a' },
      { type: 'departed', at: lost, seat: 'b' },
      { type: 'departed', at: lost, seat: 'facilitator' },
    ]);
  });

  test('[F1] not before the latest event, which proves that a server ran', () => {
    const story = talking(quiet, bare)
      .given(lost, depart('b'))
      .given(lost + 5, arrive('b'));
    expect(story.when(lost + seconds(2), recover(T0))).toEqual([
      { type: 'departed', at: lost + 5, seat: 'a' },
      { type: 'departed', at: lost + 5, seat: 'b' },
    ]);
  });

  test('[F1] and never after now', () => {
    const story = talking(quiet, bare).given(lost, depart('b'));
    expect(story.when(lost + 1, recover(lost + hours(1)))).toEqual([
      { type: 'departed', at: lost + 1, seat: 'a' },
    ]);
  });

  test('[F1] so that nobody is ready in a lobby that was opened again', () => {
    const story = inLobby()
      .given(T0, ready('a'))
      .given(T0 + minutes(1), recover(T0));
    expect(story.state()).toMatchObject({ phase: 'lobby', ready: { a: false, b: false } });
  });
});

describe('the clock', () => {
  const lost = T0 + minutes(4);

  test('[F2] a short outage pauses nothing if everyone comes back in time', () => {
    const story = talking(quiet, bare).given(lost + seconds(10), recover(lost));
    story.given(lost + seconds(12), arrive('a')).given(lost + seconds(13), arrive('b'));
    expect(story.events().some((event) => event.type === 'paused')).toBe(false);
    expect(nextDeadline(story.state())).toBe(END);
  });

  test('[F2] who does not come back in time is absent', () => {
    const story = talking(quiet, bare).given(lost + seconds(10), recover(lost), arrive('a'));
    expect(story.when(lost + GRACE, wake)).toEqual([
      { type: 'paused', at: lost + GRACE, since: lost + GRACE, reason: 'absence' },
    ]);
  });

  test('[F3] an outage beyond the grace is a pause since the grace ran out', () => {
    const story = talking(quiet, bare);
    const at = lost + minutes(3);
    expect(story.when(at, recover(lost))).toEqual([
      { type: 'departed', at: lost, seat: 'a' },
      { type: 'departed', at: lost, seat: 'b' },
      { type: 'paused', at, since: lost + GRACE, reason: 'server-away' },
    ]);
    story.given(at + seconds(1), arrive('a')).given(at + seconds(2), arrive('b'));
    expect(story.state()).toMatchObject({ endsAt: END + minutes(2.5) + seconds(2), pausedSince: null });
  });

  test('[F3] a pause that was due while a server still ran is an absence', () => {
    const story = talking(quiet, bare).given(lost - minutes(1), depart('a'));
    expect(story.when(lost + minutes(1), recover(lost))).toEqual([
      { type: 'departed', at: lost, seat: 'b' },
      { type: 'paused', at: lost + minutes(1), since: lost - seconds(30), reason: 'absence' },
    ]);
  });

  test('[F4] an outage longer than all pauses may be ends the conversation', () => {
    const story = talking(quiet, bare);
    const at = lost + minutes(6);
    expect(story.when(at, recover(lost))).toMatchObject([
      { type: 'departed' },
      { type: 'departed' },
      { type: 'paused', at, since: lost + GRACE, reason: 'server-away' },
      { type: 'ended', at, reason: 'pauses-exhausted' },
      { type: 'media-closed', at },
    ]);
  });

  test('[F4] cards and warnings that the outage swallowed come when the clock goes on', () => {
    const story = talking();
    const at = T0 + minutes(10) + minutes(1);
    story.given(at, recover(T0 + minutes(10) - seconds(1)));
    expect(story.state()).toMatchObject({
      pausedSince: T0 + minutes(10) + seconds(29),
      prompt: { index: 0 },
    });
    expect(story.when(at + 1, arrive('a'))).toHaveLength(1);
    expect(story.when(at + 2, arrive('b'))).toEqual([
      { type: 'arrived', at: at + 2, seat: 'b' },
      { type: 'resumed', at: at + 2, endsAt: END + seconds(31) + 2 },
      { type: 'prompt-shown', at: at + 2, index: 1, promptId: CREATE.deck.prompts[1]?.id, by: 'clock' },
    ]);
  });

  test('[F5] a short outage over the end takes nobody’s farewell away', () => {
    const story = talking(quiet, bare);
    const at = END + seconds(5);
    expect(story.when(at, recover(END - seconds(5)))).toMatchObject([
      { type: 'departed' },
      { type: 'departed' },
      { type: 'ended', at, reason: 'time', mediaClosesAt: at + seconds(60) },
    ]);
    expect(story.when(at + seconds(1), arrive('a'))).toMatchObject([{ type: 'arrived' }]);
  });

  test('[F5] a long one does: there is nobody to say goodbye', () => {
    const story = talking(quiet, bare);
    const at = END + minutes(5);
    expect(story.when(at, recover(END - seconds(5)))).toMatchObject([
      { type: 'departed' },
      { type: 'departed' },
      { type: 'ended', at, reason: 'time', mediaClosesAt: at },
      { type: 'media-closed', at },
    ]);
  });
});

describe('other phases', () => {
  test('[F4] a farewell that ran out closes media, a decision that ran out closes', () => {
    const at = END + hours(25);
    expect(parting().when(at, recover(END + 1))).toEqual([
      { type: 'departed', at: END + 1, seat: 'a' },
      { type: 'departed', at: END + 1, seat: 'b' },
      { type: 'media-closed', at },
      { type: 'closed', at, outcome: 'private' },
    ]);
  });

  test('[F4] where nothing is due and nobody counts as here, nothing happens', () => {
    expect(deciding().when(END + hours(1), recover(END + minutes(2)))).toEqual([]);
    expect(decided().when(END + hours(48), recover(END + hours(30)))).toEqual([]);
  });
});

describe('a facilitator’s pause', () => {
  const since = T0 + minutes(3);
  const lost = T0 + minutes(4);
  const back = lost + seconds(50);
  const paused = () =>
    talking({ ...quiet, facilitation: 'optional' }, bare)
      .given(since, pause)
      .given(back, recover(lost));

  test('[K12] outlives a restart, when everyone comes back', () => {
    const story = paused().given(back + 1, arrive('a'), arrive('b'), arrive('facilitator'));
    expect(story.state()).toMatchObject({ pausedSince: since, pauseReason: 'facilitator' });
    expect(nextDeadline(story.state())).toBe(since + minutes(5));
  });

  test('[K15] gives the facilitator the grace, from when the two are back', () => {
    const story = paused()
      .given(back + 1, arrive('a'))
      .given(back + seconds(5), arrive('b'));
    const due = back + seconds(5) + GRACE;
    expect(nextDeadline(story.state())).toBe(due);
    expect(story.when(due, wake)).toEqual([{ type: 'resumed', at: due, endsAt: END + (due - since) }]);
  });

  test('[F4] that used up what is allowed while no server ran ends the conversation', () => {
    const story = talking({ ...quiet, facilitation: 'optional' }, bare).given(since, pause);
    expect(story.when(since + minutes(6), recover(lost))).toMatchObject([
      { type: 'departed' },
      { type: 'departed' },
      { type: 'departed' },
      { type: 'ended', reason: 'pauses-exhausted' },
      { type: 'media-closed' },
    ]);
  });
});
