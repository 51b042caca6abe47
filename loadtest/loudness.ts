/** How loud speech is, piece by piece. Pure. */
import type { SoundCheck } from '../server/protocol/view.ts';
import { SAMPLE_RATE } from './speech.ts';

/** About −40 dBFS: above any codec's idea of silence. */
export const LOUD_ABOVE = 300;
/** dBFS of the pieces in which there is a voice. */
const softBelowDb = -38;
const fullScale = 32_768;
/** So near to full scale nothing speaks but a microphone that is turned up too far. */
const clippedAbove = 32_700;
/** Of the pieces with a voice. */
const clippedShare = 0.01;
/** 10 ms. */
const pieceSamples = SAMPLE_RATE / 100;

/** As a listener's bot counts what it hears: 10 ms pieces that are not silence. */
export function loudSeconds(
  { sound, at }: { readonly sound: Int16Array; readonly at: number },
  until: number,
): number {
  const end = Math.min(sound.length, Math.round(((until - at) / 1_000) * SAMPLE_RATE));
  let loud = 0;
  for (let start = 0; start + pieceSamples <= end; start += pieceSamples)
    if (sound.subarray(start, start + pieceSamples).some((sample) => Math.abs(sample) > LOUD_ABOVE)) loud++;
  return loud / 100;
}

/** What a sound check would say of this voice. */
export function voiceVerdict(sound: Int16Array): SoundCheck['voice'] {
  let voiced = 0;
  let clipped = 0;
  let squares = 0;
  for (let start = 0; start + pieceSamples <= sound.length; start += pieceSamples) {
    const piece = sound.subarray(start, start + pieceSamples);
    const loudest = piece.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    if (loudest <= LOUD_ABOVE) continue;
    voiced++;
    if (loudest > clippedAbove) clipped++;
    squares += piece.reduce((sum, sample) => sum + (sample / fullScale) ** 2, 0) / pieceSamples;
  }
  if (voiced === 0) return 'silent';
  if (clipped > clippedShare * voiced) return 'clipping';
  return 10 * Math.log10(squares / voiced) < softBelowDb ? 'soft' : 'good';
}
