/** After talking: closing media, and what may become of the recording. */
import type { Refusal } from './commands.ts';
import type {
  Answer,
  Closed,
  Conversation,
  ConversationEvent,
  GivenAnswer,
  Instant,
  ParticipantSeat,
  WrapUp,
} from './conversation.ts';
import { isWithdrawn } from './withdrawal.ts';

/** May be changed until the deadline. */
export function answer(
  state: WrapUp | Closed,
  seat: ParticipantSeat,
  given: GivenAnswer,
  now: Instant,
): readonly ConversationEvent[] | Refusal {
  if (state.phase === 'closed' || isWithdrawn(state)) return { refused: 'decision-closed' };
  const { answer, recordingVersion } = given;
  if (recordingVersion !== null && recordingVersion !== versionOf(state)) {
    return { refused: 'recording-differs' };
  }
  const before = state.answers[seat];
  if (before?.answer === answer && before.recordingVersion === recordingVersion) return [];
  return [{ type: 'decided', at: now, seat, answer, recordingVersion }];
}

/** Of the recording that there is to listen to; null: none yet, or none any more. */
export function versionOf(state: Conversation): number | null {
  return state.recording.state === 'ready' ? state.recording.mix.version : null;
}

/** What both have answered; null while they have not, or not the same. */
export function agreedOn(state: WrapUp | Closed): Answer | null {
  const { a, b } = state.answers;
  return a !== null && a.answer === b?.answer ? a.answer : null;
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

/** Private unless both say public, and nobody has withdrawn. */
function outcomeOf(state: WrapUp): Answer {
  return agreedOn(state) === 'public' && !isWithdrawn(state) ? 'public' : 'private';
}
