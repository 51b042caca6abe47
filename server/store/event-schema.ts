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

const program = z.strictObject({
  id: z.string(),
  name: z.string(),
  facilitation: z.enum(['never', 'optional', 'always']),
  durationMs: millis,
  farewellMs: millis,
  graceMs: millis,
  pauseAllowanceMs: millis,
  opensBeforeMs: millis,
  noShowAfterMs: millis,
  decideWithinMs: millis,
  warningsMs: z.array(millis).readonly(),
  master: z.enum(['stereo', 'mono']),
});

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
  z.strictObject({ type: z.literal('paused'), at, since: at, reason: z.enum(['absence', 'server-away']) }),
  z.strictObject({ type: z.literal('resumed'), at, endsAt: at }),
  z.strictObject({
    type: z.literal('ended'),
    at,
    reason: z.enum(['time', 'facilitator', 'stopped', 'pauses-exhausted']),
    by: seatOrClock,
    mediaClosesAt: at,
    decideBy: at,
  }),
  z.strictObject({ type: z.literal('media-closed'), at }),
  z.strictObject({ type: z.literal('decided'), at, seat: participantSeat, answer }),
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
