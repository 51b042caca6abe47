/** For the tests of this folder: the real application on a port of its own, its rooms on a store in memory. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadPrograms } from '../../config/load-programs.ts';
import { createAccess } from '../access/access.ts';
import type { Secrets } from '../access/secrets.ts';
import { VersionConflict, type Store } from '../app/ports.ts';
import type { Rooms } from '../app/rooms.ts';
import type { Command, Create } from '../domain/commands.ts';
import type { Conversation, Instant } from '../domain/conversation.ts';
import { decide } from '../domain/decide.ts';
import { replay } from '../domain/evolve.ts';
import { createLog } from '../telemetry/log.ts';
import { answerGarbage, createHttp } from './http.ts';
import type { Limits } from './limits.ts';

export const apiKey = 'the-api-key-of-the-tests-0123456789';
export const linkKey = { id: 'k1', secret: 'the-link-key-of-the-tests-0123456789' };
export const programsFolder = join(import.meta.dirname, '../../config');

export interface Testbed {
  readonly origin: string;
  readonly port: number;
  readonly rooms: Rooms;
  readonly secrets: Secrets;
  readonly clock: { now(): Instant; set(now: Instant): void };
  readonly recordingsFolder: string;
  readonly clientFolder: string;
  /** What was logged, a line each. */
  readonly lines: string[];
  readonly notReady: string[];
  /** Until the next call, every call of the rooms fails with it. */
  breakRooms(fault: Error | null): void;
  close(): Promise<void>;
}

/** Decides and keeps as the real one does; has no media, no wake-ups and no queue. */
function roomsOnStore(store: Store, clock: { now(): Instant }, fault: () => Error | null): Rooms {
  let made = 0;

  async function load(id: string): Promise<Conversation | null> {
    const broken = fault();
    if (broken !== null) throw broken;
    const events = await store.load(id);
    return events === null ? null : replay(events);
  }

  async function append(state: Conversation | null, id: string, command: Create | Command) {
    const outcome = decide(state, command, clock.now());
    if ('refused' in outcome) return outcome;
    await store.append(id, state?.version ?? 0, outcome, true);
    const after = await load(id);
    if (after === null) throw new VersionConflict(id);
    return after;
  }

  return {
    async create(conversation) {
      made += 1;
      const conversationId = `conversation-${made}`;
      const outcome = await append(null, conversationId, { type: 'create', conversationId, ...conversation });
      if ('refused' in outcome) throw new Error(outcome.refused);
      return outcome;
    },
    read: load,
    events: (id) => store.load(id),
    async list(query) {
      return (await store.list(query)).map(({ events }) => replay(events));
    },
    async execute(id, command) {
      const state = await load(id);
      return state === null ? null : append(state, id, command);
    },
  };
}

export async function createTestbed(o: {
  readonly store: Store;
  readonly limits?: Limits;
  readonly clientBuilt?: boolean;
}): Promise<Testbed> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-http-'));
  const recordingsFolder = join(folder, 'recordings');
  const clientFolder = join(folder, 'client');
  mkdirSync(recordingsFolder);
  if (o.clientBuilt !== false) {
    mkdirSync(join(clientFolder, 'assets'), { recursive: true });
    writeFileSync(join(clientFolder, 'index.html'), '<!doctype html><title>Parley</title>');
    writeFileSync(join(clientFolder, 'assets', 'index-abc123.js'), 'export {};');
    writeFileSync(join(clientFolder, 'favicon.svg'), '<svg/>');
    writeFileSync(join(clientFolder, '.secret'), 'hidden');
  }
  writeFileSync(join(folder, 'secrets.json'), 'outside of every root');

  let instant = Date.parse('2026-12-01T09:00:00Z');
  const clock = {
    now: () => instant,
    set(now: Instant) {
      instant = now;
    },
  };
  let fault: Error | null = null;
  const rooms = roomsOnStore(o.store, clock, () => fault);
  const lines: string[] = [];
  const notReady: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });

  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  const secrets = {
    apiKey,
    sessionKey: 'the-session-key-of-the-tests-0123456789',
    addressKey: 'the-address-key-of-the-tests-0123456789',
    linkKeys: [linkKey],
  };
  server.on(
    'request',
    createHttp({
      rooms,
      programs: loadPrograms(programsFolder),
      access: createAccess({ secrets, publicUrl: origin }),
      publicUrl: origin,
      trustProxy: 0,
      recordingsFolder,
      clientFolder,
      log,
      clock,
      notReadyBecause: () => notReady,
      ...(o.limits === undefined ? {} : { limits: o.limits }),
    }),
  );
  answerGarbage(server, log);

  return {
    origin,
    port,
    rooms,
    secrets,
    clock,
    recordingsFolder,
    clientFolder,
    lines,
    notReady,
    breakRooms(next) {
      fault = next;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => void server.close(resolve));
      rmSync(folder, { recursive: true });
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  readonly json: unknown;
}

/** Sends exactly what it is told: unlike fetch it mends no path and refuses no method. */
export function send(
  testbed: Testbed,
  method: string,
  path: string,
  o: {
    readonly headers?: Record<string, string>;
    readonly body?: string | Buffer;
    readonly key?: string | null;
  } = {},
): Promise<Answer> {
  const key = o.key === undefined ? apiKey : o.key;
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {
        host: '127.0.0.1',
        port: testbed.port,
        method,
        path,
        headers: {
          ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
          ...(o.body === undefined
            ? {}
            : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(o.body)) }),
          ...o.headers,
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => void chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            json: /json/.test(incoming.headers['content-type'] ?? '') ? JSON.parse(text) : undefined,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(o.body);
  });
}

export function sendJson(testbed: Testbed, method: string, path: string, body: unknown): Promise<Answer> {
  return send(testbed, method, path, { body: JSON.stringify(body) });
}
