import type { SetupContext } from './context.ts';
import { commandNeed, ensurePackages } from './packages.ts';

/** espeak-ng gives the bots of demo and tests their voices. */
export async function ensureSpeech(context: SetupContext): Promise<void> {
  await ensurePackages([commandNeed('espeak-ng')], context);
}
