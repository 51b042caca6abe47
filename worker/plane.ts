/**
 * The server's side of the media workers: forks them, places rooms, replaces those that die. It never touches media;
 * every call goes over IPC to `main.ts`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  MediaRefused,
  MediaUnavailable,
  MediaUnknown,
  type MediaEvents,
  type MediaPlane,
  type MediaRoom,
} from '../server/app/ports.ts';
import {
  CALLS,
  conversationId as conversationIdSchema,
  fromWorker,
  type CallAnswer,
  type CallArgs,
  type CallFailure,
  type CallName,
  type ToWorker,
} from './messages.ts';
import type { ClockAnchor } from './recording/journal-format.ts';

export interface PlaneOptions {
  /** Absolute path of the mediasoup worker. Default: MEDIASOUP_WORKER_BIN, else mediasoup's own. */
  readonly workerBin?: string;
  /** Where mediasoup listens, and what it tells browsers (an IP address or a host name). */
  readonly addresses: readonly { readonly listen: string; readonly announced: string }[];
  /** One media worker for each, on this port of UDP and TCP; 0: any free one. */
  readonly ports: readonly number[];
  /** Journals go to `<conversationsFolder>/<conversation id>/journal/`. Absolute. */
  readonly conversationsFolder: string;
  /** The server's clock, so that instants in the journals are its instants. */
  readonly clockAnchor: ClockAnchor;
  readonly log: PlaneLog;
  readonly limits?: Partial<PlaneLimits>;
}

/** As pino has it. */
export interface PlaneLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface PlaneLimits {
  /** A call that takes longer fails with MediaUnavailable. */
  readonly callMs: number;
  /** `close` resolves within this. */
  readonly closeMs: number;
  /** A worker that leaves three pings unanswered is killed. */
  readonly pingEveryMs: number;
  /** Waits before a worker is started again that died soon after its start; the first death costs no wait. */
  readonly respawnAfterMs: readonly number[];
  /** A worker that lived this long did not die soon. */
  readonly settledAfterMs: number;
}

const LIMITS: PlaneLimits = {
  callMs: 5000,
  closeMs: 3000,
  pingEveryMs: 2000,
  respawnAfterMs: [0, 250, 500, 1000, 2000, 5000],
  settledAfterMs: 30_000,
};

export interface WorkerInfo {
  readonly port: number;
  readonly pid: number;
  readonly mediasoupPid: number;
  readonly rooms: number;
}

export interface Plane extends MediaPlane {
  /** Resolves when every worker has been ready once. Rejects when the plane is closed before. */
  ready(): Promise<void>;
  /** Those that are ready now. */
  readonly workers: readonly WorkerInfo[];
}

interface PendingCall {
  readonly name: CallName;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

interface OpenRoom {
  readonly roomId: number;
  readonly conversationId: string;
  readonly worker: Worker;
  /** Given to the application, which is therefore told when it is lost. */
  given: boolean;
}

interface Worker {
  readonly index: number;
  readonly child: ChildProcess;
  readonly calls: Map<number, PendingCall>;
  readonly rooms: Map<number, OpenRoom>;
  readonly startedAtMs: number;
  readonly exited: Promise<void>;
  ready: { readonly mediasoupPid: number; readonly port: number } | null;
  gone: boolean;
  unanswered: number;
}

/** Starts the workers at once, all of them at the same time; rooms wait for the first that is ready. */
export function createPlane(options: PlaneOptions): Plane {
  const { log, conversationsFolder, clockAnchor } = options;
  const limits = { ...LIMITS, ...options.limits };
  const workers: (Worker | null)[] = options.ports.map(() => null);
  const soonDeaths: number[] = options.ports.map(() => 0);
  const everReady = options.ports.map(() => Promise.withResolvers<void>());
  const roomByConversation = new Map<string, OpenRoom>();
  /** Openings of one conversation come one after the other. */
  const openings = new Map<string, Promise<unknown>>();
  const respawns = new Set<NodeJS.Timeout>();
  let waiting: { readonly resolve: (worker: Worker) => void; readonly timer: NodeJS.Timeout }[] = [];
  let events: MediaEvents | null = null;
  let lastCallId = 0;
  let lastRoomId = 0;
  let closing: Promise<void> | null = null;
  for (const { promise } of everReady) promise.catch(() => undefined);

  // Workers.

  function spawn(index: number): void {
    const child = fork(fileURLToPath(new URL('main.ts', import.meta.url)), [], {
      // A group of its own: the terminal's Ctrl-C does not reach it, and it can be killed with mediasoup's process.
      detached: true,
      serialization: 'json',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: [],
      // Writes and syncs of many rooms must not queue behind four slow ones.
      env: { ...process.env, UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' },
    });
    const exited = Promise.withResolvers<void>();
    const worker: Worker = {
      index,
      child,
      calls: new Map(),
      rooms: new Map(),
      startedAtMs: performance.now(),
      exited: exited.promise,
      ready: null,
      gone: false,
      unanswered: 0,
    };
    workers[index] = worker;
    child.on('message', (raw) => receive(worker, raw));
    const ended = (reason: string): void => {
      exited.resolve();
      lose(worker, reason);
    };
    child.on('error', (error) => {
      if (child.pid === undefined) ended(error.message);
    });
    child.on('exit', (code, signal) => ended(signal ?? `code ${code}`));
    tell(worker, {
      type: 'configure',
      configuration: {
        workerBin: options.workerBin ?? null,
        listen: options.addresses.map(({ listen, announced }) => ({ listen, announced })),
        port: options.ports[index] ?? 0,
        conversationsFolder,
        clockAnchor: { monoNs: clockAnchor.monoNs, instantMs: clockAnchor.instantMs },
      },
    });
  }

  function tell(worker: Worker, message: ToWorker): void {
    if (!worker.child.connected) return;
    // A child that goes while this is on its way is seen by `exit`.
    worker.child.send(message, () => undefined);
  }

  /** Everything of this worker is void from now on. */
  function lose(worker: Worker, reason: string): void {
    if (worker.gone) return;
    worker.gone = true;
    workers[worker.index] = null;
    for (const call of worker.calls.values()) {
      clearTimeout(call.timer);
      call.reject(new MediaUnavailable('the media worker is gone'));
    }
    worker.calls.clear();
    const lost = [...worker.rooms.values()];
    worker.rooms.clear();
    for (const room of lost) forget(room);
    if (closing !== null) return;
    log.error({ worker: worker.index, reason, rooms: lost.length }, 'a media worker is gone');
    respawn(worker);
    for (const room of lost) if (room.given) events?.roomLost(room.conversationId);
  }

  function respawn({ index, startedAtMs }: Worker): void {
    const soon = performance.now() - startedAtMs < limits.settledAfterMs;
    const deaths = soon ? (soonDeaths[index] ?? 0) : 0;
    soonDeaths[index] = deaths + 1;
    const afterMs = limits.respawnAfterMs[Math.min(deaths, limits.respawnAfterMs.length - 1)] ?? 0;
    if (afterMs === 0) {
      spawn(index);
      return;
    }
    const timer = setTimeout(() => {
      respawns.delete(timer);
      spawn(index);
    }, afterMs);
    respawns.add(timer);
  }

  /** With mediasoup's process: they are one group. */
  function kill({ child }: Worker): void {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It went by itself.
    }
  }

  function receive(worker: Worker, raw: unknown): void {
    if (worker.gone) return;
    const parsed = fromWorker.safeParse(raw);
    if (!parsed.success) {
      log.error(
        { worker: worker.index, error: parsed.error.message },
        'a media worker said something unknown',
      );
      return;
    }
    const message = parsed.data;
    switch (message.type) {
      case 'ready': {
        const { mediasoupPid, port } = message;
        worker.ready = { mediasoupPid, port };
        log.info(
          { worker: worker.index, pid: worker.child.pid, mediasoupPid, port },
          'a media worker is ready',
        );
        everReady[worker.index]?.resolve();
        const takers = waiting;
        waiting = [];
        for (const { resolve, timer } of takers) {
          clearTimeout(timer);
          resolve(worker);
        }
        return;
      }
      case 'done': {
        takeCall(worker, message.id)?.(message.answer);
        return;
      }
      case 'failed': {
        const call = worker.calls.get(message.id);
        if (call === undefined) return;
        clearTimeout(call.timer);
        worker.calls.delete(message.id);
        call.reject(toError(message.failure, message.message));
        return;
      }
      case 'producers': {
        const room = worker.rooms.get(message.roomId);
        if (room?.given) events?.producersChanged(room.conversationId, message.producers);
        return;
      }
      case 'connections': {
        const room = worker.rooms.get(message.roomId);
        if (room?.given) events?.qualityChanged(room.conversationId, message.connections);
        return;
      }
      case 'capture': {
        const room = worker.rooms.get(message.roomId);
        if (room?.given) events?.captureChanged(room.conversationId, message.durable);
        return;
      }
      case 'log': {
        const { level, conversationId } = message;
        log[level]({ worker: worker.index, conversationId }, message.message);
        return;
      }
    }
  }

  function takeCall(worker: Worker, id: number): ((answer: unknown) => void) | undefined {
    const call = worker.calls.get(id);
    if (call === undefined) return undefined;
    clearTimeout(call.timer);
    worker.calls.delete(id);
    return (answer) => {
      const parsed = CALLS[call.name].answer.safeParse(answer);
      if (parsed.success) call.resolve(parsed.data);
      else call.reject(new Error(`a media worker's answer to ${call.name}: ${parsed.error.message}`));
    };
  }

  function call<N extends CallName>(
    worker: Worker,
    name: N,
    args: CallArgs<N>,
    withinMs = limits.callMs,
  ): Promise<CallAnswer<N>> {
    const { promise, resolve, reject } = Promise.withResolvers<CallAnswer<N>>();
    if (worker.gone) return Promise.reject(new MediaUnavailable('the media worker is gone'));
    lastCallId += 1;
    const id = lastCallId;
    const timer = setTimeout(() => {
      worker.calls.delete(id);
      reject(new MediaUnavailable(`the media worker did not answer ${name} in time`));
    }, withinMs);
    worker.calls.set(id, { name, resolve: resolve as (answer: unknown) => void, reject, timer });
    tell(worker, { type: 'call', id, name, args });
    return promise;
  }

  /** Counted in pings and not in time, so that a server that stood still itself accuses nobody. */
  const pings = setInterval(() => {
    for (const worker of workers) {
      if (worker === null || worker.ready === null) continue;
      if (worker.unanswered >= 3) {
        log.error({ worker: worker.index }, 'a media worker does not answer and is killed');
        kill(worker);
        continue;
      }
      void ping(worker);
    }
  }, limits.pingEveryMs);
  pings.unref();

  async function ping(worker: Worker): Promise<void> {
    worker.unanswered += 1;
    try {
      await call(worker, 'ping', {});
      worker.unanswered = 0;
    } catch {
      // Counted already.
    }
  }

  // Rooms.

  function leastLoaded(): Worker | null {
    let least: Worker | null = null;
    for (const worker of workers) {
      if (worker === null || worker.ready === null) continue;
      if (least === null || worker.rooms.size < least.rooms.size) least = worker;
    }
    return least;
  }

  function someWorker(): Promise<Worker> {
    const least = leastLoaded();
    if (least !== null) return Promise.resolve(least);
    const { promise, resolve, reject } = Promise.withResolvers<Worker>();
    const timer = setTimeout(() => {
      waiting = waiting.filter((waiter) => waiter.timer !== timer);
      reject(new MediaUnavailable('no media worker is ready'));
    }, limits.callMs);
    waiting.push({ resolve, timer });
    return promise;
  }

  function forget(room: OpenRoom): void {
    room.worker.rooms.delete(room.roomId);
    if (roomByConversation.get(room.conversationId) === room) roomByConversation.delete(room.conversationId);
  }

  async function closeRoom(room: OpenRoom, withinMs: number): Promise<void> {
    if (!room.worker.rooms.has(room.roomId)) return;
    forget(room);
    try {
      await call(room.worker, 'closeRoom', { roomId: room.roomId }, withinMs);
    } catch (error) {
      log.warn({ conversationId: room.conversationId, error: String(error) }, 'a room did not close in time');
    }
  }

  async function open(conversationId: string): Promise<MediaRoom> {
    if (closing !== null) throw new MediaUnavailable('the media plane is closed');
    const former = roomByConversation.get(conversationId);
    // A worker that does not even close a room must not keep the next one waiting for long.
    if (former !== undefined) await closeRoom(former, limits.callMs / 5);
    const worker = await someWorker();
    lastRoomId += 1;
    const room: OpenRoom = { roomId: lastRoomId, conversationId, worker, given: false };
    worker.rooms.set(room.roomId, room);
    roomByConversation.set(conversationId, room);
    try {
      const { rtpCapabilities } = await call(worker, 'openRoom', { roomId: room.roomId, conversationId });
      room.given = true;
      return mediaRoom(room, rtpCapabilities);
    } catch (error) {
      forget(room);
      tell(worker, { type: 'call', id: 0, name: 'closeRoom', args: { roomId: room.roomId } });
      throw error;
    }
  }

  function mediaRoom(room: OpenRoom, rtpCapabilities: MediaRoom['rtpCapabilities']): MediaRoom {
    const { roomId, worker } = room;
    function ask<N extends CallName>(name: N, args: Omit<CallArgs<N>, 'roomId'>): Promise<CallAnswer<N>> {
      if (!worker.rooms.has(roomId)) return Promise.reject(new MediaUnavailable('the room is closed'));
      return call(worker, name, { ...args, roomId } as CallArgs<N>);
    }
    return {
      rtpCapabilities,
      createTransport: (o) => ask('createTransport', o),
      connectTransport: (o) => ask('connectTransport', o),
      restartIce: (o) => ask('restartIce', o),
      produce: (o) => ask('produce', o),
      pauseProducer: (o) => ask('pauseProducer', o),
      closeProducer: (o) => ask('closeProducer', o),
      consume: (o) => ask('consume', o),
      resumeConsumer: (o) => ask('resumeConsumer', o),
      closePeer: (peerId) => ask('closePeer', { peerId }),
      closeConsumers: () => ask('closeConsumers', {}),
      setCapture: (capture) => ask('setCapture', { capture }),
      note: (event) => ask('note', { event }),
      close: () => closeRoom(room, limits.callMs),
    };
  }

  async function closeAll(): Promise<void> {
    clearInterval(pings);
    for (const timer of respawns) clearTimeout(timer);
    for (const { promise, reject } of everReady) {
      promise.catch(() => undefined);
      reject(new MediaUnavailable('the media plane is closed'));
    }
    const left = workers.filter((worker) => worker !== null);
    for (const worker of left) tell(worker, { type: 'close' });
    const late = setTimeout(() => {
      for (const worker of left) if (!worker.gone) kill(worker);
    }, limits.closeMs - 200);
    await Promise.all(left.map((worker) => worker.exited));
    clearTimeout(late);
  }

  for (const index of options.ports.keys()) spawn(index);

  return {
    listen(listener) {
      events = listener;
    },
    openRoom(conversationId) {
      // It becomes part of a path.
      if (!conversationIdSchema.safeParse(conversationId).success) {
        return Promise.reject(new MediaUnavailable('that is no id of a conversation'));
      }
      const before = openings.get(conversationId) ?? Promise.resolve();
      const opening = before.then(() => open(conversationId));
      const settled: Promise<unknown> = opening
        .catch(() => undefined)
        .finally(() => {
          if (openings.get(conversationId) === settled) openings.delete(conversationId);
        });
      openings.set(conversationId, settled);
      return opening;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
    async ready() {
      await Promise.all(everReady.map(({ promise }) => promise));
    },
    get workers() {
      const infos: WorkerInfo[] = [];
      for (const worker of workers) {
        if (worker === null || worker.ready === null) continue;
        infos.push({ ...worker.ready, pid: worker.child.pid ?? 0, rooms: worker.rooms.size });
      }
      return infos;
    },
  };
}

function toError(failure: CallFailure, message: string): Error {
  switch (failure) {
    case 'unknown':
      return new MediaUnknown(message);
    case 'refused':
      return new MediaRefused(message);
    case 'unavailable':
      return new MediaUnavailable(message);
  }
}
