/**
 * What a conversation is: its state as a union of phases, and the events it is made of.
 * Pure types. Rules are in `decide.ts`, their text in `SPEC.md`.
 */

/** Milliseconds since the Unix epoch, by the node's anchored clock (never `Date.now()` directly). */
export type Instant = number;
/** A length of time in milliseconds. */
export type Millis = number;

export type ParticipantSeat = 'a' | 'b';
export type Seat = ParticipantSeat | 'facilitator';
export const PARTICIPANT_SEATS = ['a', 'b'] as const satisfies readonly ParticipantSeat[];
export const SEATS = ['a', 'b', 'facilitator'] as const satisfies readonly Seat[];

/** One question card. `atMs` is when it is offered, in running time since the start (pauses not counted). */
export interface Prompt {
  readonly id: string;
  readonly section: string;
  readonly text: string;
  readonly guidance: string | null;
  readonly atMs: Millis;
}

export interface Deck {
  readonly id: string;
  /** Ordered; `atMs` never falls. */
  readonly prompts: readonly Prompt[];
}

/** `hash` is the SHA-256, in hex, of the UTF-8 text exactly as it was shown. */
export interface ConsentText {
  readonly version: string;
  readonly text: string;
  readonly hash: string;
}

/** The rules of one kind of conversation, resolved to one language. */
export interface Program {
  readonly id: string;
  readonly name: string;
  readonly facilitation: 'never' | 'optional' | 'always';
  readonly durationMs: Millis;
  /** Sound after the end, to say goodbye, before media closes. */
  readonly farewellMs: Millis;
  /** How long a participant may be gone before the clock pauses. */
  readonly graceMs: Millis;
  /** Pauses in sum; past it the conversation ends early. */
  readonly pauseAllowanceMs: Millis;
  /** How long before the planned time the links open. */
  readonly opensBeforeMs: Millis;
  /** How long after the planned time a conversation that has not started is given up. */
  readonly noShowAfterMs: Millis;
  /** How long after the end the decision may be made or changed. */
  readonly decideWithinMs: Millis;
  /** Remaining times at which both are told, falling. */
  readonly warningsMs: readonly Millis[];
  /** Stereo: speaker `a` left, `b` right. */
  readonly master: 'stereo' | 'mono';
}

/** What an archive wants to know. */
export interface About {
  readonly title: string | null;
  readonly keywords: readonly string[];
  readonly place: string | null;
}

export interface Names {
  readonly a: string;
  readonly b: string;
}

export type Answer = 'public' | 'private';

/** Why talking ended. `stopped`: a participant stopped conversation and recording at once, without farewell. */
export type EndReason = 'time' | 'facilitator' | 'stopped' | 'pauses-exhausted';

export interface RecordingFile {
  /** A name of ours inside the conversation's recording folder; never from a user. */
  readonly name: string;
  readonly format: 'flac' | 'mp3';
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
  readonly durationSeconds: number;
}

/** `version` counts finished mixes; a later one replaces the former. */
export interface Mix {
  readonly version: number;
  readonly durationMs: Millis;
  readonly files: readonly RecordingFile[];
}

export type ConversationEvent =
  | {
      readonly type: 'created';
      readonly at: Instant;
      readonly conversationId: string;
      readonly program: Program;
      readonly deck: Deck;
      readonly consent: ConsentText;
      readonly language: string;
      readonly names: Names;
      readonly plannedAt: Instant | null;
      /** After this instant a conversation that has not started is given up, and its links are void. */
      readonly expiresAt: Instant;
      readonly about: About;
    }
  | { readonly type: 'arrived'; readonly at: Instant; readonly seat: Seat }
  | { readonly type: 'departed'; readonly at: Instant; readonly seat: Seat }
  /** A second device took the seat; presence does not change. */
  | { readonly type: 'taken-over'; readonly at: Instant; readonly seat: Seat }
  | {
      readonly type: 'consented';
      readonly at: Instant;
      readonly seat: ParticipantSeat;
      readonly version: string;
      readonly hash: string;
    }
  | {
      readonly type: 'readiness-changed';
      readonly at: Instant;
      readonly seat: ParticipantSeat;
      readonly ready: boolean;
    }
  | { readonly type: 'started'; readonly at: Instant; readonly endsAt: Instant }
  | {
      readonly type: 'prompt-shown';
      readonly at: Instant;
      readonly index: number;
      readonly promptId: string;
      readonly by: Seat | 'clock';
    }
  | { readonly type: 'warned'; readonly at: Instant; readonly remainingMs: Millis }
  /** `since` is the instant the clock stands at; it may lie before `at` when no server ran. */
  | {
      readonly type: 'paused';
      readonly at: Instant;
      readonly since: Instant;
      readonly reason: 'absence' | 'server-away';
    }
  | { readonly type: 'resumed'; readonly at: Instant; readonly endsAt: Instant }
  | {
      readonly type: 'ended';
      readonly at: Instant;
      readonly reason: EndReason;
      readonly by: Seat | 'clock';
      readonly mediaClosesAt: Instant;
      readonly decideBy: Instant;
    }
  | { readonly type: 'media-closed'; readonly at: Instant }
  | {
      readonly type: 'decided';
      readonly at: Instant;
      readonly seat: ParticipantSeat;
      readonly answer: Answer;
    }
  | { readonly type: 'closed'; readonly at: Instant; readonly outcome: Answer }
  | { readonly type: 'cancelled'; readonly at: Instant }
  | { readonly type: 'abandoned'; readonly at: Instant; readonly reason: 'no-show' | 'expired' }
  | {
      readonly type: 'link-reissued';
      readonly at: Instant;
      readonly seat: Seat;
      readonly linkVersion: number;
    }
  | { readonly type: 'capture-started'; readonly at: Instant }
  | { readonly type: 'mix-started'; readonly at: Instant; readonly attempt: number }
  | { readonly type: 'mix-finished'; readonly at: Instant; readonly mix: Mix }
  | {
      readonly type: 'mix-failed';
      readonly at: Instant;
      readonly reason: string;
      readonly attempt: number;
      readonly final: boolean;
    };

/** Who is in a seat now. `since` is when that began; null: never there. */
export type Presence =
  | { readonly here: true; readonly since: Instant }
  | { readonly here: false; readonly since: Instant | null };

export interface Consent {
  readonly at: Instant;
  readonly version: string;
  readonly hash: string;
}

/** Runs beside the phases. */
export type Recording =
  | { readonly state: 'off' }
  | { readonly state: 'capturing'; readonly since: Instant }
  | { readonly state: 'mixing'; readonly attempt: number }
  | { readonly state: 'ready'; readonly mix: Mix }
  | { readonly state: 'failed'; readonly reason: string };

export interface ShownPrompt {
  readonly index: number;
  readonly shownAt: Instant;
  /** Running time when it was shown: cards whose time had come by then are not offered any more. */
  readonly shownAtMs: Millis;
}

/** What is true in every phase. */
export interface Core {
  readonly id: string;
  /** Number of events so far. */
  readonly version: number;
  readonly createdAt: Instant;
  /** Instant of the latest event. Later events are never before it, whatever the clock does. */
  readonly updatedAt: Instant;
  readonly program: Program;
  readonly deck: Deck;
  readonly consentText: ConsentText;
  readonly language: string;
  readonly names: Names;
  readonly plannedAt: Instant | null;
  readonly expiresAt: Instant;
  readonly about: About;
  readonly linkVersions: Readonly<Record<Seat, number>>;
  readonly presence: Readonly<Record<Seat, Presence>>;
  readonly consents: Readonly<Record<ParticipantSeat, Consent | null>>;
  readonly recording: Recording;
}

export interface Lobby extends Core {
  readonly phase: 'lobby';
  readonly ready: Readonly<Record<ParticipantSeat, boolean>>;
}

export interface Live extends Core {
  readonly phase: 'live';
  readonly startedAt: Instant;
  /** While the clock is paused this is where it would end had it not been; `resumed` moves it. */
  readonly endsAt: Instant;
  readonly pausedSince: Instant | null;
  /** Finished pauses in sum. */
  readonly pausedMs: Millis;
  readonly prompt: ShownPrompt | null;
  /** Remaining times already warned of. */
  readonly warnedMs: readonly Millis[];
}

/** What is true once talking is over. */
export interface Ended extends Core {
  readonly startedAt: Instant;
  /** When the clock would have ended it (or did). */
  readonly endsAt: Instant;
  readonly endedAt: Instant;
  readonly endReason: EndReason;
  readonly endedBy: Seat | 'clock';
  readonly mediaClosesAt: Instant;
  readonly mediaClosedAt: Instant | null;
  readonly decideBy: Instant;
  readonly answers: Readonly<Record<ParticipantSeat, Answer | null>>;
}

export interface WrapUp extends Ended {
  readonly phase: 'wrap-up';
}

export interface Closed extends Ended {
  readonly phase: 'closed';
  readonly closedAt: Instant;
  readonly outcome: Answer;
}

export interface Cancelled extends Core {
  readonly phase: 'cancelled';
  readonly cancelledAt: Instant;
}

export interface Abandoned extends Core {
  readonly phase: 'abandoned';
  readonly abandonedAt: Instant;
  readonly reason: 'no-show' | 'expired';
}

export type Conversation = Lobby | Live | WrapUp | Closed | Cancelled | Abandoned;
export type Phase = Conversation['phase'];
