import { describe, expect, it } from 'vitest';
import { chaptersOf, cutsOf, ffmetadata, sampleAfterCuts, titleOf } from './chapters.ts';
import type { MixEvent } from './job.ts';

const s = (seconds: number): number => seconds * 48_000;

describe('long pauses', () => {
  it('lose their middle, so that a second of them is left; others stay whole, an endless one ends with the sound', () => {
    const pauses = [
      { from: s(3), to: s(4) },
      { from: s(10), to: s(20) },
      { from: s(50), to: Number.POSITIVE_INFINITY },
    ];
    const cuts = cutsOf(pauses, s(60));
    expect(cuts).toEqual([
      { from: s(10.5), to: s(19.5) },
      { from: s(50.5), to: s(59.5) },
    ]);
    const moved = [5, 10.5, 15, 19.5, 30, 60].map((at) => sampleAfterCuts(s(at), cuts) / 48_000);
    expect(moved).toEqual([5, 10.5, 10.5, 10.5, 21, 42]);
  });
});

describe('chapters', () => {
  const prompts = ['one', 'two'].map((id) => ({ id, text: `Card ${id}` }));
  const events: readonly MixEvent[] = [
    { type: 'created', at: 0, program: { outputs: { master: 'stereo' } }, deck: { prompts } },
    { type: 'prompt-shown', at: 1_000, promptId: 'one' },
    { type: 'prompt-shown', at: 13_000, promptId: 'two' },
    { type: 'prompt-shown', at: 14_000, promptId: 'one' },
    { type: 'prompt-shown', at: 31_000, promptId: 'two' },
  ];

  it('are one a card on the table, each to the next, moved by what was cut; one that nobody saw go by is none', () => {
    const cuts = [{ from: s(10.5), to: s(19.5) }];
    expect(chaptersOf(events, { startedAt: 1_000, totalSamples: s(60), cuts })).toEqual([
      { title: 'Card one', fromSeconds: 0, toSeconds: 10.5 },
      { title: 'Card one', fromSeconds: 10.5, toSeconds: 21 },
      { title: 'Card two', fromSeconds: 21, toSeconds: 51 },
    ]);
  });

  it('are called by the whole text, its first sentence or its first words, whatever is short enough', () => {
    expect(titleOf('  Who\n raised you? ')).toBe('Who raised you?');
    expect(titleOf(`Who raised you? ${'And how was that? '.repeat(5)}`)).toBe('Who raised you?');
    expect(titleOf(`Tell of ${'somebody whom you trust, '.repeat(5)}`)).toBe(
      'Tell of somebody whom you trust, somebody whom you trust…',
    );
    expect(titleOf('a'.repeat(100))).toBe(`${'a'.repeat(59)}…`);
  });

  it('are written with what means something to ffmpeg escaped', () => {
    const text = ffmetadata([{ title: String.raw`1=2; #3 \4`, fromSeconds: 0.5, toSeconds: 2 }]);
    expect(text.split('\n')).toEqual([
      ';FFMETADATA1',
      '[CHAPTER]',
      'TIMEBASE=1/1000',
      'START=500',
      'END=2000',
      String.raw`title=1\=2\; \#3 \\4`,
      '',
    ]);
  });
});
