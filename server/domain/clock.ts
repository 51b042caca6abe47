/**
 * The clock of the conversation: hard end, pauses, extensions, warnings. It holds instants and counts nothing.
 * Running time is time since the start without the pauses; while the clock runs it is at
 * `durationMs + extendedMs − (endsAt − now)`.
 */
import type { Refusal } from './commands.ts';
import {
  PARTICIPANT_SEATS,
  SEATS,
  type ConversationEvent,
  type EndReason,
  type Instant,
  type Live,
  type Millis,
  type Seat,
} from './conversation.ts';
import { bothAreHere, isHere } from './people.ts';

type Outcome = readonly ConversationEvent[] | Refusal;

function plannedMs(state: Live): Millis {
  return state.program.durationMs + state.extendedMs;
}

/** Running time at `now`; it stands during a pause. */
export function runningTimeMs(state: Live, now: Instant): Millis {
  return plannedMs(state) - (state.endsAt - Math.min(now, state.pausedSince ?? Infinity));
}

/** The instant at which running time will be (or was, when no pause came between) `runningMs`. */
export function instantOf(state: Live, runningMs: Millis): Instant {
  return state.endsAt - plannedMs(state) + runningMs;
}

/** When the clock stops because a participant has been gone for longer than the grace. */
export function pausesAt(state: Live): Instant {
  if (state.pausedSince !== null) return Infinity;
  const goneSince = PARTICIPANT_SEATS.map((seat) => state.presence[seat])
    .filter((presence) => !presence.here)
    .map((presence) => presence.since ?? state.startedAt);
  return Math.max(state.runningSince, Math.min(...goneSince) + state.program.graceMs);
}

/** When a pause has used up what pauses are allowed in sum. */
export function pauseEndsAt(state: Live): Instant {
  if (state.pausedSince === null) return Infinity;
  return state.pausedSince + pauseLeftMs(state);
}

function pauseLeftMs(state: Live): Millis {
  return Math.max(0, state.program.pauseAllowanceMs - state.pausedMs);
}

/**
 * When a facilitator's pause ends without a word, while both are here to talk: for the grace the facilitator has left
 * them alone, so that nobody could give it; or pauses are used up, which is no fault of the two.
 */
export function goesOnAt(state: Live): Instant {
  if (state.pauseReason !== 'facilitator' || !bothAreHere(state)) return Infinity;
  if (isHere(state, 'facilitator')) return pauseEndsAt(state);
  const sinces = SEATS.map((seat) => state.presence[seat].since ?? -Infinity);
  const aloneSince = Math.max(state.pausedSince ?? -Infinity, ...sinces);
  return Math.min(pauseEndsAt(state), aloneSince + state.program.graceMs);
}

/** Noticed late, the clock has stood no longer than it may. */
export function resume(state: Live, now: Instant): readonly ConversationEvent[] {
  if (state.pausedSince === null) return [];
  const stoodMs = Math.min(now, pauseEndsAt(state)) - state.pausedSince;
  return [{ type: 'resumed', at: now, endsAt: state.endsAt + stoodMs }];
}

/** The facilitator's word. While the clock stands because somebody is gone, it has no place. */
export function pauseBy(state: Live, now: Instant): Outcome {
  if (!state.program.pauses.facilitator) return { refused: 'not-allowed-here' };
  if (state.pausedSince !== null)
    return state.pauseReason === 'facilitator' ? [] : { refused: 'not-present' };
  if (pauseLeftMs(state) === 0) return { refused: 'not-allowed-here' };
  return [{ type: 'paused', at: now, since: now, reason: 'facilitator' }];
}

export function resumeBy(state: Live, now: Instant): Outcome {
  if (state.pausedSince !== null && state.pauseReason !== 'facilitator') return { refused: 'not-present' };
  return resume(state, now);
}

/** Remaining times still to be told of, falling. A tighter one that was given has overtaken the wider ones. */
export function warningsAhead(state: Live): readonly Millis[] {
  return state.program.warningsMs
    .filter((remainingMs) => remainingMs < state.warnBelowMs)
    .toSorted((x, y) => y - x);
}

/** The tightest warning that is true now, if it has not been given; a late wake gives no burst. */
export function dueWarning(state: Live, now: Instant): readonly ConversationEvent[] {
  const remainingMs = warningsAhead(state).findLast((each) => state.endsAt - each <= now);
  return remainingMs === undefined ? [] : [{ type: 'warned', at: now, remainingMs }];
}

export function nextWarningAt(state: Live): Instant {
  const [next] = warningsAhead(state);
  return next === undefined ? Infinity : state.endsAt - next;
}

/** `awaySince`: a pause after this instant came because no server ran. */
export function pause(state: Live, now: Instant, awaySince: Instant): readonly ConversationEvent[] {
  const since = pausesAt(state);
  return [{ type: 'paused', at: now, since, reason: since > awaySince ? 'server-away' : 'absence' }];
}

/** A time to say goodbye, where the end was friendly and there is somebody to say it. */
export function end(
  state: Live,
  reason: EndReason,
  by: Seat | 'clock',
  now: Instant,
): readonly ConversationEvent[] {
  const mediaClosesAt =
    now + (isFriendly(reason) && someoneIsAbout(state, now) ? state.program.farewellMs : 0);
  const decideBy = Math.max(now + state.program.decideWithinMs, mediaClosesAt);
  return [{ type: 'ended', at: now, reason, by, mediaClosesAt, decideBy }];
}

/** A participant stops conversation and recording at once; the facilitator leaves time for goodbye. */
export function endBy(state: Live, seat: Seat, now: Instant): readonly ConversationEvent[] {
  return end(state, seat === 'facilitator' ? 'facilitator' : 'stopped', seat, now);
}

function isFriendly(reason: EndReason): boolean {
  switch (reason) {
    case 'time':
    case 'facilitator':
      return true;
    case 'stopped':
    case 'withdrawn':
    case 'pauses-exhausted':
      return false;
  }
}

/** Here, or gone for so short that the connection may come back (a restart of the server takes everyone away). */
function someoneIsAbout(state: Live, now: Instant): boolean {
  return PARTICIPANT_SEATS.map((seat) => state.presence[seat]).some(
    (presence) => presence.here || now - (presence.since ?? state.startedAt) < state.program.graceMs,
  );
}
