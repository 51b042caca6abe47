/**
 * Every message of the socket, once: its name, its schema, its answer. PROTOCOL.md tells the order in which
 * they are used. Client and server both import this file; the server parses with it, the client is typed by it.
 */
import { z } from 'zod';
import type { Ack } from './errors.ts';
import { answer, nudgeTo, seat, soundCheck, troubleKind, view, type View } from './view.ts';
import {
  consumerOptions,
  dtlsParameters,
  iceParameters,
  mediaKind,
  rtpCapabilities,
  rtpParameters,
  transportDirection,
  transportOptions,
} from './webrtc.ts';

const id = z.string().min(1).max(64);
const nothing = z.strictObject({});
/** What people write, as it is kept: without blanks around it. */
const words = (most: number) => z.string().trim().min(1).max(most);

/** `silent`: it is open, and nothing comes from it. `gone`: there is none any more. */
const microphoneState = z.enum(['on', 'muted', 'silent', 'gone']);

/** Client to server. Each is acknowledged with an `Ack` of `answer` (or of nothing). */
export const REQUESTS = {
  'conversation:consent': {
    payload: z.strictObject({ version: z.string().max(64), hash: z.string().length(64) }),
    answer: z.undefined(),
  },
  'conversation:ready': { payload: z.strictObject({ ready: z.boolean() }), answer: z.undefined() },
  'conversation:start': { payload: nothing, answer: z.undefined() },
  'conversation:pause': { payload: nothing, answer: z.undefined() },
  'conversation:resume': { payload: nothing, answer: z.undefined() },
  /** By one step of the program. */
  'conversation:extend': { payload: nothing, answer: z.undefined() },
  /** When both participants want it, it is done. */
  'conversation:ask-extension': {
    payload: z.strictObject({ wanted: z.boolean() }),
    answer: z.undefined(),
  },
  'conversation:end': { payload: nothing, answer: z.undefined() },
  /** In the lobby one's own consent; later the conversation, if it lasts, and the recording. Not taken back. */
  'conversation:withdraw': { payload: nothing, answer: z.undefined() },
  'prompt:show': { payload: z.strictObject({ index: z.int().min(0).max(999) }), answer: z.undefined() },
  'nudge:send': { payload: z.strictObject({ to: nudgeTo, text: words(200) }), answer: z.undefined() },
  'mark:set': { payload: z.strictObject({ note: words(200).nullable() }), answer: z.undefined() },
  'trouble:report': {
    payload: z.strictObject({ kind: troubleKind, note: words(500).nullable() }),
    answer: z.undefined(),
  },
  'sound:checked': { payload: z.strictObject({ check: soundCheck }), answer: z.undefined() },
  'decision:answer': {
    payload: z.strictObject({
      answer,
      /** The view's `recordingVersion`. */
      recordingVersion: z.int().min(1).nullable(),
    }),
    answer: z.undefined(),
  },
  /** Signed addresses of the listening copy; to be asked for anew when they have expired. */
  'recording:address': {
    payload: nothing,
    answer: z.strictObject({
      listenUrl: z.string(),
      /** Null where the program gives no copies away. */
      downloadUrl: z.string().nullable(),
      /** An instant by the server's clock. */
      expiresAt: z.number(),
    }),
  },
  /** What the device measures of its own microphone, at every change. Not kept. */
  'room:report': { payload: z.strictObject({ microphone: microphoneState }), answer: z.undefined() },
  'seat:answer-takeover': {
    payload: z.strictObject({ askId: id, allow: z.boolean() }),
    answer: z.undefined(),
  },
  /** For measuring the offset between the clocks. */
  'clock:read': { payload: nothing, answer: z.strictObject({ now: z.number() }) },
  'media:capabilities': {
    payload: nothing,
    answer: z.strictObject({ rtpCapabilities }),
  },
  'media:create-transport': {
    payload: z.strictObject({ direction: transportDirection }),
    answer: transportOptions,
  },
  'media:connect-transport': {
    payload: z.strictObject({ transportId: id, dtlsParameters }),
    answer: z.undefined(),
  },
  'media:restart-ice': {
    payload: z.strictObject({ transportId: id }),
    answer: z.strictObject({ iceParameters }),
  },
  'media:produce': {
    payload: z.strictObject({ transportId: id, kind: mediaKind, rtpParameters }),
    answer: z.strictObject({ producerId: id }),
  },
  'media:pause-producer': {
    payload: z.strictObject({ producerId: id, paused: z.boolean() }),
    answer: z.undefined(),
  },
  'media:close-producer': { payload: z.strictObject({ producerId: id }), answer: z.undefined() },
  'media:consume': {
    payload: z.strictObject({ transportId: id, producerId: id, rtpCapabilities }),
    answer: consumerOptions,
  },
  'media:resume-consumer': { payload: z.strictObject({ consumerId: id }), answer: z.undefined() },
} as const satisfies Record<string, { payload: z.ZodType; answer: z.ZodType }>;

export const available = z.strictObject({
  /** Everyone this seat may hear and see now; whole at every change. Empty before the start. */
  producers: z.array(
    z.strictObject({ producerId: id, seat: z.enum(['a', 'b']), kind: mediaKind, paused: z.boolean() }),
  ),
});

const quality = z.strictObject({
  /** As the device says. */
  microphone: z.enum([...microphoneState.options, 'unknown']),
  /** As the server measures, of both directions. */
  connection: z.enum(['good', 'weak', 'lost', 'unknown']),
});

/** Server to client. Not acknowledged; each is a whole state or an instant, so that a lost one heals. */
export const NOTICES = {
  /** `now` is the server's clock at sending. */
  'conversation:view': z.strictObject({ now: z.number(), view }),
  'media:available': available,
  /** How well the two can be heard, to everyone seated; whole at every change. */
  'room:quality': z.strictObject({ a: quality, b: quality }),
  /** The room's media is gone (a worker died): build transports anew. */
  'media:lost': nothing,
  /** Another device opened your link: keep the seat, or let it go. Silence until `answerBy` lets it go. */
  'seat:takeover-asked': z.strictObject({ askId: id, answerBy: z.number() }),
  /** The question is gone: the other device went away, or it was answered. */
  'seat:takeover-settled': z.strictObject({ askId: id }),
  /** You wait: the seat's present device was asked. */
  'seat:waiting': z.strictObject({ until: z.number() }),
  /**
   * You hold the seat. Sent once, before the first view. `resume` proves to the next handshake that it comes from
   * this device, so that it is not asked for the seat it holds.
   */
  'seat:granted': z.strictObject({ seat, name: z.string().nullable(), resume: id }),
  /** You no longer hold the seat, or never got it; the server closes the socket after it. */
  'seat:lost': z.strictObject({
    reason: z.enum(['taken-over', 'refused', 'link-replaced']),
  }),
} as const satisfies Record<string, z.ZodType>;

/** The socket's handshake (`auth`). */
export const handshake = z.strictObject({
  session: z.string().min(1).max(4096),
  /** From the last `seat:granted` on this device, if there was one. */
  resume: id.optional(),
});

export type RequestName = keyof typeof REQUESTS;
export type NoticeName = keyof typeof NOTICES;
export type RequestPayload<N extends RequestName> = z.infer<(typeof REQUESTS)[N]['payload']>;
export type RequestAnswer<N extends RequestName> = z.infer<(typeof REQUESTS)[N]['answer']>;
export type NoticePayload<N extends NoticeName> = z.infer<(typeof NOTICES)[N]>;
export type Quality = z.infer<typeof quality>;
export type MicrophoneState = z.infer<typeof microphoneState>;
export type Available = z.infer<typeof available>;

/** The types socket.io wants, made from the tables above. */
export type ClientToServer = {
  [N in RequestName]: (payload: RequestPayload<N>, ack: (answer: Ack<RequestAnswer<N>>) => void) => void;
};
export type ServerToClient = { [N in NoticeName]: (payload: NoticePayload<N>) => void };

export type { View };
