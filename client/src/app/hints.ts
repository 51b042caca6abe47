/**
 * What can be told about how well the two hear each other, from what both ends measure. The gravest thing about each
 * person, and never more than one: a list of faults helps nobody. Pure.
 */
import type { MicrophoneState, Quality } from '../../../server/protocol/events.ts';

export type OwnHint = 'muted' | 'weak';
export type PartnerHint = 'gone' | 'silent' | 'muted' | 'lost' | 'weak';

/**
 * About oneself. A silent or lost microphone has a notice of its own, with a way to mend it, and is not repeated here.
 */
export function ownHint(
  microphone: MicrophoneState | null,
  connection: Quality['connection'],
): OwnHint | null {
  if (microphone === 'muted') return 'muted';
  return connection === 'weak' ? 'weak' : null;
}

/** About the other, as long as they are here: who is away is told otherwise. */
export function partnerHint(quality: Quality): PartnerHint | null {
  switch (quality.microphone) {
    case 'gone':
    case 'silent':
    case 'muted':
      return quality.microphone;
    case 'on':
    case 'unknown':
      return quality.connection === 'weak' || quality.connection === 'lost' ? quality.connection : null;
  }
}
