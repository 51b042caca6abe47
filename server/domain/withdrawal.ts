/** Taking back: consent before talking, the recording after. */
import { end } from './clock.ts';
import type { Refusal } from './commands.ts';
import {
  PARTICIPANT_SEATS,
  type Closed,
  type Conversation,
  type ConversationEvent,
  type Instant,
  type Live,
  type Lobby,
  type ParticipantSeat,
  type WrapUp,
} from './conversation.ts';

type Outcome = readonly ConversationEvent[] | Refusal;

/** Whether a participant took the recording back. */
export function isWithdrawn(state: Conversation): boolean {
  if (state.phase !== 'wrap-up' && state.phase !== 'closed') return false;
  return PARTICIPANT_SEATS.some((seat) => state.withdrawals[seat] !== null);
}

/** Nothing was recorded yet: readiness goes with the consent. */
export function takeBackConsent(state: Lobby, seat: ParticipantSeat, now: Instant): Outcome {
  return state.consents[seat] === null ? [] : [{ type: 'consent-withdrawn', at: now, seat }];
}

/** Talking ends at once, without farewell: it would be recorded. */
export function withdrawWhileTalking(state: Live, seat: ParticipantSeat, now: Instant): Outcome {
  return [...end(state, 'withdrawn', seat, now), { type: 'withdrawn', at: now, seat }];
}

/** In the farewell, media closes with it. Each may say it once; the recording is deleted with the first. */
export function withdraw(state: WrapUp | Closed, seat: ParticipantSeat, now: Instant): Outcome {
  if (state.withdrawals[seat] !== null) return [];
  const withdrawn: ConversationEvent = { type: 'withdrawn', at: now, seat };
  return state.mediaClosedAt === null ? [withdrawn, { type: 'media-closed', at: now }] : [withdrawn];
}

export function noteRecordingDeleted(state: WrapUp | Closed, now: Instant): Outcome {
  if (state.recording.state === 'deleted') return [];
  if (state.recording.state !== 'deleting') return { refused: 'wrong-phase' };
  return [{ type: 'recording-deleted', at: now }];
}
