import { describe, expect, it } from 'vitest';
import { facilitationClash, scaleDeck, scaleProgram, toMs } from './scale.ts';

describe('toMs', () => {
  it('reads every unit that programs use', () => {
    expect(['2400 ms', '15 s', '9.5 min', '1h', '14 d'].map(toMs)).toEqual([
      2_400, 15_000, 570_000, 3_600_000, 1_209_600_000,
    ]);
  });

  it('refuses what is no length of time', () => {
    for (const text of ['', '5', 'min', '-3 s', '5 minutes']) expect(() => toMs(text)).toThrow(text);
  });
});

describe('scaleProgram', () => {
  const program = { name: { en: 'One' }, duration: '50 min', deck: 'one', consent: 'one' };

  it('scales duration, farewell and warnings alike, and leaves the rest', () => {
    expect(scaleProgram({ ...program, farewell: '2 min', warnings: ['10 min', '30 s'] }, 60)).toEqual({
      deckId: 'one',
      factor: 0.02,
      program: {
        name: { en: 'One' },
        deck: 'one',
        consent: 'one',
        facilitation: 'never',
        facilitatorMayPause: true,
        offers: 'clock',
        outputs: { listening: true },
        duration: '60000 ms',
        farewell: '2400 ms',
        pauses: '12000 ms',
        extension: { step: '6000 ms', atMost: '0 ms', together: false },
        warnings: ['12000 ms', '600 ms'],
        grace: '2000 ms',
        decideWithin: '6400 ms',
      },
      scale: {
        facilitation: 'never',
        durationMs: 60_000,
        farewellMs: 2_400,
        pausesMs: 12_000,
        facilitatorMayPause: true,
        extension: { stepMs: 6_000, atMostMs: 0, together: false },
        offers: 'clock',
        listening: true,
      },
    });
  });

  it('scales what pauses and extensions may take', () => {
    const extension = { step: '5 min', atMost: '10 min', together: true };
    const least = { decideWithinMs: 9_000 };
    const { program: scaled, scale } = scaleProgram({ ...program, pauses: '5 min', extension }, 60, least);
    expect(scaled).toMatchObject({
      pauses: '6000 ms',
      extension: { step: '6000 ms', atMost: '12000 ms', together: true },
      decideWithin: '10200 ms',
    });
    expect(scale).toMatchObject({
      pausesMs: 6_000,
      extension: { stepMs: 6_000, atMostMs: 12_000, together: true },
    });
  });

  it('leaves time enough to say goodbye where that is wanted', () => {
    const { program: scaled, scale } = scaleProgram(program, 20, { farewellMs: 1_000 });
    expect(scaled).toMatchObject({ farewell: '1000 ms', decideWithin: '5000 ms' });
    expect(scale.farewellMs).toBe(1_000);
    expect(scaleProgram(program, 60, { farewellMs: 1_000 }).scale.farewellMs).toBe(1_200);
  });

  it('scales what a program leaves to the house, too', () => {
    const { program: scaled } = scaleProgram({ ...program, duration: '6 min' }, 36);
    expect(scaled).toMatchObject({ farewell: '6000 ms', warnings: ['30000 ms', '6000 ms'] });
  });
});

describe('scaleDeck', () => {
  it('moves every card by the same factor', () => {
    const deck = {
      sections: {},
      prompts: [
        { id: 'x', at: '0 s' },
        { id: 'y', at: '47.5 min' },
      ],
    };
    expect(scaleDeck(deck, 0.02)).toEqual({
      sections: {},
      prompts: [
        { id: 'x', at: '0 ms' },
        { id: 'y', at: '57000 ms' },
      ],
    });
  });
});

describe('facilitationClash', () => {
  it('says what to do where a program wants it otherwise', () => {
    expect(facilitationClash('congress', 'always', false)).toContain('add --facilitator');
    expect(facilitationClash('two', 'never', true)).toContain('leave --facilitator out');
  });

  it('lets through what the program lets', () => {
    const clashes = [
      facilitationClash('x', 'always', true),
      facilitationClash('x', 'never', false),
      facilitationClash('x', 'optional', true),
      facilitationClash('x', 'optional', false),
    ];
    expect(clashes).toEqual([null, null, null, null]);
  });
});
