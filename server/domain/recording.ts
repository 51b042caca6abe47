/** What the recorder and the mix tell. Facts told twice are told once. */
import type { Refusal } from './commands.ts';
import type { Closed, ConversationEvent, Instant, Live, Mix, WrapUp } from './conversation.ts';

type Outcome = readonly ConversationEvent[] | Refusal;

export function noteCapture(state: Live | WrapUp, now: Instant): Outcome {
  if (state.phase === 'wrap-up' && state.mediaClosedAt !== null) return [];
  if (state.recording.state !== 'off') return [];
  return [{ type: 'capture-started', at: now }];
}

/** After a withdrawal nothing is made any more, and what was in the making counts for nothing. */
function isTakenBack(state: WrapUp | Closed): boolean {
  return state.recording.state === 'deleting' || state.recording.state === 'deleted';
}

/** A mix that failed for good may be tried again; its attempts count from one. */
export function noteMixStarted(state: WrapUp | Closed, now: Instant): Outcome {
  if (state.mediaClosedAt === null) return { refused: 'wrong-phase' };
  if (state.recording.state === 'ready' || isTakenBack(state)) return { refused: 'already-over' };
  const attempt = state.recording.state === 'mixing' ? state.recording.attempt + 1 : 1;
  return [{ type: 'mix-started', at: now, attempt }];
}

/** A later version replaces the former. */
export function noteMixFinished(state: WrapUp | Closed, mix: Mix, now: Instant): Outcome {
  if (state.mediaClosedAt === null) return { refused: 'wrong-phase' };
  if (isTakenBack(state)) return [];
  if (state.recording.state === 'ready' && mix.version <= state.recording.mix.version) return [];
  return [{ type: 'mix-finished', at: now, mix }];
}

export function noteMixFailed(state: WrapUp | Closed, reason: string, final: boolean, now: Instant): Outcome {
  if (isTakenBack(state)) return [];
  if (state.recording.state !== 'mixing') return { refused: 'wrong-phase' };
  return [{ type: 'mix-failed', at: now, reason, attempt: state.recording.attempt, final }];
}
