/**
 * One mediasoup worker with its one port, and the rooms on it. Does not know of IPC, nor of other workers.
 */
import { join } from 'node:path';
import * as mediasoup from 'mediasoup';
import type { types } from 'mediasoup';
import { MediaUnavailable, type ProducerInfo, type SeatConnection } from '../../server/app/ports.ts';
import type { WorkerConfiguration } from '../messages.ts';
import type { MonoNs } from '../recording/journal-format.ts';
import { createRecorder } from '../recording/recorder.ts';
import { ROUTER_CODECS } from './codecs.ts';
import { createRoom, type Room } from './room.ts';

export interface MediaWorker {
  /** Process id of mediasoup's own worker. */
  readonly pid: number;
  /** UDP and TCP. */
  readonly port: number;
  openRoom(conversationId: string, events: RoomEvents): Promise<Room>;
  /** Resolves when mediasoup's process has answered. */
  ping(): Promise<void>;
  /** Seals every recording, then ends mediasoup's process. Resolves when both are done. Idempotent. */
  close(): Promise<void>;
}

export interface RoomEvents {
  readonly onProducers: (producers: readonly ProducerInfo[]) => void;
  readonly onConnections: (connections: readonly SeatConnection[]) => void;
  readonly onDurable: (durable: boolean) => void;
  readonly onFault: (error: unknown) => void;
}

export async function createMediaWorker(
  configuration: WorkerConfiguration,
  now: () => MonoNs,
  /** mediasoup's process died by itself; recordings are being sealed, `close` waits for it. */
  onDied: (error: Error) => void,
): Promise<MediaWorker> {
  const { workerBin, listen, conversationsFolder, clockAnchor } = configuration;
  const worker = await mediasoup.createWorker({
    logLevel: 'error',
    ...(workerBin === null ? {} : { workerBin }),
  });
  const exited = new Promise<void>((resolve) => worker.once('subprocessclose', resolve));
  const { webRtcServer, port } = await listenOn(worker, listen, configuration.port);
  const rooms = new Set<Room>();
  let closing: Promise<void> | null = null;

  worker.once('died', (error) => {
    for (const room of rooms) void room.ownerClosed();
    onDied(error);
  });

  async function finish(): Promise<void> {
    await Promise.all(Array.from(rooms, (room) => room.close()));
    worker.close();
    await exited;
  }

  return {
    pid: worker.pid,
    port,
    async openRoom(conversationId, events) {
      if (worker.closed) throw new MediaUnavailable('the worker is closed');
      const router = await worker.createRouter({ mediaCodecs: ROUTER_CODECS });
      const recorder = createRecorder({
        conversationId,
        folder: join(conversationsFolder, conversationId, 'journal'),
        anchor: clockAnchor,
        now,
        onDurable: events.onDurable,
        onFault: events.onFault,
      });
      const room = await createRoom({
        conversationId,
        router,
        webRtcServer,
        recorder,
        onProducers: events.onProducers,
        onConnections: events.onConnections,
      });
      rooms.add(room);
      router.observer.once('close', () => {
        if (!worker.died) rooms.delete(room);
      });
      return room;
    },
    async ping() {
      await worker.getResourceUsage();
    },
    close() {
      closing ??= finish();
      return closing;
    },
  };
}

/** One port for UDP and TCP on every address; where it may be any, the first address chooses. */
async function listenOn(
  worker: types.Worker,
  addresses: WorkerConfiguration['listen'],
  wanted: number,
): Promise<{ webRtcServer: types.WebRtcServer; port: number }> {
  const infos = (port: number): types.TransportListenInfo[] =>
    addresses.flatMap(({ listen, announced }) =>
      (['udp', 'tcp'] as const).map((protocol) => ({
        protocol,
        ip: listen,
        ...(announced === listen ? {} : { announcedAddress: announced }),
        port,
      })),
    );
  if (wanted !== 0) {
    return { webRtcServer: await worker.createWebRtcServer({ listenInfos: infos(wanted) }), port: wanted };
  }
  const [first, ...others] = infos(0);
  if (first === undefined) throw new TypeError('there is no address to listen on');
  // mediasoup chooses for each socket by itself; a probe's choice is then asked for on all of them.
  const probe = await worker.createWebRtcServer({ listenInfos: [first] });
  const port = (await probe.dump()).udpSockets[0]?.port ?? 0;
  probe.close();
  const listenInfos = [first, ...others].map((info) => ({ ...info, port }));
  return { webRtcServer: await worker.createWebRtcServer({ listenInfos }), port };
}
