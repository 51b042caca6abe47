/** The files of programs, decks and consent texts: what an operator may write. Unknown keys are refused. */
import { z } from 'zod';
import { duration } from './duration.ts';

/** A file's name without `.json`; also how the others refer to it. */
export const fileId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and "-"');

const language = z.string().regex(/^[a-z]{2}$/, 'must be a language of two letters, like "en"');

function perLanguage<T extends z.ZodType>(value: T) {
  return z
    .record(language, value)
    .refine((texts) => Object.keys(texts).length > 0, 'must have at least one language');
}

const line = z.string().trim().min(1).max(2_000);

/** `programs/<id>.json`. A program speaks the languages of its name; deck and consent must have them all. */
export const programFile = z.strictObject({
  name: perLanguage(line.max(80)),
  /** What people are told. In every language of the name. */
  texts: z.strictObject({
    /** What this is, in two or three sentences; in the lobby. */
    about: perLanguage(line),
    /** What happens after the decision; on the page of thanks. */
    afterwards: perLanguage(line),
    /** What each answer means here, in two lines. */
    public: perLanguage(line),
    private: perLanguage(line),
    /** What withdrawing does; said before consent. */
    withdrawal: perLanguage(line),
  }),
  /** Whether a facilitator has a seat; with `always`, nothing starts without one. */
  facilitation: z.enum(['never', 'optional', 'always']),
  /** How long the two talk, pauses not counted. */
  duration: duration.refine((ms) => ms > 0, 'must be longer than nothing'),
  deck: fileId,
  consent: fileId,
  /** How long a participant may be gone before the clock pauses. */
  grace: duration.default(15_000),
  /** Pauses in sum; past it the conversation ends early. */
  pauses: duration.default(600_000),
  /** Whether a facilitator may pause, too. */
  facilitatorMayPause: z.boolean().default(true),
  /** How the conversation may be made longer. Silent: not at all. */
  extension: z
    .strictObject({
      /** By how much at once. */
      step: duration.refine((ms) => ms > 0, 'must be longer than nothing').default(300_000),
      /** Extensions in sum. */
      atMost: duration,
      /** Whether both participants together may, where no facilitator guides. */
      together: z.boolean().default(false),
    })
    .default({ step: 300_000, atMost: 0, together: false }),
  /** Who offers the next card where participants guide; they may always turn it themselves. */
  offers: z.enum(['clock', 'nobody']).default('clock'),
  /** How long after the planned time a conversation that has not started is given up. */
  noShow: duration.default(900_000),
  /** How long before the planned time the links open. */
  opensBefore: duration.default(900_000),
  /** Sound after the end, to say goodbye. */
  farewell: duration.default(60_000),
  /** How long after the end the decision may be made or changed. */
  decideWithin: duration.default(1_209_600_000),
  /** Remaining times at which both are told, falling. Default: 10, 5 and 1 min, those that fit. */
  warnings: z
    .array(duration.refine((ms) => ms > 0, 'must be longer than nothing'))
    .max(16)
    .optional(),
  /** What is made of the sound. */
  outputs: z
    .strictObject({
      /** `a` left and `b` right, or both in the middle. */
      master: z.enum(['stereo', 'mono']).default('stereo'),
      /** One light file to listen to; without it, participants cannot listen before they decide. */
      listening: z.boolean().default(true),
      /** Each voice as it was sent. */
      originals: z.boolean().default(false),
    })
    .default({ master: 'stereo', listening: true, originals: false }),
  /** Whether participants may download a copy. */
  copies: z.boolean().default(true),
  /** How long the recording is kept after the decision. Silent: until somebody withdraws. */
  retention: duration.refine((ms) => ms > 0, 'must be longer than nothing').optional(),
});

/** `decks/<id>.json` */
export const deckFile = z.strictObject({
  /** Headings, by the name under which prompts refer to them. */
  sections: z.record(fileId, perLanguage(line.max(80))),
  prompts: z
    .array(
      z.strictObject({
        id: fileId,
        section: fileId,
        /** When it is offered, since the start; never earlier than the one before. */
        at: duration,
        text: perLanguage(line),
        /** A line about listening well. */
        guidance: perLanguage(line).optional(),
      }),
    )
    .min(1)
    .max(200),
});

/** `consent/<id>.json`. Give a changed text a new version. */
export const consentFile = z.strictObject({
  version: z.string().trim().min(1).max(64),
  /** Paragraphs; an empty line is put between them. */
  text: perLanguage(z.array(line).min(1).max(40)),
});

export type ProgramFile = z.infer<typeof programFile>;
export type DeckFile = z.infer<typeof deckFile>;
export type ConsentFile = z.infer<typeof consentFile>;
