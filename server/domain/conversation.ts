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

/** What people are told of a program, each two or three plain sentences. Empty in conversations of before. */
export interface ProgramTexts {
  /** What this is; for the lobby. */
  readonly about: string;
  /** What happens after the decision. */
  readonly afterwards: string;
  /** What the two answers mean here. */
  readonly public: string;
  readonly private: string;
  /** What withdrawing does. Said before consent. */
  readonly withdrawal: string;
}

export interface Extension {
  readonly stepMs: Millis;
  /** Extensions in sum; 0: nobody may extend. */
  readonly atMostMs: Millis;
  /** Both participants may extend together where no facilitator guides. */
  readonly together: boolean;
}

/** What is made of a conversation's sound. */
export interface Outputs {
  /** Stereo: speaker `a` left, `b` right. */
  readonly master: 'stereo' | 'mono';
  /** One light file to listen to. */
  readonly listening: boolean;
  /** Each voice as it was sent. */
  readonly originals: boolean;
}

/** The rules of one kind of conversation, resolved to one language. */
export interface Program {
  readonly id: string;
  readonly name: string;
  readonly texts: ProgramTexts;
  readonly facilitation: 'never' | 'optional' | 'always';
  readonly durationMs: Millis;
  /** Sound after the end, to say goodbye, before media closes. */
  readonly farewellMs: Millis;
  /** How long a participant may be gone before the clock pauses. */
  readonly graceMs: Millis;
  /** Pauses in sum, whatever their reason; past it the conversation ends early. */
  readonly pauseAllowanceMs: Millis;
  /** Who may pause besides absence, which always does. */
  readonly pauses: { readonly facilitator: boolean };
  readonly extension: Extension;
  /** Who offers the next card, in conversations that participants guide. */
  readonly offers: 'clock' | 'nobody';
  /** How long before the planned time the links open. */
  readonly opensBeforeMs: Millis;
  /** How long after the planned time a conversation that has not started is given up. */
  readonly noShowAfterMs: Millis;
  /** How long after the end the decision may be made or changed. */
  readonly decideWithinMs: Millis;
  /** Remaining times at which both are told, falling. */
  readonly warningsMs: readonly Millis[];
  readonly outputs: Outputs;
  /** Participants may download a copy of the listening file. */
  readonly copies: boolean;
  /** How long the recording is kept after the decision; null: until somebody withdraws. */
  readonly retentionMs: Millis | null;
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

/**
 * Why talking ended. `stopped`: a participant stopped conversation and recording at once, without farewell.
 * `withdrawn`: and took the recording back.
 */
export type EndReason = 'time' | 'facilitator' | 'stopped' | 'withdrawn' | 'pauses-exhausted';

export type PauseReason = 'absence' | 'server-away' | 'facilitator';

export type NudgeTo = ParticipantSeat | 'both';

/** A short written note of the facilitator to one participant or both. */
export interface Nudge {
  readonly nudgeId: string;
  readonly to: NudgeTo;
  readonly text: string;
  readonly at: Instant;
}

/** A moment worth finding again. */
export interface Mark {
  readonly markId: string;
  readonly note: string | null;
  readonly at: Instant;
}

export type TroubleKind = 'cannot-hear' | 'not-safe' | 'technical';

export interface Trouble {
  readonly troubleId: string;
  readonly seat: Seat;
  readonly kind: TroubleKind;
  readonly note: string | null;
  readonly at: Instant;
}

/** Whether packets get through on one way. */
export type Reach = 'yes' | 'no' | 'unknown';

/** What a participant's device found out about itself before talking. */
export interface SoundCheck {
  readonly voice: 'good' | 'soft' | 'clipping' | 'silent';
  readonly echo: 'none' | 'some' | 'unknown';
  /** The microphone's name, as the device tells it. */
  readonly device: string | null;
  readonly udp: Reach;
  readonly tcp: Reach;
  readonly turn: Reach;
}

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
  /** In the lobby; readiness goes with it. */
  | { readonly type: 'consent-withdrawn'; readonly at: Instant; readonly seat: ParticipantSeat }
  | {
      readonly type: 'sound-checked';
      readonly at: Instant;
      readonly seat: ParticipantSeat;
      readonly check: SoundCheck;
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
      readonly reason: PauseReason;
    }
  | { readonly type: 'resumed'; readonly at: Instant; readonly endsAt: Instant }
  | {
      readonly type: 'extension-asked';
      readonly at: Instant;
      readonly seat: ParticipantSeat;
      readonly wanted: boolean;
    }
  | {
      readonly type: 'extended';
      readonly at: Instant;
      readonly byMs: Millis;
      readonly endsAt: Instant;
      readonly by: 'facilitator' | 'both';
    }
  | {
      readonly type: 'nudged';
      readonly at: Instant;
      readonly nudgeId: string;
      readonly to: NudgeTo;
      readonly text: string;
    }
  | {
      readonly type: 'marked';
      readonly at: Instant;
      readonly markId: string;
      readonly note: string | null;
    }
  | {
      readonly type: 'trouble-reported';
      readonly at: Instant;
      readonly troubleId: string;
      readonly seat: Seat;
      readonly kind: TroubleKind;
      readonly note: string | null;
    }
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
      /** Of the recording that was there to be listened to; null: none was yet. */
      readonly recordingVersion: number | null;
    }
  /** Talking had begun: the recording is deleted everywhere, and never made. */
  | { readonly type: 'withdrawn'; readonly at: Instant; readonly seat: ParticipantSeat }
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
    }
  /** After a withdrawal: nothing of the sound is left where Parley keeps it. */
  | { readonly type: 'recording-deleted'; readonly at: Instant };

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
  | { readonly state: 'failed'; readonly reason: string }
  /** Somebody withdrew; what there is is being deleted. */
  | { readonly state: 'deleting' }
  | { readonly state: 'deleted'; readonly at: Instant };

export interface ShownPrompt {
  readonly index: number;
  readonly shownAt: Instant;
  /** Running time when it was shown: cards whose time had come by then are not offered any more. */
  readonly shownAtMs: Millis;
}

/** A showing of a card, as the facilitator's desk tells it. */
export interface Showing {
  readonly index: number;
  readonly at: Instant;
}

export interface GivenAnswer {
  readonly answer: Answer;
  /** The version of the recording that it is about; null: there was none yet. */
  readonly recordingVersion: number | null;
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
  /** The latest of each. */
  readonly soundChecks: Readonly<Record<ParticipantSeat, SoundCheck | null>>;
  readonly recording: Recording;
  /** In order. */
  readonly nudges: readonly Nudge[];
  readonly marks: readonly Mark[];
  readonly troubles: readonly Trouble[];
  readonly showings: readonly Showing[];
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
  /** Set while `pausedSince` is. */
  readonly pauseReason: PauseReason | null;
  /** Finished pauses in sum. */
  readonly pausedMs: Millis;
  /** When the clock began to run, or went on, for the last time. */
  readonly runningSince: Instant;
  /** Extensions in sum. */
  readonly extendedMs: Millis;
  /** Participants who have asked for the next extension. */
  readonly extensionAsked: Readonly<Record<ParticipantSeat, boolean>>;
  readonly prompt: ShownPrompt | null;
  /** Only warnings of less remaining time than this are still to come. */
  readonly warnBelowMs: Millis;
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
  readonly answers: Readonly<Record<ParticipantSeat, GivenAnswer | null>>;
  /** When each took the recording back. */
  readonly withdrawals: Readonly<Record<ParticipantSeat, Instant | null>>;
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
