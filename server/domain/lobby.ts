/** Before talking: creating, consent, readiness, the start, and giving up. */
import type { Create, Refusal, RefusalCode } from './commands.ts';
import {
  PARTICIPANT_SEATS,
  type ConversationEvent,
  type Instant,
  type Lobby,
  type Millis,
  type ParticipantSeat,
} from './conversation.ts';
import { bothAreHere, bothAreReady, bothConsented, guidedBy, isHere } from './people.ts';

/** Links live this long beyond the planned time, or beyond creation where no time is planned. */
const EXPIRES_AFTER_MS: Millis = 30 * 24 * 60 * 60 * 1000;

export function create(command: Create, now: Instant): readonly ConversationEvent[] {
  const { type: _, ...given } = command;
  return [{ type: 'created', at: now, ...given, expiresAt: (command.plannedAt ?? now) + EXPIRES_AFTER_MS }];
}

export function consent(
  state: Lobby,
  seat: ParticipantSeat,
  shown: { readonly version: string; readonly hash: string },
  now: Instant,
): readonly ConversationEvent[] | Refusal {
  const { version, hash } = state.consentText;
  if (shown.version !== version || shown.hash !== hash) return { refused: 'consent-text-differs' };
  if (state.consents[seat] !== null) return [];
  return [{ type: 'consented', at: now, seat, version, hash }];
}

export function setReady(
  state: Lobby,
  seat: ParticipantSeat,
  ready: boolean,
  now: Instant,
): readonly ConversationEvent[] | Refusal {
  if (ready && !isHere(state, seat)) return { refused: 'not-present' };
  if (ready && state.consents[seat] === null) return { refused: 'consent-missing' };
  if (state.ready[seat] === ready) return [];
  return [{ type: 'readiness-changed', at: now, seat, ready }];
}

/** The facilitator's word. Without a facilitator, `startsAt` says when it starts by itself. */
export function start(state: Lobby, now: Instant): readonly ConversationEvent[] | Refusal {
  const missing = whatIsMissing(state);
  return missing === null ? [started(state, now)] : { refused: missing };
}

/** What keeps it from starting, with or without a word; null: nothing does. */
function whatIsMissing(state: Lobby): RefusalCode | null {
  if (!bothConsented(state)) return 'consent-missing';
  if (!bothAreHere(state)) return 'not-present';
  if (!bothAreReady(state)) return 'not-ready';
  return null;
}

export function cancel(now: Instant): readonly ConversationEvent[] {
  return [{ type: 'cancelled', at: now }];
}

export function dueInLobby(state: Lobby, now: Instant): readonly ConversationEvent[] {
  if (state.expiresAt <= now) return [{ type: 'abandoned', at: now, reason: 'expired' }];
  if (givenUpAt(state) <= now) return [{ type: 'abandoned', at: now, reason: 'no-show' }];
  if (startsAt(state) <= now) return [started(state, now)];
  return [];
}

export function nextInLobby(state: Lobby): Instant {
  return Math.min(state.expiresAt, givenUpAt(state), startsAt(state));
}

/** When those who are not here count as not coming. Never, while both are here or where no time was planned. */
function givenUpAt(state: Lobby): Instant {
  if (state.plannedAt === null || bothAreHere(state)) return Infinity;
  const departures = PARTICIPANT_SEATS.map((seat) => state.presence[seat])
    .filter((presence) => !presence.here)
    .map((presence) => presence.since ?? -Infinity);
  return Math.max(state.plannedAt, ...departures) + state.program.noShowAfterMs;
}

/**
 * When it starts without a word: at once when both are ready and nobody guides; but a facilitator who has just gone
 * may only have lost the connection, and is waited for.
 */
function startsAt(state: Lobby): Instant {
  if (whatIsMissing(state) !== null || guidedBy(state) === 'facilitator') return Infinity;
  const goneSince = state.presence.facilitator.since;
  return goneSince === null ? state.createdAt : goneSince + state.program.graceMs;
}

function started(state: Lobby, now: Instant): ConversationEvent {
  return { type: 'started', at: now, endsAt: now + state.program.durationMs };
}
