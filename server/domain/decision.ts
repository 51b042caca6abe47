/** After talking: closing media, and what may become of the recording. */
import type { Refusal } from './commands.ts';
import {
  PARTICIPANT_SEATS,
  type Answer,
  type Closed,
  type ConversationEvent,
  type Instant,
  type ParticipantSeat,
  type WrapUp,
} from './conversation.ts';

/** May be changed until the deadline. */
export function answer(
  state: WrapUp | Closed,
  seat: ParticipantSeat,
  given: Answer,
  now: Instant,
): readonly ConversationEvent[] | Refusal {
  if (state.phase === 'closed') return { refused: 'decision-closed' };
  if (state.answers[seat] === given) return [];
  return [{ type: 'decided', at: now, seat, answer: given }];
}

/** A participant who has had enough of the farewell. */
export function closeMedia(state: WrapUp, now: Instant): readonly ConversationEvent[] | Refusal {
  if (state.mediaClosedAt !== null) return { refused: 'wrong-phase' };
  return [{ type: 'media-closed', at: now }];
}

export function dueInWrapUp(state: WrapUp, now: Instant): readonly ConversationEvent[] {
  if (mediaClosesAt(state) <= now) return [{ type: 'media-closed', at: now }];
  if (state.decideBy <= now) return [{ type: 'closed', at: now, outcome: outcomeOf(state) }];
  return [];
}

export function nextInWrapUp(state: WrapUp): Instant {
  return Math.min(mediaClosesAt(state), state.decideBy);
}

function mediaClosesAt(state: WrapUp): Instant {
  return state.mediaClosedAt === null ? state.mediaClosesAt : Infinity;
}

/** Private unless both say public. */
function outcomeOf(state: WrapUp): Answer {
  return PARTICIPANT_SEATS.every((seat) => state.answers[seat] === 'public') ? 'public' : 'private';
}
