/** The cards: who lays which on the table, and when the clock offers one. */
import type { Refusal } from './commands.ts';
import type { ConversationEvent, Instant, Live, Prompt, Seat } from './conversation.ts';
import { instantOf } from './clock.ts';
import { guidedBy, isParticipant } from './people.ts';

export function showPrompt(
  state: Live,
  seat: Seat,
  index: number,
  now: Instant,
): readonly ConversationEvent[] | Refusal {
  if (isParticipant(seat) !== (guidedBy(state) === 'participants')) return { refused: 'not-your-role' };
  const prompt = state.deck.prompts[index];
  if (prompt === undefined) return { refused: 'no-such-prompt' };
  const current = currentIndex(state);
  if (index === current) return [];
  if (isParticipant(seat) && Math.abs(index - current) !== 1) return { refused: 'no-such-prompt' };
  return [shown(prompt, index, seat, now)];
}

/** The latest card whose time has come; those before it are passed over. */
export function dueCard(state: Live, now: Instant): readonly ConversationEvent[] {
  const card = offers(state).findLast((offer) => offer.at <= now);
  return card === undefined ? [] : [shown(card.prompt, card.index, 'clock', now)];
}

export function nextCardAt(state: Live): Instant {
  return Math.min(...offers(state).map((offer) => offer.at));
}

interface Offer {
  readonly at: Instant;
  readonly index: number;
  readonly prompt: Prompt;
}

/**
 * The cards that the clock has yet to offer: those ahead of the one on the table whose time had not come when it was
 * laid there. So nobody who turns a card back has it turned forward again.
 */
function offers(state: Live): readonly Offer[] {
  const shownAtMs = state.prompt?.shownAtMs ?? -Infinity;
  return state.deck.prompts
    .map((prompt, index) => ({ prompt, index, at: offeredAt(state, prompt, index) }))
    .filter(({ prompt, index }) => index > currentIndex(state) && prompt.atMs > shownAtMs);
}

/**
 * A facilitator who is needed or here lays the cards, or the program leaves it to the two; then the clock lays only
 * the one that opens. After a facilitator who went, the clock waits out the grace, for the connection may come back.
 */
function offeredAt(state: Live, prompt: Prompt, index: number): Instant {
  const due = instantOf(state, prompt.atMs);
  if (state.program.offers === 'nobody' || guidedBy(state) === 'facilitator') {
    return index === 0 && prompt.atMs === 0 ? due : Infinity;
  }
  const goneSince = state.presence.facilitator.since;
  return goneSince === null ? due : Math.max(due, goneSince + state.program.graceMs);
}

/** Before the first card: −1. */
function currentIndex(state: Live): number {
  return state.prompt?.index ?? -1;
}

function shown(prompt: Prompt, index: number, by: Seat | 'clock', now: Instant): ConversationEvent {
  return { type: 'prompt-shown', at: now, index, promptId: prompt.id, by };
}
