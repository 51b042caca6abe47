import { describe, expect, it } from 'vitest';
import { summaryOf, warningsDue } from './event-log.ts';

const program = { durationMs: 60_000, warningsMs: [20_000, 10_000, 2_000] };

describe('warningsDue', () => {
  it('is each warning once, where nothing is made longer', () => {
    expect(warningsDue(program, [])).toEqual([20_000, 10_000, 2_000]);
  });

  it('has those anew that an extension made untrue again', () => {
    const late = { remainingMs: 5_000, byMs: 10_000 };
    expect(warningsDue(program, [late])).toEqual([20_000, 10_000, 10_000, 2_000]);
    const early = { remainingMs: 30_000, byMs: 10_000 };
    expect(warningsDue(program, [early])).toEqual([20_000, 10_000, 2_000]);
  });

  it('leaves out what is longer than the conversation', () => {
    expect(warningsDue({ ...program, durationMs: 15_000 }, [])).toEqual([10_000, 2_000]);
  });
});

describe('summaryOf', () => {
  const events = [
    { type: 'created', at: 0, program, deck: { prompts: [{}, {}] } },
    { type: 'sound-checked', at: 1, seat: 'a' },
    { type: 'started', at: 1_000, endsAt: 61_000 },
    { type: 'capture-started', at: 1_010 },
    { type: 'prompt-shown', at: 1_000, index: 0, by: 'clock' },
    { type: 'nudged', at: 2_000, nudgeId: 'n', to: 'a', text: 'Wait' },
    { type: 'paused', at: 11_000, since: 11_000, reason: 'facilitator' },
    { type: 'extended', at: 12_000, byMs: 10_000, endsAt: 71_000, by: 'facilitator' },
    { type: 'resumed', at: 16_000, endsAt: 76_000 },
    { type: 'marked', at: 20_000, markId: 'm', note: null },
    { type: 'ended', at: 76_001, reason: 'time' },
    { type: 'departed', at: 77_000, seat: 'facilitator' },
    { type: 'media-closed', at: 78_001 },
    { type: 'decided', at: 78_100, seat: 'b', answer: 'private', recordingVersion: null },
    { type: 'mix-finished', at: 79_000 },
    { type: 'decided', at: 79_500, seat: 'b', answer: 'public', recordingVersion: 1 },
    { type: 'closed', at: 90_000, outcome: 'private' },
  ];

  it('tells the last plan, pauses since the start, and what was left when it was made longer', () => {
    expect(summaryOf({ events })).toMatchObject({
      endsAt: 76_000,
      endedAt: 76_001,
      pauses: [{ reason: 'facilitator', fromMs: 10_000, toMs: 15_000 }],
      // The clock stood.
      extensions: [
        { by: 'facilitator', byMs: 10_000, endsAtBefore: 61_000, endsAt: 71_000, remainingMs: 50_000 },
      ],
      facilitatorLeftAt: 77_000,
      answers: [
        { seat: 'b', answer: 'private', recordingVersion: null },
        { seat: 'b', answer: 'public', recordingVersion: 1 },
      ],
    });
  });

  it('lets a pause that nobody ended end with the conversation', () => {
    const unresumed = events.filter(({ type }) => type !== 'resumed');
    expect(summaryOf({ events: unresumed }).pauses).toEqual([
      { reason: 'facilitator', fromMs: 10_000, toMs: 75_001 },
    ]);
  });

  it('throws when something is missing that every finished conversation has', () => {
    expect(() => summaryOf({ events: events.slice(0, -1) })).toThrow('closed');
  });
});
