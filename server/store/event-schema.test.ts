import { describe, expect, test } from 'vitest';
import { readEvent, writeEvent } from './event-schema.ts';

/** As Parley wrote it before conversations were guided; from a log of then, with its texts cut short. */
const createdThen = {
  type: 'created',
  at: 1_800_000_000_000,
  conversationId: 'c1',
  program: {
    id: 'one-small-step',
    name: 'One small step',
    facilitation: 'optional',
    durationMs: 3_000_000,
    farewellMs: 60_000,
    graceMs: 15_000,
    pauseAllowanceMs: 600_000,
    opensBeforeMs: 900_000,
    noShowAfterMs: 900_000,
    decideWithinMs: 1_209_600_000,
    warningsMs: [600_000, 300_000, 60_000],
    master: 'mono',
  },
  deck: { id: 'deck', prompts: [] },
  consent: { version: '2026-1', text: 'You are recorded.', hash: 'ab'.repeat(32) },
  language: 'en',
  names: { a: 'Ana', b: 'Bo' },
  plannedAt: null,
  expiresAt: 1_802_592_000_000,
  about: { title: null, keywords: [], place: null },
};

describe('a log of before conversations were guided', () => {
  test('can be read: its program promises nothing that it did not know of', () => {
    const { master: _, ...program } = createdThen.program;
    expect(readEvent(JSON.stringify(createdThen))).toEqual({
      ...createdThen,
      program: {
        ...program,
        texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
        pauses: { facilitator: true },
        extension: { stepMs: 300_000, atMostMs: 0, together: false },
        offers: 'clock',
        outputs: { master: 'mono', listening: true, originals: false },
        copies: false,
        retentionMs: null,
      },
    });
  });

  test('says the same when it is written and read again', () => {
    const event = readEvent(JSON.stringify(createdThen));
    expect(readEvent(writeEvent(event))).toEqual(event);
  });

  test('has answers that name no recording', () => {
    const decidedThen = { type: 'decided', at: 1, seat: 'a', answer: 'public' };
    expect(readEvent(JSON.stringify(decidedThen))).toEqual({ ...decidedThen, recordingVersion: null });
  });
});

describe('what is no event of ours', () => {
  test.each([
    ['no program', { ...createdThen, program: undefined }, 'expected object'],
    ['a program neither of then nor of now', { ...createdThen, program: { id: 'x', name: 'y' } }, 'graceMs'],
    ['a key of nobody’s', { ...createdThen, program: { ...createdThen.program, colour: 'red' } }, 'colour'],
    ['a kind of nobody’s', { type: 'applauded', at: 1 }, 'discriminator'],
    ['a pause for no reason of ours', { type: 'paused', at: 1, since: 1, reason: 'lunch' }, 'reason'],
  ])('%s is noticed', (_, value, why) => {
    expect(() => readEvent(JSON.stringify(value))).toThrow(why);
  });
});
