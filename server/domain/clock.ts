/**
 * The clock of the conversation: hard end, pauses, warnings. It holds instants and counts nothing.
 * Running time is time since the start without the pauses; while the clock runs it is at
 * `durationMs − (endsAt − now)`.
 */
import {
  PARTICIPANT_SEATS,
  type ConversationEvent,
  type EndReason,
  type Instant,
  type Live,
  type Millis,
  type Seat,
} from './conversation.ts';

/** Running time at `now`; it stands during a pause. */
export function runningTimeMs(state: Live, now: Instant): Millis {
  return state.program.durationMs - (state.endsAt - Math.min(now, state.pausedSince ?? Infinity));
}

/** The instant at which running time will be (or was, when no pause came between) `runningMs`. */
export function instantOf(state: Live, runningMs: Millis): Instant {
  return state.endsAt - state.program.durationMs + runningMs;
}

/** When the clock stops because a participant has been gone for longer than the grace. */
export function pausesAt(state: Live): Instant {
  if (state.pausedSince !== null) return Infinity;
  const goneSince = PARTICIPANT_SEATS.map((seat) => state.presence[seat])
    .filter((presence) => !presence.here)
    .map((presence) => presence.since ?? state.startedAt);
  return Math.max(state.startedAt, Math.min(...goneSince) + state.program.graceMs);
}

/** When a pause has used up what pauses are allowed in sum. */
export function pauseEndsAt(state: Live): Instant {
  if (state.pausedSince === null) return Infinity;
  return state.pausedSince + Math.max(0, state.program.pauseAllowanceMs - state.pausedMs);
}

/** Remaining times still to be told of, falling. A tighter one that was given has overtaken the wider ones. */
export function warningsAhead(state: Live): readonly Millis[] {
  const tightest = Math.min(state.program.durationMs + 1, ...state.warnedMs);
  return state.program.warningsMs.filter((remainingMs) => remainingMs < tightest).toSorted((x, y) => y - x);
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
