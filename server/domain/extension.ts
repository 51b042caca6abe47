/** Making the conversation longer, by steps and within a bound. It does not know why. */
import type { Refusal } from './commands.ts';
import type {
  Conversation,
  ConversationEvent,
  Instant,
  Live,
  Millis,
  ParticipantSeat,
} from './conversation.ts';
import { guidedBy } from './people.ts';

type Outcome = readonly ConversationEvent[] | Refusal;

/** By how much the conversation can still be made longer. */
export function extendableMs(state: Conversation): Millis {
  return state.phase === 'live' ? Math.max(0, state.program.extension.atMostMs - state.extendedMs) : 0;
}

/** The facilitator's word. */
export function extend(state: Live, now: Instant): Outcome {
  if (state.program.extension.atMostMs === 0) return { refused: 'not-allowed-here' };
  if (extendableMs(state) === 0) return { refused: 'no-extension-left' };
  return [extended(state, 'facilitator', now)];
}

/** Each asks alone; the second one's wish makes it so. */
export function askExtension(state: Live, seat: ParticipantSeat, wanted: boolean, now: Instant): Outcome {
  if (guidedBy(state) === 'facilitator') return { refused: 'not-your-role' };
  const { together, atMostMs } = state.program.extension;
  if (!together || atMostMs === 0) return { refused: 'not-allowed-here' };
  if (wanted && extendableMs(state) === 0) return { refused: 'no-extension-left' };
  if (state.extensionAsked[seat] === wanted) return [];
  const asked: ConversationEvent = { type: 'extension-asked', at: now, seat, wanted };
  const other = seat === 'a' ? 'b' : 'a';
  return wanted && state.extensionAsked[other] ? [asked, extended(state, 'both', now)] : [asked];
}

/** The last step may be a shorter one. */
function extended(state: Live, by: 'facilitator' | 'both', now: Instant): ConversationEvent {
  const byMs = Math.min(state.program.extension.stepMs, extendableMs(state));
  return { type: 'extended', at: now, byMs, endsAt: state.endsAt + byMs, by };
}
