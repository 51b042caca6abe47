/** What this device knows of its own microphone, in the words of the protocol. */
import type { MicrophoneState } from '../../../server/protocol/events.ts';
import type { Device } from './capture.ts';

/** Null: nothing is known yet. Muted comes first: it is what the person chose. */
export function ownMicrophone(o: {
  readonly device: Device['state'];
  readonly muted: boolean;
  readonly silent: boolean;
}): MicrophoneState | null {
  switch (o.device) {
    case 'off':
    case 'asking':
      return null;
    case 'trouble':
      return 'gone';
    case 'on':
      if (o.muted) return 'muted';
      return o.silent ? 'silent' : 'on';
  }
}
