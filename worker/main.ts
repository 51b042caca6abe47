/**
 * The media worker process: one mediasoup worker and its rooms, at the server's command over IPC (`messages.ts`).
 *
 * It lives in a process group of its own and ignores signals: Ctrl-C in a terminal reaches the server, which closes it
 * in order. When the server is gone without a word, it seals and exits within a second.
 */
import * as mediasoup from 'mediasoup';
import { MediaRefused, MediaUnavailable, MediaUnknown } from '../server/app/ports.ts';
import { createMonoClock } from './mono-clock.ts';
import { createMediaWorker, type MediaWorker } from './media/media-worker.ts';
import type { Room } from './media/room.ts';
import {
  CALLS,
  toWorker,
  type CallAnswer,
  type CallArgs,
  type CallFailure,
  type CallName,
  type FromWorker,
  type WorkerConfiguration,
} from './messages.ts';

const CLOSE_WITHIN_MS = 2500;
/** Nobody waits for this process any more: no orphan may be seen for longer than a second. */
const ORPHANED_WITHIN_MS = 800;

const now = createMonoClock();
const rooms = new Map<number, Room>();
let media: MediaWorker | null = null;
let ending = false;

function send(message: FromWorker): void {
  if (!process.connected) return;
  // A server that goes while this is on its way is seen by `disconnect`.
  process.send?.(message, undefined, undefined, () => undefined);
}

function log(level: 'info' | 'warn' | 'error', error: unknown, conversationId?: string): void {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  send({ type: 'log', level, message, ...(conversationId === undefined ? {} : { conversationId }) });
}

async function start(configuration: WorkerConfiguration): Promise<void> {
  mediasoup.setLogEventListeners({ onerror: (namespace, line) => log('error', `${namespace} ${line}`) });
  media = await createMediaWorker(configuration, now, (error) => {
    log('error', `mediasoup's process died ${error.message}`);
    void exit(1, CLOSE_WITHIN_MS);
  });
  // mediasoup closes its worker on these; only the server says when.
  ignoreSignals();
  if (ending) await exit(0, ORPHANED_WITHIN_MS);
  else send({ type: 'ready', mediasoupPid: media.pid, port: media.port });
}

function ignoreSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.removeAllListeners(signal);
    process.on(signal, () => undefined);
  }
}

async function exit(code: number, withinMs: number): Promise<void> {
  if (ending && media === null) return;
  ending = true;
  const pid = media?.pid;
  setTimeout(() => {
    if (pid !== undefined) killIfThere(pid);
    process.exit(1);
  }, withinMs);
  await media?.close();
  process.exit(code);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It went by itself.
  }
}

function room(roomId: number): Room {
  const found = rooms.get(roomId);
  if (found === undefined) throw new MediaUnavailable('the room is closed');
  return found;
}

const handlers: { readonly [N in CallName]: (args: CallArgs<N>) => Promise<CallAnswer<N>> } = {
  async openRoom({ roomId, conversationId }) {
    if (media === null || ending) throw new MediaUnavailable('the worker is not open');
    const opened = await media.openRoom(conversationId, {
      onProducers: (producers) => send({ type: 'producers', roomId, producers: [...producers] }),
      onConnections: (connections) => send({ type: 'connections', roomId, connections: [...connections] }),
      onDurable: (durable) => send({ type: 'capture', roomId, durable }),
      onFault: (error) => log('error', error, conversationId),
    });
    rooms.set(roomId, opened);
    return { rtpCapabilities: opened.rtpCapabilities as CallAnswer<'openRoom'>['rtpCapabilities'] };
  },
  async createTransport({ roomId, peerId, seat, direction }) {
    return room(roomId).enter(peerId, seat).createTransport(direction);
  },
  async connectTransport({ roomId, peerId, transportId, dtlsParameters }) {
    await room(roomId).peer(peerId).connectTransport(transportId, dtlsParameters);
  },
  async restartIce({ roomId, peerId, transportId }) {
    return room(roomId).peer(peerId).restartIce(transportId);
  },
  async produce({ roomId, peerId, transportId, kind, rtpParameters }) {
    const producer = await room(roomId).peer(peerId).produce(transportId, kind, rtpParameters);
    return { producerId: producer.id };
  },
  async pauseProducer({ roomId, peerId, producerId, paused }) {
    await room(roomId).peer(peerId).pauseProducer(producerId, paused);
  },
  async closeProducer({ roomId, peerId, producerId }) {
    await room(roomId).peer(peerId).closeProducer(producerId);
  },
  async consume({ roomId, peerId, transportId, producerId, rtpCapabilities }) {
    const peer = room(roomId).peer(peerId);
    return peer.consume(transportId, room(roomId).producerFor(peer, producerId), rtpCapabilities);
  },
  async resumeConsumer({ roomId, peerId, consumerId }) {
    await room(roomId).peer(peerId).resumeConsumer(consumerId);
  },
  async closePeer({ roomId, peerId }) {
    room(roomId).closePeer(peerId);
  },
  async closeConsumers({ roomId }) {
    room(roomId).closeConsumers();
  },
  async setCapture({ roomId, capture }) {
    await room(roomId).recorder.setCapture(capture);
  },
  async note({ roomId, event }) {
    await room(roomId).recorder.note(event);
  },
  async closeRoom({ roomId }) {
    const closing = rooms.get(roomId);
    rooms.delete(roomId);
    await closing?.close();
  },
  async ping() {
    await media?.ping();
  },
};

async function serve(id: number, name: CallName, raw: unknown): Promise<void> {
  try {
    const args = CALLS[name].args.parse(raw);
    const handle = handlers[name] as (args: unknown) => Promise<unknown>;
    const answer = await handle(args);
    send({ type: 'done', id, answer });
  } catch (error) {
    const roomId = (raw as { readonly roomId?: unknown } | null)?.roomId;
    // Whatever a call stumbles over while its room or the worker goes away, that is the reason.
    const gone = ending || (typeof roomId === 'number' && name !== 'openRoom' && !rooms.has(roomId));
    const failure = gone ? 'unavailable' : failureOf(error);
    send({ type: 'failed', id, failure, message: error instanceof Error ? error.message : String(error) });
  }
}

function failureOf(error: unknown): CallFailure {
  if (error instanceof MediaUnknown) return 'unknown';
  if (error instanceof MediaUnavailable) return 'unavailable';
  if (!(error instanceof MediaRefused)) log('error', error);
  return 'refused';
}

process.on('message', (raw) => {
  const parsed = toWorker.safeParse(raw);
  if (!parsed.success) {
    log('error', parsed.error);
    return;
  }
  const message = parsed.data;
  switch (message.type) {
    case 'configure':
      start(message.configuration).catch((error: unknown) => {
        log('error', error);
        // Lets the message out.
        setImmediate(() => process.exit(1));
      });
      return;
    case 'call':
      void serve(message.id, message.name, message.args);
      return;
    case 'close':
      void exit(0, CLOSE_WITHIN_MS);
      return;
  }
});
process.on('disconnect', () => void exit(0, ORPHANED_WITHIN_MS));
process.on('uncaughtException', (error) => {
  log('error', error);
  void exit(1, CLOSE_WITHIN_MS);
});
process.on('unhandledRejection', (error) => {
  log('error', error);
  void exit(1, CLOSE_WITHIN_MS);
});
ignoreSignals();
