import { describe, expect, test } from 'vitest';
import { nextDeadline } from './timer.ts';
import {
  T0,
  arrive,
  depart,
  end,
  hours,
  minutes,
  parting,
  pause,
  resume,
  seconds,
  talking,
  wake,
} from './story.ts';

const END = T0 + minutes(30);
const GRACE = seconds(30);

/** No cards, no warnings: only the clock itself speaks. */
const bare = { deck: { id: 'none', prompts: [] } };
const quiet = { warningsMs: [] };

describe('the end by time', () => {
  test('[K1] the start sets the end', () => {
    expect(talking().state()).toMatchObject({ phase: 'live', startedAt: T0, endsAt: END, pausedMs: 0 });
  });

  test('[K2] at the end the conversation ends, with a farewell', () => {
    const story = talking(quiet, bare);
    expect(story.when(END - 1, wake)).toEqual([]);
    expect(story.when(END, wake)).toEqual([
      {
        type: 'ended',
        at: END,
        reason: 'time',
        by: 'clock',
        mediaClosesAt: END + seconds(60),
        decideBy: END + hours(24),
      },
    ]);
  });

  test('[K2] the end comes whoever is here', () => {
    const story = talking(quiet, bare)
      .given(END - 10, depart('a'), depart('b'))
      .given(END, wake);
    expect(story.state()).toMatchObject({ phase: 'wrap-up', endReason: 'time' });
  });

  test('[K8] an end before the instant of a pause is an end by time, also when both are due', () => {
    const story = talking(quiet, bare).given(END - GRACE, depart('a'));
    expect(story.when(END + minutes(1), wake)).toMatchObject([{ type: 'ended', reason: 'time' }]);
  });
});

describe('pauses', () => {
  test('[K3] a participant gone for the grace pauses the clock', () => {
    const story = talking(quiet, bare).given(T0 + minutes(3), depart('a'));
    const at = T0 + minutes(3) + GRACE;
    expect(nextDeadline(story.state())).toBe(at);
    expect(story.when(at - 1, wake)).toEqual([]);
    expect(story.when(at, wake)).toEqual([{ type: 'paused', at, since: at, reason: 'absence' }]);
    expect(story.when(at + 1, wake)).toEqual([]);
  });

  test('[K3] the clock stands since the grace ran out, however late that is noticed', () => {
    const story = talking(quiet, bare).given(T0 + minutes(3), depart('a'));
    const since = T0 + minutes(3) + GRACE;
    expect(story.when(since + 700, wake)).toEqual([
      { type: 'paused', at: since + 700, since, reason: 'absence' },
    ]);
  });

  test('[K3] noticed after the end that would have come, it is still a pause', () => {
    const story = talking(quiet, bare).given(END - minutes(1), depart('a'));
    expect(story.when(END + seconds(10), wake)).toEqual([
      { type: 'paused', at: END + seconds(10), since: END - seconds(30), reason: 'absence' },
    ]);
  });

  test('[K3] of both gone, the first counts', () => {
    const story = talking(quiet, bare)
      .given(T0 + seconds(100), depart('b'))
      .given(T0 + seconds(110), depart('a'));
    const at = T0 + seconds(130);
    expect(story.when(at, wake)).toEqual([{ type: 'paused', at, since: at, reason: 'absence' }]);
  });

  test('[K4] who returns within the grace pauses nothing', () => {
    const story = talking(quiet, bare)
      .given(T0 + minutes(3), depart('a'))
      .given(T0 + minutes(3) + GRACE - 1, arrive('a'));
    expect(nextDeadline(story.state())).toBe(END);
    expect(story.when(T0 + minutes(5), wake)).toEqual([]);
  });

  test('[K5] the clock goes on when both are here again, and the end moves by the pause', () => {
    const story = talking(quiet, bare).given(T0 + minutes(3), depart('a'), depart('b'));
    const since = T0 + minutes(3) + GRACE;
    story.given(since, wake);
    const first = since + seconds(20);
    expect(story.when(first, arrive('b'))).toEqual([{ type: 'arrived', at: first, seat: 'b' }]);
    const at = since + seconds(50);
    expect(story.when(at, arrive('a'))).toEqual([
      { type: 'arrived', at, seat: 'a' },
      { type: 'resumed', at, endsAt: END + seconds(50) },
    ]);
    expect(story.state()).toMatchObject({
      endsAt: END + seconds(50),
      pausedSince: null,
      pausedMs: seconds(50),
    });
  });

  test('[K6] while the clock stands nothing ends by time, warns or is offered', () => {
    const story = talking()
      .given(T0 + minutes(9), depart('a'))
      .given(T0 + minutes(9) + GRACE, wake);
    expect(story.when(T0 + minutes(14), wake)).toEqual([]);
    const late = talking({ pauseAllowanceMs: hours(2) }).given(END - minutes(1), depart('a'));
    late.given(END - seconds(30), wake);
    expect(late.when(END + minutes(30), wake)).toEqual([]);
    expect(late.when(END + minutes(31), arrive('a'))).toMatchObject([
      { type: 'arrived' },
      { type: 'resumed' },
    ]);
    expect(nextDeadline(late.state())).toBe(END + minutes(31) + seconds(30));
  });

  test('[K7] used up in one pause, the allowance ends the conversation at once', () => {
    const story = talking(quiet, bare)
      .given(T0 + minutes(3), depart('a'))
      .given(T0 + minutes(3) + GRACE, wake);
    const at = T0 + minutes(8) + GRACE;
    expect(story.when(at - 1, wake)).toEqual([]);
    expect(story.when(at, wake)).toEqual([
      {
        type: 'ended',
        at,
        reason: 'pauses-exhausted',
        by: 'clock',
        mediaClosesAt: at,
        decideBy: at + hours(24),
      },
      { type: 'media-closed', at },
    ]);
  });

  test('[K7] pauses are summed up', () => {
    const story = talking(quiet, bare);
    story.given(T0, depart('a')).given(T0 + GRACE + minutes(2), arrive('a'));
    story.given(T0 + minutes(5), depart('a')).given(T0 + minutes(5) + GRACE + minutes(2), arrive('a'));
    expect(story.state()).toMatchObject({ pausedMs: minutes(4), endsAt: END + minutes(4) });
    story.given(T0 + minutes(10), depart('b')).given(T0 + minutes(10) + GRACE, wake);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(11) + GRACE);
    expect(story.when(T0 + minutes(11) + GRACE, arrive('b'))).toMatchObject([
      { type: 'ended', reason: 'pauses-exhausted' },
      { type: 'media-closed' },
    ]);
  });

  test('[K7] a program without an allowance ends instead of pausing', () => {
    const story = talking({ ...quiet, pauseAllowanceMs: 0 }, bare).given(T0 + minutes(1), depart('a'));
    expect(story.when(T0 + minutes(1) + GRACE, wake)).toMatchObject([
      { type: 'paused' },
      { type: 'ended', reason: 'pauses-exhausted' },
      { type: 'media-closed' },
    ]);
  });

  test('[K11] the absence of a facilitator never pauses', () => {
    const story = talking({ ...quiet, facilitation: 'always' }, bare).given(
      T0 + minutes(1),
      depart('facilitator'),
    );
    expect(nextDeadline(story.state())).toBe(END);
    expect(story.when(T0 + minutes(20), wake)).toEqual([]);
  });
});

describe('warnings', () => {
  test('[K9] each warning is given once, at its remaining time', () => {
    const story = talking({}, bare);
    expect(nextDeadline(story.state())).toBe(END - minutes(5));
    expect(story.when(END - minutes(5), wake)).toEqual([
      { type: 'warned', at: END - minutes(5), remainingMs: minutes(5) },
    ]);
    expect(story.when(END - minutes(5), wake)).toEqual([]);
    expect(nextDeadline(story.state())).toBe(END - minutes(1));
    expect(story.when(END - minutes(1), wake)).toEqual([
      { type: 'warned', at: END - minutes(1), remainingMs: minutes(1) },
    ]);
    expect(nextDeadline(story.state())).toBe(END);
  });

  test('[K9] a warning longer than the conversation is never given', () => {
    const story = talking({ durationMs: minutes(4) }, bare);
    expect(nextDeadline(story.state())).toBe(T0 + minutes(3));
  });

  test('[K9] a pause moves a warning as it moves the end, and repeats none', () => {
    const story = talking({}, bare).given(END - minutes(5), wake);
    story.given(END - minutes(4), depart('a')).given(END - minutes(4) + GRACE, wake);
    const at = END - minutes(4) + GRACE + minutes(2);
    expect(story.when(at, arrive('a'))).toMatchObject([{ type: 'arrived' }, { type: 'resumed' }]);
    expect(nextDeadline(story.state())).toBe(END + minutes(1));
  });

  test('[K10] a late wake gives only the tightest warning that is true', () => {
    const story = talking({ warningsMs: [minutes(10), minutes(5), minutes(1)] }, bare);
    const at = END - minutes(3);
    expect(story.when(at, wake)).toEqual([{ type: 'warned', at, remainingMs: minutes(5) }]);
    expect(nextDeadline(story.state())).toBe(END - minutes(1));
  });

  test('[K10] a wake after the end warns of nothing', () => {
    expect(talking({}, bare).when(END + 5, wake)).toMatchObject([{ type: 'ended', reason: 'time' }]);
  });
});

describe('ending', () => {
  const at = T0 + minutes(7);

  test('[E1] a participant stops conversation and recording at once', () => {
    expect(talking().when(at, end('b'))).toEqual([
      { type: 'ended', at, reason: 'stopped', by: 'b', mediaClosesAt: at, decideBy: at + hours(24) },
      { type: 'media-closed', at },
    ]);
  });

  test('[E2] the facilitator ends with a farewell, also while the clock stands', () => {
    const story = talking({ facilitation: 'optional' }).given(T0 + minutes(1), depart('a'));
    story.given(T0 + minutes(1) + GRACE, wake);
    const soon = T0 + minutes(2);
    expect(story.when(soon, end('facilitator'))).toEqual([
      {
        type: 'ended',
        at: soon,
        reason: 'facilitator',
        by: 'facilitator',
        mediaClosesAt: soon + seconds(60),
        decideBy: soon + hours(24),
      },
    ]);
  });

  test('[E3] media closes when the farewell is over', () => {
    const story = parting();
    expect(nextDeadline(story.state())).toBe(END + seconds(60));
    expect(story.when(END + seconds(60), wake)).toEqual([{ type: 'media-closed', at: END + seconds(60) }]);
  });

  test('[E3] where nobody is left there is no farewell', () => {
    const story = talking({ facilitation: 'always' }).given(T0 + minutes(1), depart('a'), depart('b'));
    const then = T0 + minutes(2);
    expect(story.when(then, end('facilitator'))).toMatchObject([
      { type: 'paused' },
      { type: 'ended', reason: 'facilitator', mediaClosesAt: then },
      { type: 'media-closed', at: then },
    ]);
  });

  test('[E4] in the farewell a participant closes media at once', () => {
    const story = parting();
    expect(story.when(END + seconds(5), end('a'))).toEqual([{ type: 'media-closed', at: END + seconds(5) }]);
    expect(story.when(END + seconds(6), end('b'))).toEqual({ refused: 'wrong-phase' });
    expect(story.state()).toMatchObject({ phase: 'wrap-up', endReason: 'time', endedBy: 'clock' });
  });

  test('[E5] the decision never closes before media does', () => {
    const story = talking({ decideWithinMs: seconds(10) }).given(END + 3, wake);
    expect(story.state()).toMatchObject({
      endedAt: END + 3,
      endsAt: END,
      mediaClosesAt: END + 3 + seconds(60),
      decideBy: END + 3 + seconds(60),
    });
  });
});

describe('the facilitator’s pause', () => {
  const guided = { ...quiet, facilitation: 'optional' } as const;
  const at = T0 + minutes(3);
  const paused = () => talking(guided, bare).given(at, pause);

  test('[K12] stands from one word to the other', () => {
    const story = talking(guided, bare);
    expect(story.when(at, pause)).toEqual([{ type: 'paused', at, since: at, reason: 'facilitator' }]);
    expect(story.when(at + 1, pause)).toEqual([]);
    expect(story.when(at + minutes(2), resume)).toEqual([
      { type: 'resumed', at: at + minutes(2), endsAt: END + minutes(2) },
    ]);
    expect(story.when(at + minutes(2), resume)).toEqual([]);
  });

  test('[K12] is not ended by who comes back', () => {
    const story = paused().given(at + 1, depart('a'));
    expect(story.when(at + minutes(2), arrive('a'))).toEqual([
      { type: 'arrived', at: at + minutes(2), seat: 'a' },
    ]);
    expect(story.state()).toMatchObject({ pausedSince: at, pauseReason: 'facilitator' });
  });

  test('[K13] has no place while somebody is gone', () => {
    const story = talking(guided, bare)
      .given(at, depart('a'))
      .given(at + GRACE, wake);
    for (const command of [pause, resume]) {
      expect(story.when(at + GRACE + 1, command)).toEqual({ refused: 'not-present' });
    }
  });

  test('[K14] goes over into the pause for who has been gone for longer than the grace', () => {
    const story = paused().given(at + seconds(10), depart('b'));
    const later = at + minutes(1);
    expect(story.when(later, resume)).toEqual([
      { type: 'resumed', at: later, endsAt: END + minutes(1) },
      { type: 'paused', at: later, since: later, reason: 'absence' },
    ]);
    expect(nextDeadline(story.state())).toBe(later + minutes(4));
    expect(story.when(later + seconds(5), arrive('b'))).toMatchObject([
      { type: 'arrived' },
      { type: 'resumed', endsAt: END + minutes(1) + seconds(5) },
    ]);
  });

  test('[K14] who has been gone for less may still come back in time', () => {
    const story = paused().given(at + seconds(50), depart('b'));
    expect(story.when(at + minutes(1), resume)).toHaveLength(1);
    expect(nextDeadline(story.state())).toBe(at + seconds(50) + GRACE);
  });

  test('[K15] ends by itself when the facilitator has left both alone for the grace', () => {
    const story = paused().given(at + seconds(20), depart('facilitator'));
    const due = at + seconds(20) + GRACE;
    expect(nextDeadline(story.state())).toBe(due);
    expect(story.when(due - 1, wake)).toEqual([]);
    expect(story.when(due, wake)).toEqual([{ type: 'resumed', at: due, endsAt: END + (due - at) }]);
  });

  test('[K15] the facilitator’s grace begins when both are back, and a return within it keeps the pause', () => {
    const story = paused()
      .given(at + seconds(1), depart('facilitator'), depart('a'))
      .given(at + minutes(2), arrive('a'));
    const due = at + minutes(2) + GRACE;
    expect(nextDeadline(story.state())).toBe(due);
    story.given(due - 1, arrive('facilitator'));
    expect(nextDeadline(story.state())).toBe(at + minutes(5));
  });

  test('[K15] ends by itself when pauses are used up, and no pause follows', () => {
    const story = paused();
    const due = at + minutes(5);
    expect(nextDeadline(story.state())).toBe(due);
    expect(story.when(due + 7, wake)).toEqual([{ type: 'resumed', at: due + 7, endsAt: END + minutes(5) }]);
    expect(story.state()).toMatchObject({ phase: 'live', pausedMs: minutes(5) });
    expect(story.when(due + 8, pause)).toEqual({ refused: 'not-allowed-here' });
  });

  test('[K7] ends the conversation when it is used up and somebody is gone', () => {
    const story = paused().given(at + minutes(1), depart('a'));
    expect(story.when(at + minutes(5), wake)).toMatchObject([
      { type: 'ended', reason: 'pauses-exhausted' },
      { type: 'media-closed' },
    ]);
  });

  test('[K16] is for programs that want it', () => {
    const story = talking({ ...guided, pauses: { facilitator: false } }, bare);
    expect(story.when(at, pause)).toEqual({ refused: 'not-allowed-here' });
  });
});
