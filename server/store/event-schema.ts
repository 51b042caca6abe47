/**
 * The form of an event as it lies in a store. What was written by another version, or by a broken disk,
 * is noticed when it is read and not ten calls later.
 */
import { z } from 'zod';
import type { ConversationEvent } from '../domain/conversation.ts';

const at = z.number();
const millis = z.number();
const participantSeat = z.enum(['a', 'b']);
const seat = z.enum(['a', 'b', 'facilitator']);
const seatOrClock = z.enum(['a', 'b', 'facilitator', 'clock']);
const answer = z.enum(['public', 'private']);
const reach = z.enum(['yes', 'no', 'unknown']);

const currentProgram = z.strictObject({
  id: z.string(),
  name: z.string(),
  texts: z.strictObject({
    about: z.string(),
    afterwards: z.string(),
    public: z.string(),
    private: z.string(),
    withdrawal: z.string(),
  }),
  facilitation: z.enum(['never', 'optional', 'always']),
  durationMs: millis,
  farewellMs: millis,
  graceMs: millis,
  pauseAllowanceMs: millis,
  pauses: z.strictObject({ facilitator: z.boolean() }),
  extension: z.strictObject({ stepMs: millis, atMostMs: millis, together: z.boolean() }),
  offers: z.enum(['clock', 'nobody']),
  opensBeforeMs: millis,
  noShowAfterMs: millis,
  decideWithinMs: millis,
  warningsMs: z.array(millis).readonly(),
  outputs: z.strictObject({
    master: z.enum(['stereo', 'mono']),
    listening: z.boolean(),
    originals: z.boolean(),
  }),
  copies: z.boolean(),
  retentionMs: millis.nullable(),
});

/**
 * A program as it was written before conversations were guided: it knew only its `master`, and promised none of the
 * rest. So nobody extends, and no copies are given away: its consent text did not speak of them.
 */
const programBeforeGuidance = z.looseObject({ master: currentProgram.shape.outputs.shape.master });

function upgradeProgram(stored: unknown): unknown {
  const old = programBeforeGuidance.safeParse(stored);
  if (!old.success) return stored;
  const { master, ...kept } = old.data;
  return {
    texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
    pauses: { facilitator: true },
    extension: { stepMs: 300_000, atMostMs: 0, together: false },
    offers: 'clock',
    outputs: { master, listening: true, originals: false },
    copies: false,
    retentionMs: null,
    ...kept,
  };
}

const program = z.preprocess(upgradeProgram, currentProgram);

const deck = z.strictObject({
  id: z.string(),
  prompts: z
    .array(
      z.strictObject({
        id: z.string(),
        section: z.string(),
        text: z.string(),
        guidance: z.string().nullable(),
        atMs: millis,
      }),
    )
    .readonly(),
});

const mix = z.strictObject({
  version: z.number(),
  durationMs: millis,
  files: z
    .array(
      z.strictObject({
        name: z.string(),
        format: z.enum(['flac', 'mp3']),
        bytes: z.number(),
        sha256: z.string(),
        durationSeconds: z.number(),
      }),
    )
    .readonly(),
});

const event = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('created'),
    at,
    conversationId: z.string(),
    program,
    deck,
    consent: z.strictObject({ version: z.string(), text: z.string(), hash: z.string() }),
    language: z.string(),
    names: z.strictObject({ a: z.string(), b: z.string() }),
    plannedAt: at.nullable(),
    expiresAt: at,
    about: z.strictObject({
      title: z.string().nullable(),
      keywords: z.array(z.string()).readonly(),
      place: z.string().nullable(),
    }),
  }),
  z.strictObject({ type: z.literal('arrived'), at, seat }),
  z.strictObject({ type: z.literal('departed'), at, seat }),
  z.strictObject({ type: z.literal('taken-over'), at, seat }),
  z.strictObject({
    type: z.literal('consented'),
    at,
    seat: participantSeat,
    version: z.string(),
    hash: z.string(),
  }),
  z.strictObject({ type: z.literal('consent-withdrawn'), at, seat: participantSeat }),
  z.strictObject({
    type: z.literal('sound-checked'),
    at,
    seat: participantSeat,
    check: z.strictObject({
      voice: z.enum(['good', 'soft', 'clipping', 'silent']),
      echo: z.enum(['none', 'some', 'unknown']),
      device: z.string().nullable(),
      udp: reach,
      tcp: reach,
      turn: reach,
    }),
  }),
  z.strictObject({ type: z.literal('readiness-changed'), at, seat: participantSeat, ready: z.boolean() }),
  z.strictObject({ type: z.literal('started'), at, endsAt: at }),
  z.strictObject({
    type: z.literal('prompt-shown'),
    at,
    index: z.number(),
    promptId: z.string(),
    by: seatOrClock,
  }),
  z.strictObject({ type: z.literal('warned'), at, remainingMs: millis }),
  z.strictObject({
    type: z.literal('paused'),
    at,
    since: at,
    reason: z.enum(['absence', 'server-away', 'facilitator']),
  }),
  z.strictObject({ type: z.literal('resumed'), at, endsAt: at }),
  z.strictObject({ type: z.literal('extension-asked'), at, seat: participantSeat, wanted: z.boolean() }),
  z.strictObject({
    type: z.literal('extended'),
    at,
    byMs: millis,
    endsAt: at,
    by: z.enum(['facilitator', 'both']),
  }),
  z.strictObject({
    type: z.literal('nudged'),
    at,
    nudgeId: z.string(),
    to: z.enum(['a', 'b', 'both']),
    text: z.string(),
  }),
  z.strictObject({ type: z.literal('marked'), at, markId: z.string(), note: z.string().nullable() }),
  z.strictObject({
    type: z.literal('trouble-reported'),
    at,
    troubleId: z.string(),
    seat,
    kind: z.enum(['cannot-hear', 'not-safe', 'technical']),
    note: z.string().nullable(),
  }),
  z.strictObject({
    type: z.literal('ended'),
    at,
    reason: z.enum(['time', 'facilitator', 'stopped', 'withdrawn', 'pauses-exhausted']),
    by: seatOrClock,
    mediaClosesAt: at,
    decideBy: at,
  }),
  z.strictObject({ type: z.literal('media-closed'), at }),
  z.strictObject({
    type: z.literal('decided'),
    at,
    seat: participantSeat,
    answer,
    // Answers did not name a version at first.
    recordingVersion: z.number().nullable().default(null),
  }),
  z.strictObject({ type: z.literal('withdrawn'), at, seat: participantSeat }),
  z.strictObject({ type: z.literal('closed'), at, outcome: answer }),
  z.strictObject({ type: z.literal('cancelled'), at }),
  z.strictObject({ type: z.literal('abandoned'), at, reason: z.enum(['no-show', 'expired']) }),
  z.strictObject({ type: z.literal('link-reissued'), at, seat, linkVersion: z.number() }),
  z.strictObject({ type: z.literal('capture-started'), at }),
  z.strictObject({ type: z.literal('mix-started'), at, attempt: z.number() }),
  z.strictObject({ type: z.literal('mix-finished'), at, mix }),
  z.strictObject({
    type: z.literal('mix-failed'),
    at,
    reason: z.string(),
    attempt: z.number(),
    final: z.boolean(),
  }),
  z.strictObject({ type: z.literal('recording-deleted'), at }),
]);

type Stored = z.infer<typeof event>;
/** Does not compile when the domain's events and this schema part ways: give the newcomer its place above. */
type Same = ConversationEvent extends Stored ? (Stored extends ConversationEvent ? true : never) : never;
const same: Same = true;
void same;

export function writeEvent(value: ConversationEvent): string {
  return JSON.stringify(value);
}

/** @throws when the text is not the JSON of an event. */
export function readEvent(text: string): ConversationEvent {
  return event.parse(JSON.parse(text));
}
