import { expect, it } from 'vitest';
import { loudSeconds, voiceVerdict } from './loudness.ts';
import { SAMPLE_RATE } from './speech.ts';

/** A second of a voice, and a second of none. */
const tone = (peak: number): Int16Array =>
  Int16Array.from({ length: 2 * SAMPLE_RATE }, (_, i) =>
    i < SAMPLE_RATE ? Math.round(peak * Math.sin((2 * Math.PI * 220 * i) / SAMPLE_RATE)) : 0,
  );

it('gives every voice its verdict, whatever the silence between', () => {
  expect([0, 350, 8_000, 32_767].map((peak) => voiceVerdict(tone(peak)))).toEqual([
    'silent',
    'soft',
    'good',
    'clipping',
  ]);
});

it('counts the seconds in which there is something to hear, up to a moment', () => {
  const spoken = { sound: tone(8_000), at: 10_000 };
  expect([loudSeconds(spoken, 20_000), loudSeconds(spoken, 10_500), loudSeconds(spoken, 9_000)]).toEqual([
    1, 0.5, 0,
  ]);
});
