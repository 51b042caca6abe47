/** When to wake a conversation, and what is due when it wakes. It does not know what o'clock it is. */
import { dueWarning, end, goesOnAt, nextWarningAt, pause, pauseEndsAt, pausesAt, resume } from './clock.ts';
import type { Conversation, ConversationEvent, Instant, Live } from './conversation.ts';
import { dueInWrapUp, nextInWrapUp } from './decision.ts';
import { dueInLobby, nextInLobby } from './lobby.ts';
import { dueCard, nextCardAt } from './prompts.ts';
import { wantsDeletion, wantsMix } from './wanted.ts';

/** The next instant at which something happens by itself; null: nothing ever will. */
export function nextDeadline(state: Conversation): Instant | null {
  const at = nextIn(state);
  return at === Infinity ? null : at;
}

/** Whether the house must still look after it: something will happen by itself, or a mix or a deletion is owed. */
export function unfinished(state: Conversation): boolean {
  return nextDeadline(state) !== null || wantsMix(state) || wantsDeletion(state);
}

function nextIn(state: Conversation): Instant {
  switch (state.phase) {
    case 'lobby':
      return nextInLobby(state);
    case 'live':
      if (state.pausedSince !== null) return Math.min(goesOnAt(state), pauseEndsAt(state));
      return Math.min(state.endsAt, pausesAt(state), nextCardAt(state), nextWarningAt(state));
    case 'wrap-up':
      return nextInWrapUp(state);
    case 'closed':
    case 'cancelled':
    case 'abandoned':
      return Infinity;
  }
}

/**
 * What has become due by `now`, the earliest first; more may be due after it. None: nothing is due, and
 * `nextDeadline` lies ahead. `awaySince`: no server ran from then until now.
 */
export function whatIsDue(
  state: Conversation,
  now: Instant,
  awaySince: Instant,
): readonly ConversationEvent[] {
  switch (state.phase) {
    case 'lobby':
      return dueInLobby(state, now);
    case 'live':
      return state.pausedSince === null ? dueWhileRunning(state, now, awaySince) : dueWhilePaused(state, now);
    case 'wrap-up':
      return dueInWrapUp(state, now);
    case 'closed':
    case 'cancelled':
    case 'abandoned':
      return [];
  }
}

/** End and pause come before cards and warnings: a late card or warning would speak of a clock that stands. */
function dueWhileRunning(state: Live, now: Instant, awaySince: Instant): readonly ConversationEvent[] {
  if (state.endsAt <= Math.min(now, pausesAt(state))) return end(state, 'time', 'clock', now);
  if (pausesAt(state) <= now) return pause(state, now, awaySince);
  return [...dueCard(state, now), ...dueWarning(state, now)];
}

function dueWhilePaused(state: Live, now: Instant): readonly ConversationEvent[] {
  if (goesOnAt(state) <= now) return resume(state, now);
  return pauseEndsAt(state) <= now ? end(state, 'pauses-exhausted', 'clock', now) : [];
}
