/** Where this person is on their way, as far as only this device knows. What the house knows is in the view. */
import { signal, type Signal } from '@preact/signals';

export type LobbyStep = 'welcome' | 'outline' | 'consent' | 'declined' | 'check' | 'ready';

/** `ended`: the conversation is over for both. `unheard`: the house could not be told, or not yet. */
export type Left = 'lobby' | 'ending' | 'ended' | 'unheard' | 'after';

export interface Journey {
  readonly step: Signal<LobbyStep>;
  /** They have moved on this page since it was loaded, so they need no greeting back. */
  readonly moved: Signal<boolean>;
  /** Sound is open: they pressed "I'm ready", "Come back in" or "Take your seat". */
  readonly entered: Signal<boolean>;
  /** For coming back in as they left. */
  readonly wantsCamera: Signal<boolean>;
  readonly steppedAway: Signal<boolean>;
  readonly saidGoodbye: Signal<boolean>;
  /** They are done deciding, for now. */
  readonly decided: Signal<boolean>;
  /** They left quietly; what that did. */
  readonly left: Signal<Left | null>;
  /** The facilitator's note that was laid aside; the next one is another. */
  readonly nudgeAside: Signal<string | null>;
}

export function createJourney(): Journey {
  return {
    step: signal<LobbyStep>('welcome'),
    moved: signal(false),
    entered: signal(false),
    wantsCamera: signal(true),
    steppedAway: signal(false),
    saidGoodbye: signal(false),
    decided: signal(false),
    left: signal<Left | null>(null),
    nudgeAside: signal<string | null>(null),
  };
}
