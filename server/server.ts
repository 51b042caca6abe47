/**
 * Puts the parts of one node together around its ports and listens. What the ports are made of (SQLite or memory, real
 * workers or fakes) is the caller's choice: `main.ts` in earnest, tests in theirs.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createHttpListener, type Server as HttpServer } from 'node:http';
import { createServer as createHttpsListener } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { publicUrlFor, type Config } from '../config/load.ts';
import type { Programs } from '../config/load-programs.ts';
import { createAccess, type Access } from './access/access.ts';
import type { Secrets } from './access/secrets.ts';
import type { Clock, MediaPlane, Mixer, NewId, Recordings, Store } from './app/ports.ts';
import { createRooms, type RunningRooms } from './app/rooms.ts';
import type { Millis } from './domain/conversation.ts';
import { answerGarbage, createHttp } from './http/http.ts';
import { createSignaling } from './signaling/signaling.ts';

/** How often the store is told that a server runs: the unit in which a crash forgets time. */
const BEAT_EVERY_MS: Millis = 1_000;

/** 128 bits. */
export const newId: NewId = () => randomBytes(16).toString('base64url');

export interface RunningServer {
  /** What links begin with. */
  readonly publicUrl: string;
  readonly rooms: RunningRooms;
  readonly access: Access;
  /** Seals what is being written, then lets everything go. Running conversations go on at the next start. */
  close(): Promise<void>;
}

export async function startServer(o: {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly programs: Programs;
  readonly store: Store;
  readonly clock: Clock;
  readonly plane: MediaPlane;
  readonly mixer: Mixer;
  readonly recordings: Recordings;
  readonly log: Logger;
  readonly clientFolder: string;
  /** Why this node should get nobody new now, in words; none when it is well. */
  readonly notReadyBecause: () => readonly string[];
}): Promise<RunningServer> {
  const { config, store, clock, plane, log } = o;
  const rooms = createRooms({
    store,
    clock,
    plane,
    mixer: o.mixer,
    recordings: o.recordings,
    newId,
    log: (level, { error, ...about }, message) => log[level]({ ...about, err: error }, message),
  });

  // Before anyone can come: whoever was here when the last server stopped, is not.
  await rooms.resume();
  const http = listener(config);
  const port = await listen(http, config);
  const publicUrl = publicUrlFor(config, port);
  const access = createAccess({ secrets: o.secrets, publicUrl });

  const signaling = createSignaling({
    http,
    rooms,
    origins: [new URL(publicUrl).origin],
    openSession: (token) => access.sessions.verify(token, clock.now()) ?? { error: 'session-invalid' },
    addresses: access.addresses,
    clock,
    newId,
    log,
  });
  answerGarbage(http, log);
  http.on(
    'request',
    createHttp({
      rooms,
      programs: o.programs,
      access,
      publicUrl,
      trustProxy: config.trustProxy,
      recordingsFolder: conversationsFolder(config),
      clientFolder: o.clientFolder,
      notReadyBecause: o.notReadyBecause,
      clock,
      log,
    }),
  );

  const beat = (): void => {
    store.beat(clock.now()).catch((error: unknown) => log.error({ err: error }, 'the store was not reached'));
  };
  beat();
  const beating = setInterval(beat, BEAT_EVERY_MS);

  return {
    publicUrl,
    rooms,
    access,
    async close() {
      clearInterval(beating);
      // Rooms first: a socket that closes now is the server's doing, nobody has left.
      await rooms.close();
      signaling.close();
      await Promise.all([plane.close(), closed(http)]);
      await store.beat(clock.now());
      await store.close();
    },
  };
}

export const conversationsFolder = (config: Config): string => join(config.dataFolder, 'conversations');

function listener(config: Config): HttpServer {
  if (config.tls === null) return createHttpListener();
  return createHttpsListener({
    cert: readFileSync(config.tls.certificate),
    key: readFileSync(config.tls.key),
  });
}

function listen(http: HttpServer, config: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(config.port, config.host, () => {
      http.off('error', reject);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

function closed(http: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    http.close(() => resolve());
    http.closeAllConnections();
  });
}
