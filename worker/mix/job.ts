/** The messages between the server and the mix process. Each side parses what it gets. */
import { z } from 'zod';
import type { ConversationEvent } from '../../server/domain/conversation.ts';

const at = z.number();

type Followed = 'created' | 'prompt-shown' | 'started' | 'paused' | 'resumed' | 'ended' | 'media-closed';

/** Events that say nothing about sound; the compiler knows when one is added to the domain. */
const KEPT = {
  arrived: 'arrived',
  departed: 'departed',
  'taken-over': 'taken-over',
  consented: 'consented',
  'consent-withdrawn': 'consent-withdrawn',
  'sound-checked': 'sound-checked',
  'readiness-changed': 'readiness-changed',
  warned: 'warned',
  'extension-asked': 'extension-asked',
  extended: 'extended',
  nudged: 'nudged',
  marked: 'marked',
  'trouble-reported': 'trouble-reported',
  decided: 'decided',
  withdrawn: 'withdrawn',
  closed: 'closed',
  cancelled: 'cancelled',
  abandoned: 'abandoned',
  'link-reissued': 'link-reissued',
  'capture-started': 'capture-started',
  'mix-started': 'mix-started',
  'mix-finished': 'mix-finished',
  'mix-failed': 'mix-failed',
  'recording-deleted': 'recording-deleted',
} as const satisfies { readonly [T in Exclude<ConversationEvent['type'], Followed>]: T };

/** Events the mix goes by; all others are kept as they are. */
const mixEvent = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('created'),
    at,
    program: z.looseObject({ outputs: z.looseObject({ master: z.enum(['stereo', 'mono']) }) }),
    deck: z.looseObject({ prompts: z.array(z.looseObject({ id: z.string(), text: z.string() })) }),
  }),
  z.looseObject({ type: z.literal('started'), at }),
  z.looseObject({
    type: z.literal('paused'),
    at,
    since: z.number(),
    reason: z.enum(['absence', 'server-away', 'facilitator']),
  }),
  z.looseObject({ type: z.literal('resumed'), at }),
  z.looseObject({ type: z.literal('prompt-shown'), at, promptId: z.string() }),
  z.looseObject({ type: z.literal('ended'), at }),
  z.looseObject({ type: z.literal('media-closed'), at }),
  z.looseObject({ type: z.enum(KEPT), at }),
]);
export type MixEvent = z.infer<typeof mixEvent>;

export const mixJob = z.strictObject({
  conversationId: z.string().min(1),
  /** Holds `journal/`; `recording/` and `events.ndjson` are made in it. */
  folder: z.string().min(1),
  version: z.int().min(1),
  ffmpegBin: z.string().min(1),
  events: z.array(mixEvent),
});
export type MixJob = z.infer<typeof mixJob>;

const recordingFile = z.strictObject({
  name: z.string().min(1),
  format: z.enum(['flac', 'mp3']),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  durationSeconds: z.number().positive(),
});

export const mix = z.strictObject({
  version: z.int().min(1),
  durationMs: z.number().positive(),
  files: z.array(recordingFile).min(1).readonly(),
});

export const mixMessage = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('progress'), done: z.number().min(0).max(1) }),
  z.strictObject({ type: z.literal('done'), mix }),
  z.strictObject({ type: z.literal('failed'), reason: z.string() }),
]);
export type MixMessage = z.infer<typeof mixMessage>;
