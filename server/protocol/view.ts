/** What one seat may see of a conversation: the whole of it, sent at every change. */
import { z } from 'zod';

export const seat = z.enum(['a', 'b', 'facilitator']);
export const participantSeat = z.enum(['a', 'b']);
export const answer = z.enum(['public', 'private']);

/** Milliseconds since the Unix epoch by the server's clock. */
const instant = z.number();
const millis = z.number();

export const nudgeTo = z.enum(['a', 'b', 'both']);
export const troubleKind = z.enum(['cannot-hear', 'not-safe', 'technical']);

const reach = z.enum(['yes', 'no', 'unknown']);
/** What a device found out about itself before talking. */
export const soundCheck = z.strictObject({
  voice: z.enum(['good', 'soft', 'clipping', 'silent']),
  echo: z.enum(['none', 'some', 'unknown']),
  /** The microphone's name. */
  device: z.string().max(200).nullable(),
  /** Whether packets get through, on each way. */
  udp: reach,
  tcp: reach,
  turn: reach,
});

export const nudge = z.strictObject({ nudgeId: z.string(), to: nudgeTo, text: z.string(), at: instant });
export const mark = z.strictObject({ markId: z.string(), note: z.string().nullable(), at: instant });
export const trouble = z.strictObject({
  troubleId: z.string(),
  seat,
  kind: troubleKind,
  note: z.string().nullable(),
  at: instant,
});

export const recordingState = z.enum([
  'off',
  'capturing',
  'mixing',
  'ready',
  'failed',
  'deleting',
  'deleted',
]);

const person = z.strictObject({
  seat: participantSeat,
  name: z.string(),
  here: z.boolean(),
  consented: z.boolean(),
  ready: z.boolean(),
});

const prompt = z.strictObject({
  index: z.int(),
  id: z.string(),
  section: z.string(),
  text: z.string(),
  guidance: z.string().nullable(),
});

export const view = z.strictObject({
  conversationId: z.string(),
  /** Rises with every change; a view with a lower one is stale. */
  version: z.int(),
  /** Whose view this is. */
  seat,
  phase: z.enum(['lobby', 'live', 'wrap-up', 'closed', 'cancelled', 'abandoned']),
  language: z.string(),
  program: z.strictObject({
    name: z.string(),
    /** Each may be empty. */
    texts: z.strictObject({
      about: z.string(),
      afterwards: z.string(),
      public: z.string(),
      private: z.string(),
      withdrawal: z.string(),
    }),
    durationMs: millis,
    farewellMs: millis,
    graceMs: millis,
    /** Remaining times at which both are told, falling. */
    warningsMs: z.array(millis),
    /** Participants may download a copy. */
    copies: z.boolean(),
    /** The facilitator may pause. */
    mayPause: z.boolean(),
    extension: z.strictObject({
      stepMs: millis,
      /** Both participants may extend together, where no facilitator guides. */
      together: z.boolean(),
    }),
  }),
  plannedAt: instant.nullable(),
  /** Both participants; for a participant, `you` says which is theirs. */
  people: z.strictObject({ a: person, b: person }),
  facilitator: z.strictObject({
    /** True where the program may have one at all. */
    expected: z.boolean(),
    here: z.boolean(),
  }),
  /** Who moves the cards and gives the word to start. */
  guidedBy: z.enum(['participants', 'facilitator']),
  consent: z.strictObject({ version: z.string(), hash: z.string(), text: z.string() }),
  /** Set from `live` on. */
  clock: z
    .strictObject({
      startedAt: instant,
      endsAt: instant,
      /** While set, the clock stands: time left is `endsAt − pausedSince`. */
      pausedSince: instant.nullable(),
      pauseReason: z.enum(['absence', 'server-away', 'facilitator']).nullable(),
      /**
       * While paused: when pauses are used up. Then the conversation ends early; but where the facilitator paused
       * and both are here, the clock goes on.
       */
      pauseEndsAt: instant.nullable(),
      /** By how much the conversation can still be made longer, in sum; 0 where nobody may. */
      extendableMs: millis,
      /** Who of the two has asked for the next extension. */
      extensionAskedBy: z.array(participantSeat),
      endedAt: instant.nullable(),
      mediaClosesAt: instant.nullable(),
    })
    .nullable(),
  prompt: prompt.nullable(),
  promptCount: z.int(),
  /** The whole deck, for the facilitator only. */
  deck: z.array(prompt).nullable(),
  /** For a participant: the facilitator's latest note to them, until media closes. */
  nudge: z.strictObject({ nudgeId: z.string(), text: z.string(), at: instant }).nullable(),
  /** The latest trouble that the viewer reported. */
  trouble: z.strictObject({ kind: troubleKind, at: instant }).nullable(),
  /** For the facilitator only: what happened at the table, in order; of long lists the latest hundred. */
  facilitatorDesk: z
    .strictObject({
      /** Every showing of a card. */
      shown: z.array(z.strictObject({ index: z.int(), at: instant })),
      nudges: z.array(nudge),
      marks: z.array(mark),
      troubles: z.array(trouble),
      soundChecks: z.strictObject({ a: soundCheck.nullable(), b: soundCheck.nullable() }),
    })
    .nullable(),
  /** True while sound is being written to disk. */
  recording: z.boolean(),
  recordingState,
  /** Set while `recordingState` is `ready`: what an answer names. */
  recordingVersion: z.int().nullable(),
  end: z
    .strictObject({
      reason: z.enum(['time', 'facilitator', 'stopped', 'withdrawn', 'pauses-exhausted']),
      by: z.string(),
    })
    .nullable(),
  decision: z
    .strictObject({
      decideBy: instant,
      /** The viewer's own answer; never the other's. */
      yours: answer.nullable(),
      /** The version of the recording that it was about; null also where there was none yet. */
      yoursVersion: z.int().nullable(),
      /** For participants, when both have answered the same. */
      agreed: answer.nullable(),
      /** Whether `recording:address` gives the viewer something to listen to, and to keep. */
      mayListen: z.boolean(),
      mayDownload: z.boolean(),
      /** One of the two took the recording back: it is deleted, and the outcome is private. */
      withdrawn: z.boolean(),
      withdrawnByYou: z.boolean(),
      /** Set once the conversation is closed. */
      outcome: answer.nullable(),
    })
    .nullable(),
});

export type View = z.infer<typeof view>;
export type SoundCheck = z.infer<typeof soundCheck>;
export type TroubleKind = z.infer<typeof troubleKind>;
export type NudgeTo = z.infer<typeof nudgeTo>;
export type ViewPrompt = z.infer<typeof prompt>;
