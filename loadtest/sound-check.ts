/** What a bot finds out about itself before talking. It has no loudspeaker, so there is no echo to be listened for. */
import type { SoundCheck } from '../server/protocol/view.ts';
import { LOUD_ABOVE } from './bot-media.ts';
import type { Bot } from './bot.ts';

/** dBFS of the pieces in which there is a voice. */
const softBelowDb = -38;
const fullScale = 32_768;
/** So near to full scale nothing speaks but a microphone that is turned up too far. */
const clippedAbove = 32_700;
/** Of the pieces with a voice. */
const clippedShare = 0.01;
/** 10 ms at 48 kHz. */
const pieceSamples = 480;

/** `sound`: what the microphone will hear. Media must be open: packets are looked for on their way. */
export async function soundCheckOf(bot: Bot, sound: Int16Array, device: string): Promise<SoundCheck> {
  const way = await bot.media.way();
  return {
    voice: voiceVerdict(sound),
    echo: 'unknown',
    device,
    udp: way === 'udp' ? 'yes' : 'no',
    tcp: way === 'tcp' ? 'yes' : 'unknown',
    turn: 'unknown',
  };
}

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
