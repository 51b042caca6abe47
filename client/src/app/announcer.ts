/** Says things to people who listen to the page instead of looking at it: one polite live region for all. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Announcer {
  readonly text: ReadonlySignal<string>;
  say(text: string): void;
}

export function createAnnouncer(): Announcer {
  const text = signal('');
  return {
    text,
    say(what) {
      // The same words twice are not heard twice, unless they differ: a no-break space is silent.
      text.value = text.peek() === what ? `${what}\u00A0` : what;
    },
  };
}
