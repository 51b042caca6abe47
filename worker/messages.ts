/**
 * What the server and a media worker process say to each other over IPC, each message once: its schema and its
 * answer. Both sides parse what they receive.
 */
import { z } from 'zod';
import type { ConversationEvent } from '../server/domain/conversation.ts';
import {
  consumerOptions,
  dtlsParameters,
  iceParameters,
  mediaKind,
  rtpCapabilities,
  rtpParameters,
  transportDirection,
  transportOptions,
} from '../server/protocol/webrtc.ts';

/** Ours: 22 characters of base64url. Part of a path, so never taken on trust. */
export const conversationId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
/** One opening of one conversation's media; what is said about an earlier one is stale. */
const roomId = z.int().min(0);
const id = z.string().min(1).max(64);
const seat = z.enum(['a', 'b', 'facilitator']);
/** The log has the schema of events (server/store); here they only pass through. */
const event = z
  .looseObject({ type: z.string(), at: z.number() })
  .transform((value) => value as unknown as ConversationEvent);

export const workerConfiguration = z.strictObject({
  /** Null: MEDIASOUP_WORKER_BIN of the environment, else mediasoup's own. */
  workerBin: z.string().nullable(),
  listen: z.array(z.strictObject({ listen: z.string(), announced: z.string() })).min(1),
  /** For UDP and TCP; 0: any free one. */
  port: z.int().min(0).max(65_535),
  conversationsFolder: z.string(),
  clockAnchor: z.strictObject({ monoNs: z.number(), instantMs: z.number() }),
});
export type WorkerConfiguration = z.infer<typeof workerConfiguration>;

const nothing = z.undefined().optional();

/** Calls on a worker or on one of its rooms. */
export const CALLS = {
  openRoom: {
    args: z.strictObject({ roomId, conversationId }),
    answer: z.strictObject({ rtpCapabilities }),
  },
  createTransport: {
    args: z.strictObject({ roomId, peerId: id, seat, direction: transportDirection }),
    answer: transportOptions,
  },
  connectTransport: {
    args: z.strictObject({ roomId, peerId: id, transportId: id, dtlsParameters }),
    answer: nothing,
  },
  restartIce: { args: z.strictObject({ roomId, peerId: id, transportId: id }), answer: iceParameters },
  produce: {
    args: z.strictObject({ roomId, peerId: id, transportId: id, kind: mediaKind, rtpParameters }),
    answer: z.strictObject({ producerId: id }),
  },
  pauseProducer: {
    args: z.strictObject({ roomId, peerId: id, producerId: id, paused: z.boolean() }),
    answer: nothing,
  },
  closeProducer: { args: z.strictObject({ roomId, peerId: id, producerId: id }), answer: nothing },
  consume: {
    args: z.strictObject({ roomId, peerId: id, transportId: id, producerId: id, rtpCapabilities }),
    answer: consumerOptions,
  },
  resumeConsumer: { args: z.strictObject({ roomId, peerId: id, consumerId: id }), answer: nothing },
  closePeer: { args: z.strictObject({ roomId, peerId: id }), answer: nothing },
  closeConsumers: { args: z.strictObject({ roomId }), answer: nothing },
  setCapture: { args: z.strictObject({ roomId, capture: z.enum(['on', 'held', 'off']) }), answer: nothing },
  note: { args: z.strictObject({ roomId, event }), answer: nothing },
  closeRoom: { args: z.strictObject({ roomId }), answer: nothing },
  /** Answers when mediasoup's own process has answered too. */
  ping: { args: z.strictObject({}), answer: nothing },
} as const;

export type CallName = keyof typeof CALLS;
export type CallArgs<N extends CallName> = z.output<(typeof CALLS)[N]['args']>;
export type CallAnswer<N extends CallName> = z.output<(typeof CALLS)[N]['answer']>;

/** From the server. The first is `configure`; a call's arguments are parsed by the call's own schema. */
export const toWorker = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('configure'), configuration: workerConfiguration }),
  z.strictObject({
    type: z.literal('call'),
    id: z.int(),
    name: z.enum(Object.keys(CALLS) as [CallName, ...CallName[]]),
    args: z.unknown().optional(),
  }),
  /** Seal everything and exit. */
  z.strictObject({ type: z.literal('close') }),
]);
export type ToWorker = z.input<typeof toWorker>;

const producerInfo = z.strictObject({
  producerId: id,
  peerId: id,
  seat: z.enum(['a', 'b']),
  kind: mediaKind,
  paused: z.boolean(),
});

const seatConnection = z.strictObject({
  seat: z.enum(['a', 'b']),
  connection: z.enum(['good', 'weak', 'lost', 'unknown']),
});

export const callFailure = z.enum(['unknown', 'refused', 'unavailable']);
export type CallFailure = z.infer<typeof callFailure>;

/** From a worker. */
export const fromWorker = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready'), mediasoupPid: z.int(), port: z.int() }),
  z.strictObject({ type: z.literal('done'), id: z.int(), answer: z.unknown().optional() }),
  z.strictObject({ type: z.literal('failed'), id: z.int(), failure: callFailure, message: z.string() }),
  z.strictObject({ type: z.literal('producers'), roomId, producers: z.array(producerInfo) }),
  z.strictObject({ type: z.literal('connections'), roomId, connections: z.array(seatConnection) }),
  z.strictObject({ type: z.literal('capture'), roomId, durable: z.boolean() }),
  z.strictObject({
    type: z.literal('log'),
    level: z.enum(['info', 'warn', 'error']),
    message: z.string(),
    conversationId: z.string().optional(),
  }),
]);
export type FromWorker = z.input<typeof fromWorker>;
