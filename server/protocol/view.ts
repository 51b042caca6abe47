/** What one seat may see of a conversation: the whole of it, sent at every change. */
import { z } from 'zod';

export const seat = z.enum(['a', 'b', 'facilitator']);
export const participantSeat = z.enum(['a', 'b']);
export const answer = z.enum(['public', 'private']);

/** Milliseconds since the Unix epoch by the server's clock. */
const instant = z.number();
const millis = z.number();

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
  program: z.strictObject({ name: z.string(), durationMs: millis, farewellMs: millis, graceMs: millis }),
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
      /** While paused: when the conversation ends early. */
      pauseEndsAt: instant.nullable(),
      endedAt: instant.nullable(),
      mediaClosesAt: instant.nullable(),
    })
    .nullable(),
  prompt: prompt.nullable(),
  promptCount: z.int(),
  /** The whole deck, for the facilitator only. */
  deck: z.array(prompt).nullable(),
  /** True while sound is being written to disk. */
  recording: z.boolean(),
  end: z
    .strictObject({ reason: z.enum(['time', 'facilitator', 'stopped', 'pauses-exhausted']), by: z.string() })
    .nullable(),
  decision: z
    .strictObject({
      decideBy: instant,
      /** The viewer's own answer; never the other's. */
      yours: answer.nullable(),
      /** Set once the conversation is closed. */
      outcome: answer.nullable(),
    })
    .nullable(),
});

export type View = z.infer<typeof view>;
export type ViewPrompt = z.infer<typeof prompt>;
