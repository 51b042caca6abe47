/** Bodies and answers of the HTTP API. */
import { z } from 'zod';
import { answer, mark, participantSeat, recordingState, seat, soundCheck, trouble } from './view.ts';

const name = z.string().trim().min(1).max(80);
/** Instants over HTTP are ISO 8601 with an offset. */
const isoInstant = z.iso.datetime({ offset: true });

export const about = z.strictObject({
  title: z.string().trim().min(1).max(200).optional(),
  keywords: z.array(z.string().trim().min(1).max(60)).max(30).optional(),
  place: z.string().trim().min(1).max(200).optional(),
});

/** `POST /api/conversations` */
export const createConversation = z.strictObject({
  program: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
  names: z.tuple([name, name]),
  language: z
    .string()
    .regex(/^[a-z]{2}$/)
    .default('en'),
  plannedAt: isoInstant.optional(),
  about: about.default({}),
});

const recordingFile = z.strictObject({
  name: z.string(),
  format: z.enum(['flac', 'mp3']),
  bytes: z.int(),
  sha256: z.string(),
  durationSeconds: z.number(),
});

export const conversationAnswer = z.strictObject({
  id: z.string(),
  phase: z.enum(['lobby', 'live', 'wrap-up', 'closed', 'cancelled', 'abandoned']),
  program: z.string(),
  names: z.tuple([z.string(), z.string()]),
  language: z.string(),
  createdAt: isoInstant,
  plannedAt: isoInstant.nullable(),
  startedAt: isoInstant.nullable(),
  endsAt: isoInstant.nullable(),
  endedAt: isoInstant.nullable(),
  about: z.strictObject({
    title: z.string().nullable(),
    keywords: z.array(z.string()),
    place: z.string().nullable(),
  }),
  /** The answers of both are known to staff only once the conversation is closed. */
  outcome: answer.nullable(),
  /** What the devices of the two found out about themselves before talking. */
  soundChecks: z.strictObject({ a: soundCheck.nullable(), b: soundCheck.nullable() }),
  /** What people said was wrong, in order. */
  troubles: z.array(trouble.extend({ at: isoInstant })),
  /** Moments that the facilitator found worth finding again, in order. */
  marks: z.array(mark.extend({ at: isoInstant })),
  /** A participant took the recording back: it is, or is being, deleted. */
  withdrawn: z.boolean(),
  /** When nothing of the recording was left. */
  deletedAt: isoInstant.nullable(),
  recording: z.strictObject({
    state: recordingState,
    version: z.int().nullable(),
    durationSeconds: z.number().nullable(),
    files: z.array(recordingFile),
  }),
});

export const link = z.strictObject({ seat, url: z.string() });

/** Answer of `POST /api/conversations`. Links are shown when made; later only anew. */
export const createdAnswer = z.strictObject({ conversation: conversationAnswer, links: z.array(link) });

/** `GET /api/conversations?limit=&after=` */
export const listQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  after: z.string().max(64).optional(),
});
export const listAnswer = z.strictObject({
  conversations: z.array(conversationAnswer),
  next: z.string().nullable(),
});

/** `GET /api/conversations/:id/recording`: files with addresses that work for a few minutes. */
export const recordingAnswer = z.strictObject({
  version: z.int(),
  durationSeconds: z.number(),
  files: z.array(recordingFile.extend({ url: z.string(), expiresAt: isoInstant })),
});

/** `POST /api/session`: a link for a short session. */
export const openSession = z.strictObject({ link: z.string().min(1).max(4096) });
export const sessionAnswer = z.strictObject({
  session: z.string(),
  seat,
  conversationId: z.string(),
  expiresAt: isoInstant,
});

export const errorAnswer = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string() }),
});

export { participantSeat, seat };
export type CreateConversation = z.infer<typeof createConversation>;
export type ConversationAnswer = z.infer<typeof conversationAnswer>;
export type CreatedAnswer = z.infer<typeof createdAnswer>;
export type SessionAnswer = z.infer<typeof sessionAnswer>;
export type RecordingAnswer = z.infer<typeof recordingAnswer>;
export type Link = z.infer<typeof link>;
