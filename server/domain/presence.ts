/** Coming and going. */
import {
  PARTICIPANT_SEATS,
  SEATS,
  type Conversation,
  type ConversationEvent,
  type Instant,
  type Seat,
} from './conversation.ts';
import { resume } from './clock.ts';
import { isHere } from './people.ts';

/** Idempotent. The second participant's return ends a pause. */
export function arrive(state: Conversation, seat: Seat, now: Instant): readonly ConversationEvent[] {
  if (!presenceMatters(state) || isHere(state, seat)) return [];
  const arrived: ConversationEvent = { type: 'arrived', at: now, seat };
  if (state.phase !== 'live' || state.pausedSince === null) return [arrived];
  // Who paused with a word goes on with one.
  if (state.pauseReason === 'facilitator') return [arrived];
  const everyoneIsBack = PARTICIPANT_SEATS.every((other) => other === seat || isHere(state, other));
  return everyoneIsBack ? [arrived, ...resume(state, now)] : [arrived];
}

/** Idempotent. */
export function depart(state: Conversation, seat: Seat, now: Instant): readonly ConversationEvent[] {
  if (!presenceMatters(state) || !isHere(state, seat)) return [];
  return [{ type: 'departed', at: now, seat }];
}

/** Taking over an empty seat is arriving. */
export function takeOver(state: Conversation, seat: Seat, now: Instant): readonly ConversationEvent[] {
  if (!presenceMatters(state)) return [];
  return isHere(state, seat) ? [{ type: 'taken-over', at: now, seat }] : arrive(state, seat, now);
}

/** Everyone who was here lost their connection when the server did. */
export function departAll(state: Conversation, lostAt: Instant): readonly ConversationEvent[] {
  return SEATS.flatMap((seat) => depart(state, seat, lostAt));
}

function presenceMatters(state: Conversation): boolean {
  switch (state.phase) {
    case 'lobby':
    case 'live':
      return true;
    case 'wrap-up':
      return state.mediaClosedAt === null;
    case 'closed':
    case 'cancelled':
    case 'abandoned':
      return false;
  }
}
