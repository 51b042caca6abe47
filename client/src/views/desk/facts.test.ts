import { describe, expect, test } from 'vitest';
import type { View } from '../../../../server/protocol/events.ts';
import { missing, nextStepMs, QUIET, showings, sinceStart, speech, standing, wayThrough } from './facts.ts';

const ready = { here: true, consented: true, ready: true };
const people = (a: object = {}, b: object = {}): View['people'] => ({
  a: { seat: 'a', name: 'Ana', ...ready, ...a },
  b: { seat: 'b', name: 'Jo', ...ready, ...b },
});
const CLOCK: NonNullable<View['clock']> = {
  startedAt: 1000,
  endsAt: 100_000,
  pausedSince: null,
  pauseReason: null,
  pauseEndsAt: null,
  extendableMs: 0,
  extensionAskedBy: [],
  endedAt: null,
  mediaClosesAt: null,
};
const live = (clock: Partial<NonNullable<View['clock']>>, who = people()): View =>
  ({ phase: 'live', people: who, clock: { ...CLOCK, ...clock } }) as View;

describe('what is missing before the start', () => {
  test('is nothing when both are here, have agreed and are ready', () => {
    expect(missing(people())).toEqual([]);
  });

  test('is told of both, each with the first thing', () => {
    const told = missing(people({ here: false, ready: false }, { consented: false, ready: false }));
    expect(told.map(({ person, lacks }) => [person.name, lacks])).toEqual([
      ['Ana', 'here'],
      ['Jo', 'consent'],
    ]);
    expect(missing(people({ ready: false })).map(({ lacks }) => lacks)).toEqual(['ready']);
  });
});

describe('the time since the start', () => {
  test('is told in minutes and seconds, and in hours where there are any', () => {
    expect(sinceStart(1000, 1000)).toBe('0:00');
    expect(sinceStart(1000 + 252_999, 1000)).toBe('4:12');
    expect(sinceStart(1000 + 3_852_000, 1000)).toBe('1:04:12');
  });

  test('is none before the start', () => {
    expect(sinceStart(999, 1000)).toBeNull();
    expect(sinceStart(999, null)).toBeNull();
  });

  test('is kept of every showing of a card', () => {
    const view = {
      ...live({}),
      facilitatorDesk: {
        shown: [
          { index: 0, at: 1000 },
          { index: 1, at: 61_000 },
          { index: 0, at: 121_000 },
        ],
      },
    };
    expect([...showings(view as unknown as View)]).toEqual([
      [0, ['0:00', '2:00']],
      [1, ['1:00']],
    ]);
  });
});

describe('a standing clock', () => {
  test('that runs does not stand', () => {
    expect(standing(live({}))).toBeNull();
  });

  test('that the facilitator stopped goes on by itself while both are here', () => {
    const paused = { pausedSince: 5000, pauseReason: 'facilitator', pauseEndsAt: 9000 } as const;
    expect(standing(live(paused))).toEqual({ because: 'facilitator', goesOn: true, until: 9000 });
    expect(standing(live(paused, people({ here: false })))).toEqual({
      because: 'facilitator',
      goesOn: false,
      until: 9000,
    });
  });

  test('that waits names who is away', () => {
    const paused = { pausedSince: 5000, pauseReason: 'absence', pauseEndsAt: 9000 } as const;
    expect(standing(live(paused, people({}, { here: false })))).toEqual({
      because: 'absence',
      away: ['Jo'],
      until: 9000,
    });
  });
});

test('the next step is no longer than what is left of all steps', () => {
  const program = { extension: { stepMs: 300, together: false } } as View['program'];
  expect(nextStepMs({ ...live({ extendableMs: 1000 }), program })).toBe(300);
  expect(nextStepMs({ ...live({ extendableMs: 200 }), program })).toBe(200);
});

test('of the ways through the best is told', () => {
  const check = { voice: 'good', echo: 'none', device: null, udp: 'no', tcp: 'no', turn: 'unknown' } as const;
  expect(wayThrough({ ...check, udp: 'yes' })).toBe('direct');
  expect(wayThrough({ ...check, tcp: 'yes' })).toBe('slower');
  expect(wayThrough({ ...check, turn: 'yes' })).toBe('relay');
  expect(wayThrough(check)).toBe('none');
  expect(wayThrough({ ...check, udp: 'unknown' })).toBeNull();
});

test('who is loud speaks, through a breath, and then no more', () => {
  const loud = speech(QUIET, 0.6, 1000);
  const breath = speech(loud, 0, 1500);
  const done = speech(breath, 0, 1700);
  expect([speech(QUIET, 0.2, 0), loud, breath, done].map(({ speaks }) => speaks)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
