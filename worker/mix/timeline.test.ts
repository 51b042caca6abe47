import { describe, expect, it } from 'vitest';
import type { MixEvent } from './job.ts';
import { timelineOf } from './timeline.ts';

const T = 1_790_000_000_000;
const started: MixEvent = { type: 'started', at: T };
const closed: MixEvent = { type: 'media-closed', at: T + 60_000 };

function paused(since: number, at = since): MixEvent {
  return { type: 'paused', at: T + at, since: T + since, reason: 'absence' };
}

describe('the timeline', () => {
  it('is none where nothing started', () => {
    expect(
      timelineOf([
        { type: 'created', at: T, program: { outputs: { master: 'mono' } }, deck: { prompts: [] } },
      ]),
    ).toBeNull();
  });

  it('begins at the start and ends when media closed', () => {
    expect(timelineOf([started, closed])).toEqual({ startedAt: T, endedAt: T + 60_000, pauses: [] });
    expect(timelineOf([started])).toEqual({ startedAt: T, endedAt: null, pauses: [] });
  });

  it('is silent from the instant the clock stood at until it ran again', () => {
    const events: readonly MixEvent[] = [
      started,
      paused(10_000, 12_000),
      { type: 'resumed', at: T + 15_000 },
      { type: 'paused', at: T + 30_000, since: T + 20_000, reason: 'server-away' },
      { type: 'resumed', at: T + 31_000 },
      closed,
    ];
    expect(timelineOf(events)?.pauses).toEqual([
      { from: 10, to: 15, reason: 'absence' },
      { from: 20, to: 31, reason: 'server-away' },
    ]);
  });

  it('has sound again in the farewell after a conversation that ended in a pause', () => {
    const events: readonly MixEvent[] = [started, paused(10_000), { type: 'ended', at: T + 40_000 }, closed];
    expect(timelineOf(events)?.pauses).toEqual([{ from: 10, to: 40, reason: 'absence' }]);
  });

  it('keeps pauses apart, and an endless one open', () => {
    const events: readonly MixEvent[] = [
      started,
      paused(10_000),
      { type: 'resumed', at: T + 15_000 },
      // Told late: the clock is said to have stood since before the last pause was over.
      paused(14_000, 20_000),
    ];
    expect(timelineOf(events)?.pauses).toEqual([
      { from: 10, to: 15, reason: 'absence' },
      { from: 15, to: Number.POSITIVE_INFINITY, reason: 'absence' },
    ]);
  });
});
