/** What a demonstration measured: the object of `--json`. */
import type { SoundCheck } from '../server/protocol/view.ts';
import type { Attempt } from './attempt.ts';
import type { Listened } from './make-up-minds.ts';

export interface RecordedFile {
  /** Where it lies now, absolute. */
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  /** Hex, as the server says. */
  readonly sha256: string;
  /** As the server says. */
  readonly durationSeconds: number;
  /** What the bytes that came down really are. */
  readonly found: { readonly bytes: number; readonly sha256: string; readonly durationSeconds: number };
}

export interface VoiceWindows {
  /** Windows of five seconds (half of it where there are none) in which it spoke, and those of them that were found in the mix. */
  readonly spoken: number;
  readonly found: number;
}

type Facilitation = 'never' | 'optional' | 'always';

export interface ReportedNudge {
  readonly to: string;
  readonly text: string;
  /** Since the start; negative in the lobby. */
  readonly atMs: number;
  /** When each saw it, ms after it was written; null: never. */
  readonly seenAfterMs: Both<number | null>;
}

export interface ReportedPause {
  readonly reason: string;
  /** In the recording, since the start. */
  readonly fromMs: number;
  readonly ms: number;
  readonly mix: {
    /** dBFS of the loudest sample in it; null: digital silence. */
    readonly loudestDb: number | null;
    /** The recording's own report lists it, just there. */
    readonly toldAsGap: boolean;
    /** Windows of what each said in it, and those of them that are in the recording nevertheless. */
    readonly windows: Both<VoiceWindows>;
  };
}

export interface ReportedExtension {
  readonly by: string;
  readonly byMs: number;
  readonly atMs: number;
  /** Who asked for it, where both had to. */
  readonly askedBy: readonly string[];
}

export interface ReportedDecision {
  /** What each answered, in order; the last counts. */
  readonly answers: Both<
    readonly { readonly answer: string | null; readonly recordingVersion: number | null }[]
  >;
  /** What each was told of the other's answer. */
  readonly agreedSeen: Readonly<Record<'whileDiffering' | 'whenAgreed', Both<string | null>>>;
  readonly outcome: string | null;
  readonly recordingVersion: number | null;
  /** Null where the program makes nothing to listen to. */
  readonly listened: Listened | null;
}

/** Null where nobody facilitated. */
export interface ReportedFacilitator {
  readonly facilitation: Facilitation;
  /** Each was shown, when it started, that a facilitator is there. */
  readonly seen: Both<boolean>;
  /** Of both voices together. */
  readonly heardSeconds: { readonly heard: number; readonly spoken: number };
  /** What lay on its desk when it left; null: there was none. */
  readonly desk: {
    readonly shown: number;
    readonly nudges: number;
    readonly marks: number;
    readonly troubles: number;
    readonly soundChecks: number;
  } | null;
  /** Within the farewell; null: it stayed. */
  readonly leftAfterEndMs: number | null;
}

interface Both<T> {
  readonly a: T;
  readonly b: T;
}

export interface DemoReport {
  readonly conversationId: string;
  readonly program: string;
  readonly facilitated: boolean;
  readonly seconds: number;
  /** In order. `at` is ISO 8601, `instantMs` the same in ms since the epoch, by the server's clock. */
  readonly phases: readonly { readonly phase: string; readonly at: string; readonly instantMs: number }[];
  /** ISO 8601; sound and its recording end here, within `wrap-up`. */
  readonly mediaClosedAt: string;
  /** Hard end against the last plan, after pauses and extensions, by the event log. */
  readonly endLatenessMs: number;
  /** The same, when it had reached each of them. */
  readonly endSeenLatenessMs: Both<number>;
  readonly recording: {
    readonly files: readonly RecordedFile[];
    /** From `started` to the first moment at which sound is written. */
    readonly captureStartedAfterMs: number;
    /** How long the master is, less the time from `started` to media closed. */
    readonly masterDurationErrorMs: number;
    /** From media closed to the mix being ready. */
    readonly mixTookMs: number;
  };
  /** Positive: later in the mix than it was spoken. Null: not found. */
  readonly alignmentMs: Both<number | null> & {
    readonly betweenMs: number | null;
    readonly wanderMs: number | null;
    readonly windows: Both<VoiceWindows>;
    /** How exactly the bots know the server's clock. */
    readonly clockUncertaintyMs: number;
  };
  /** Socket connect to first packet of the partner's sound; consent, readiness and start lie between. */
  readonly joinToAudioMs: Both<number | null>;
  /** `started` to first packet of the partner's sound. */
  readonly startToAudioMs: Both<number | null>;
  /** How long each heard something, and how long the other spoke while it could. */
  readonly heardSeconds: Both<{ readonly heard: number; readonly spoken: number }>;
  /** True when anybody could be heard before the start or after media closed. */
  readonly heardOutOfTime: boolean;
  readonly prompts: readonly { readonly index: number; readonly by: string; readonly atMs: number }[];
  readonly promptsInDeck: number;
  /**
   * Producers of the facilitator's: those that the server gave to that seat, or offered to anybody, or recorded,
   * and that are not a participant's own.
   */
  readonly facilitatorProducers: number;
  readonly facilitator: ReportedFacilitator | null;
  /** What was asked for and must be refused. */
  readonly attempts: readonly Attempt[];
  /** What was sent; the log must know each. */
  readonly sent: { readonly nudges: number; readonly marks: number };
  readonly nudges: readonly ReportedNudge[];
  /** `atMs`: since the start. */
  readonly marks: readonly { readonly note: string | null; readonly atMs: number }[];
  readonly pauses: readonly ReportedPause[];
  /** Null: it was not made longer. */
  readonly extension: ReportedExtension | null;
  /** What was to happen. */
  readonly planned: { readonly pauseMs: number; readonly extensionMs: number };
  /** As the server keeps them, and whether they are what the bots found. */
  readonly soundChecks: Both<SoundCheck | null> & { readonly asTold: boolean };
  /** What each was told, halfway, of how the two can be heard; null: nothing. */
  readonly quality: Both<Both<{ readonly microphone: string; readonly connection: string }> | null>;
  readonly decision: ReportedDecision;
  /** None is to be. */
  readonly troubles: readonly { readonly seat: string; readonly kind: string }[];
  /** Remaining times told, and those that are to be told, after an extension anew. */
  readonly warnedMs: readonly number[];
  readonly warningsMs: readonly number[];
  /** The latest that a bot's microphone handed over its sound: what this machine's load did to the measurement. */
  readonly microphoneLatenessMs: number;
  readonly server: { readonly exitCode: number | null; readonly orphans: number };
}
