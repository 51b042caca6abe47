/** How events make the state. It decides nothing: an event is a fact. */
import { runningTimeMs } from './clock.ts';
import type { Conversation, ConversationEvent, Phase, Presence, Recording, Seat } from './conversation.ts';
import { isParticipant } from './people.ts';

/** @throws Error when the event cannot follow the state: the log is damaged or of another conversation. */
export function evolve(state: Conversation | null, event: ConversationEvent): Conversation {
  if (event.type === 'created') {
    if (state !== null) throw impossible(event, state);
    return created(event);
  }
  if (state === null) throw impossible(event, state);
  const next = apply(state, event);
  return { ...next, version: state.version + 1, updatedAt: Math.max(state.updatedAt, event.at) };
}

/** @throws Error for an empty log, and as `evolve` does. */
export function replay(events: readonly ConversationEvent[]): Conversation {
  const state = events.reduce<Conversation | null>(evolve, null);
  if (state === null) throw new Error('a conversation has at least the event that created it');
  return state;
}

type Later = Exclude<ConversationEvent, { type: 'created' }>;
type EventOf<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

function created(event: EventOf<'created'>): Conversation {
  const nobody: Presence = { here: false, since: null };
  return {
    phase: 'lobby',
    id: event.conversationId,
    version: 1,
    createdAt: event.at,
    updatedAt: event.at,
    program: event.program,
    deck: event.deck,
    consentText: event.consent,
    language: event.language,
    names: event.names,
    plannedAt: event.plannedAt,
    expiresAt: event.expiresAt,
    about: event.about,
    linkVersions: { a: 1, b: 1, facilitator: 1 },
    presence: { a: nobody, b: nobody, facilitator: nobody },
    consents: { a: null, b: null },
    recording: { state: 'off' },
    ready: { a: false, b: false },
  };
}

function apply(state: Conversation, event: Later): Conversation {
  switch (event.type) {
    case 'arrived':
      return withPresence(state, event.seat, { here: true, since: event.at });
    case 'departed':
      return departed(state, event);
    case 'taken-over':
      return state;
    case 'consented': {
      const { at, version, hash } = event;
      return { ...state, consents: { ...state.consents, [event.seat]: { at, version, hash } } };
    }
    case 'readiness-changed': {
      const lobby = expect(state, 'lobby', event);
      return { ...lobby, ready: { ...lobby.ready, [event.seat]: event.ready } };
    }
    case 'started': {
      const { ready: _, ...core } = expect(state, 'lobby', event);
      return {
        ...core,
        phase: 'live',
        startedAt: event.at,
        endsAt: event.endsAt,
        pausedSince: null,
        pausedMs: 0,
        prompt: null,
        warnedMs: [],
      };
    }
    case 'prompt-shown': {
      const live = expect(state, 'live', event);
      const shownAtMs = runningTimeMs(live, event.at);
      return { ...live, prompt: { index: event.index, shownAt: event.at, shownAtMs } };
    }
    case 'warned': {
      const live = expect(state, 'live', event);
      return { ...live, warnedMs: [...live.warnedMs, event.remainingMs] };
    }
    case 'paused':
      return { ...expect(state, 'live', event), pausedSince: event.since };
    case 'resumed': {
      const live = expect(state, 'live', event);
      const pausedMs = live.pausedMs + (event.endsAt - live.endsAt);
      return { ...live, endsAt: event.endsAt, pausedSince: null, pausedMs };
    }
    case 'ended':
      return ended(state, event);
    case 'media-closed':
      return { ...expect(state, 'wrap-up', event), mediaClosedAt: event.at };
    case 'decided': {
      const wrapUp = expect(state, 'wrap-up', event);
      return { ...wrapUp, answers: { ...wrapUp.answers, [event.seat]: event.answer } };
    }
    case 'closed': {
      const wrapUp = expect(state, 'wrap-up', event);
      return { ...wrapUp, phase: 'closed', closedAt: event.at, outcome: event.outcome };
    }
    case 'cancelled': {
      const { ready: _, ...core } = expect(state, 'lobby', event);
      return { ...core, phase: 'cancelled', cancelledAt: event.at };
    }
    case 'abandoned': {
      const { ready: _, ...core } = expect(state, 'lobby', event);
      return { ...core, phase: 'abandoned', abandonedAt: event.at, reason: event.reason };
    }
    case 'link-reissued':
      return { ...state, linkVersions: { ...state.linkVersions, [event.seat]: event.linkVersion } };
    case 'capture-started':
      return withRecording(state, { state: 'capturing', since: event.at });
    case 'mix-started':
      return withRecording(state, { state: 'mixing', attempt: event.attempt });
    case 'mix-finished':
      return withRecording(state, { state: 'ready', mix: event.mix });
    case 'mix-failed':
      return event.final ? withRecording(state, { state: 'failed', reason: event.reason }) : state;
  }
}

/** Who leaves the lobby is ready no more. */
function departed(state: Conversation, event: EventOf<'departed'>): Conversation {
  const left = withPresence(state, event.seat, { here: false, since: event.at });
  if (left.phase !== 'lobby' || !isParticipant(event.seat)) return left;
  return { ...left, ready: { ...left.ready, [event.seat]: false } };
}

function ended(state: Conversation, event: EventOf<'ended'>): Conversation {
  const live = expect(state, 'live', event);
  const { pausedSince: _since, pausedMs: _sum, prompt: _prompt, warnedMs: _warned, ...kept } = live;
  return {
    ...kept,
    phase: 'wrap-up',
    endedAt: event.at,
    endReason: event.reason,
    endedBy: event.by,
    mediaClosesAt: event.mediaClosesAt,
    mediaClosedAt: null,
    decideBy: event.decideBy,
    answers: { a: null, b: null },
  };
}

function withPresence(state: Conversation, seat: Seat, presence: Presence): Conversation {
  return { ...state, presence: { ...state.presence, [seat]: presence } };
}

function withRecording(state: Conversation, recording: Recording): Conversation {
  return { ...state, recording };
}

function expect<P extends Phase>(
  state: Conversation,
  phase: P,
  event: ConversationEvent,
): Extract<Conversation, { phase: P }> {
  if (!isIn(state, phase)) throw impossible(event, state);
  return state;
}

function isIn<P extends Phase>(state: Conversation, phase: P): state is Extract<Conversation, { phase: P }> {
  return state.phase === phase;
}

function impossible(event: ConversationEvent, state: Conversation | null): Error {
  return new Error(
    `event ${event.type} cannot follow ${state === null ? 'nothing' : `phase ${state.phase}`}`,
  );
}
