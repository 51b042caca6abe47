/** What a bot finds out about itself before talking. It has no loudspeaker, so there is no echo to be listened for. */
import type { SoundCheck } from '../server/protocol/view.ts';
import type { Bot } from './bot.ts';
import { voiceVerdict } from './loudness.ts';

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
