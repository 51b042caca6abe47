import { describe, expect, test } from 'vitest';
import { en } from '../words/en.ts';
import { passedMark, tellings } from './happenings.ts';

const MINUTE = 60_000;
const WARNINGS = [10 * MINUTE, 5 * MINUTE, MINUTE];

describe('the last minutes', () => {
  test('are told once, when they begin', () => {
    expect(passedMark(5 * MINUTE + 1, 5 * MINUTE, WARNINGS)).toBe(5 * MINUTE);
    expect(passedMark(5 * MINUTE, 5 * MINUTE - 1, WARNINGS)).toBeNull();
  });

  test('are not told again when the clock is turned back by an extension', () => {
    expect(passedMark(MINUTE - 1, 6 * MINUTE, WARNINGS)).toBeNull();
  });

  test('after a while without looking, only the latest is told', () => {
    expect(passedMark(12 * MINUTE, 4 * MINUTE, WARNINGS)).toBe(5 * MINUTE);
  });
});

type View = Parameters<typeof tellings>[0];
const NOW = 1_000_000;
const clock: NonNullable<View['clock']> = {
  startedAt: 0,
  endsAt: NOW + 4 * MINUTE,
  pausedSince: null,
  pauseReason: null,
  pauseEndsAt: null,
  extendableMs: 10 * MINUTE,
  extensionAskedBy: [],
  endedAt: null,
  mediaClosesAt: null,
};
const person = { here: true, consented: true, ready: true };
const live: View = {
  conversationId: 'c',
  version: 1,
  seat: 'a',
  phase: 'live',
  language: 'en',
  program: {
    name: 'p',
    texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
    durationMs: 50 * MINUTE,
    farewellMs: MINUTE,
    graceMs: 15_000,
    warningsMs: WARNINGS,
    copies: true,
    mayPause: true,
    extension: { stepMs: 5 * MINUTE, together: true },
  },
  plannedAt: null,
  people: { a: { ...person, seat: 'a', name: 'Ana' }, b: { ...person, seat: 'b', name: 'Ben' } },
  facilitator: { expected: true, here: true },
  guidedBy: 'facilitator',
  consent: { version: '1', hash: '', text: '' },
  clock,
  prompt: null,
  promptCount: 0,
  deck: null,
  nudge: null,
  trouble: null,
  facilitatorDesk: null,
  recording: true,
  recordingState: 'capturing',
  recordingVersion: null,
  end: null,
  decision: null,
};

describe('what is told when it happens', () => {
  test('a note is told once, and the next one again', () => {
    const first = { ...live, nudge: { nudgeId: 'n1', text: 'Take your time.', at: NOW } };
    const second = { ...live, nudge: { nudgeId: 'n2', text: 'Closer, please.', at: NOW } };
    expect(tellings(live, first, en)).toEqual([en.nudge.new('Take your time.')]);
    expect(tellings(first, { ...first, version: 2 }, en)).toEqual([]);
    expect(tellings(first, second, en)).toEqual([en.nudge.new('Closer, please.')]);
  });

  test('a pause by the facilitator, what it does to the recording, and its end', () => {
    const paused: View = {
      ...live,
      recording: false,
      clock: { ...clock, pausedSince: NOW, pauseReason: 'facilitator' },
    };
    expect(tellings(live, paused, en)).toEqual([en.trouble.pausedByGuide, en.room.notRecording]);
    expect(tellings(paused, live, en)).toEqual([en.trouble.resumed, en.room.recording]);
  });

  test('the partner’s wish for more time, not one’s own; and what came of it', () => {
    const asked = (by: 'a' | 'b'): View => ({ ...live, clock: { ...clock, extensionAskedBy: [by] } });
    expect(tellings(live, asked('b'), en)).toEqual([en.extension.partnerAsks('Ben', 5 * MINUTE)]);
    expect(tellings(live, asked('a'), en)).toEqual([]);
    const extended: View = { ...live, clock: { ...clock, extendableMs: 5 * MINUTE } };
    expect(tellings(asked('b'), extended, en)).toEqual([en.extension.extended(5 * MINUTE)]);
  });
});
