import { describe, expect, test } from 'vitest';
import type { Command } from './commands.ts';
import type { Mix } from './conversation.ts';
import { T0, decided, deciding, hours, inLobby, minutes, parting, talking } from './story.ts';

const at = T0 + hours(2);
const mix = (version: number): Mix => ({
  version,
  durationMs: minutes(31),
  files: [{ name: 'master.flac', format: 'flac', bytes: 9, sha256: 'ab', durationSeconds: 1860 }],
});
const capture: Command = { type: 'note-capture' };
const mixStarted: Command = { type: 'note-mix-started' };
const mixFinished = (version: number): Command => ({ type: 'note-mix-finished', mix: mix(version) });
const mixFailed = (final: boolean): Command => ({
  type: 'note-mix-failed',
  reason: 'ffmpeg went away',
  final,
});

describe('capture', () => {
  test('[M1] capture is noted once', () => {
    const story = talking();
    expect(story.when(T0 + 40, capture)).toEqual([{ type: 'capture-started', at: T0 + 40 }]);
    expect(story.when(T0 + 50, capture)).toEqual([]);
    expect(story.state().recording).toEqual({ state: 'capturing', since: T0 + 40 });
  });

  test('[M1] capture may begin as late as the farewell, not after it, not before the start', () => {
    const soon = T0 + minutes(30) + 5;
    expect(parting().when(soon, capture)).toEqual([{ type: 'capture-started', at: soon }]);
    expect(deciding().when(at, capture)).toEqual([]);
    expect(inLobby().when(T0, capture)).toEqual({ refused: 'wrong-phase' });
  });
});

describe('the mix', () => {
  test('[M2] attempts are counted, and a failed one leaves it mixing', () => {
    const story = deciding();
    expect(story.when(at, mixStarted)).toEqual([{ type: 'mix-started', at, attempt: 1 }]);
    expect(story.when(at + 1, mixFailed(false))).toEqual([
      { type: 'mix-failed', at: at + 1, reason: 'ffmpeg went away', attempt: 1, final: false },
    ]);
    expect(story.state().recording).toEqual({ state: 'mixing', attempt: 1 });
    expect(story.when(at + 2, mixStarted)).toEqual([{ type: 'mix-started', at: at + 2, attempt: 2 }]);
  });

  test('[M3] finished is ready, also when the conversation has closed meanwhile', () => {
    const story = decided();
    const later = T0 + hours(30);
    story.given(later, mixStarted);
    expect(story.when(later, mixFinished(1))).toEqual([{ type: 'mix-finished', at: later, mix: mix(1) }]);
    expect(story.state()).toMatchObject({ phase: 'closed', recording: { state: 'ready', mix: mix(1) } });
  });

  test('[M3] a later version replaces, the same or an earlier one does not', () => {
    const story = deciding().given(at, mixStarted, mixFinished(2));
    expect(story.when(at, mixFinished(2))).toEqual([]);
    expect(story.when(at, mixFinished(1))).toEqual([]);
    expect(story.when(at, mixFinished(3))).toEqual([{ type: 'mix-finished', at, mix: mix(3) }]);
    expect(story.state().recording).toEqual({ state: 'ready', mix: mix(3) });
  });

  test('[M4] failed for good is failed, and may be started again by hand', () => {
    const story = deciding().given(at, mixStarted, mixFailed(false), mixStarted, mixFailed(true));
    expect(story.state().recording).toEqual({ state: 'failed', reason: 'ffmpeg went away' });
    expect(story.when(at, mixFailed(true))).toEqual({ refused: 'wrong-phase' });
    expect(story.when(at, mixStarted)).toEqual([{ type: 'mix-started', at, attempt: 1 }]);
  });

  test('[M5] there is no mix while media is open, and none is started when one is ready', () => {
    const soon = T0 + minutes(30) + 5;
    for (const command of [mixStarted, mixFinished(1), mixFailed(true)]) {
      expect(parting().when(soon, command)).toEqual({ refused: 'wrong-phase' });
    }
    const story = deciding().given(at, mixStarted, mixFinished(1));
    expect(story.when(at, mixStarted)).toEqual({ refused: 'already-over' });
  });
});
