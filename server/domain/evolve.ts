/** How events make the state. It decides nothing: an event is a fact. */
import { runningTimeMs } from './clock.ts';
import type {
  Conversation,
  ConversationEvent,
  Live,
  Phase,
  Presence,
  Recording,
  Seat,
} from './conversation.ts';
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

const NOBODY_ASKS = { a: false, b: false } as const;

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
    soundChecks: { a: null, b: null },
    recording: { state: 'off' },
    nudges: [],
    marks: [],
    troubles: [],
    showings: [],
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
    case 'consent-withdrawn': {
      const lobby = expect(state, 'lobby', event);
      return {
        ...lobby,
        consents: { ...lobby.consents, [event.seat]: null },
        ready: { ...lobby.ready, [event.seat]: false },
      };
    }
    case 'sound-checked':
      return { ...state, soundChecks: { ...state.soundChecks, [event.seat]: event.check } };
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
        pauseReason: null,
        pausedMs: 0,
        runningSince: event.at,
        extendedMs: 0,
        extensionAsked: NOBODY_ASKS,
        prompt: null,
        // A warning at the very start is still one.
        warnBelowMs: core.program.durationMs + 1,
      };
    }
    case 'prompt-shown': {
      const live = expect(state, 'live', event);
      const shownAtMs = runningTimeMs(live, event.at);
      return {
        ...live,
        prompt: { index: event.index, shownAt: event.at, shownAtMs },
        showings: [...live.showings, { index: event.index, at: event.at }],
      };
    }
    case 'warned':
      return { ...expect(state, 'live', event), warnBelowMs: event.remainingMs };
    case 'paused':
      return { ...expect(state, 'live', event), pausedSince: event.since, pauseReason: event.reason };
    case 'resumed': {
      const live = expect(state, 'live', event);
      const pausedMs = live.pausedMs + (event.endsAt - live.endsAt);
      const { at, endsAt } = event;
      return { ...live, endsAt, pausedSince: null, pauseReason: null, pausedMs, runningSince: at };
    }
    case 'extension-asked': {
      const live = expect(state, 'live', event);
      return { ...live, extensionAsked: { ...live.extensionAsked, [event.seat]: event.wanted } };
    }
    case 'extended':
      return extended(expect(state, 'live', event), event);
    case 'nudged': {
      const { type: _, ...nudge } = event;
      return { ...state, nudges: [...state.nudges, nudge] };
    }
    case 'marked': {
      const { type: _, ...mark } = event;
      return { ...state, marks: [...state.marks, mark] };
    }
    case 'trouble-reported': {
      const { type: _, ...trouble } = event;
      return { ...state, troubles: [...state.troubles, trouble] };
    }
    case 'ended':
      return ended(state, event);
    case 'media-closed':
      return { ...expect(state, 'wrap-up', event), mediaClosedAt: event.at };
    case 'decided': {
      const wrapUp = expect(state, 'wrap-up', event);
      const { answer, recordingVersion } = event;
      return { ...wrapUp, answers: { ...wrapUp.answers, [event.seat]: { answer, recordingVersion } } };
    }
    case 'withdrawn':
      return withdrawn(state, event);
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
    case 'recording-deleted':
      return withRecording(state, { state: 'deleted', at: event.at });
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
  const {
    pausedSince: _since,
    pauseReason: _reason,
    pausedMs: _paused,
    runningSince: _running,
    extendedMs: _extended,
    extensionAsked: _asked,
    prompt: _prompt,
    warnBelowMs: _warned,
    ...kept
  } = live;
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
    withdrawals: { a: null, b: null },
  };
}

/** Warnings of less than what is left now are true no more, and come again in their time. */
function extended(live: Live, event: EventOf<'extended'>): Live {
  const remainingMs = event.endsAt - (live.pausedSince ?? event.at);
  return {
    ...live,
    endsAt: event.endsAt,
    extendedMs: live.extendedMs + event.byMs,
    extensionAsked: NOBODY_ASKS,
    warnBelowMs: Math.min(remainingMs, live.program.durationMs + 1),
  };
}

function withdrawn(state: Conversation, event: EventOf<'withdrawn'>): Conversation {
  if (state.phase !== 'wrap-up' && state.phase !== 'closed') throw impossible(event, state);
  const withdrawals = { ...state.withdrawals, [event.seat]: event.at };
  const recording: Recording = state.recording.state === 'deleted' ? state.recording : { state: 'deleting' };
  return state.phase === 'closed'
    ? { ...state, withdrawals, recording, outcome: 'private' }
    : { ...state, withdrawals, recording };
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
