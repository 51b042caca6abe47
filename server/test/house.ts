/** A whole server in the test's process, over real HTTP and sockets, with fakes only behind the ports. Tests only. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import { loadConfig } from '../../config/load.ts';
import { loadPrograms } from '../../config/load-programs.ts';
import { createFakePlane, type FakePlane } from '../../worker/fake-plane.ts';
import { loadSecrets } from '../access/secrets.ts';
import type { MediaPlane, Mixer } from '../app/ports.ts';
import { anchorNow, createClock } from '../clock/clock.ts';
import { SEATS, type Program, type Seat } from '../domain/conversation.ts';
import type { Ack } from '../protocol/errors.ts';
import type {
  ClientToServer,
  NoticeName,
  NoticePayload,
  RequestName,
  RequestPayload,
  ServerToClient,
  View,
} from '../protocol/events.ts';
import type { SessionAnswer } from '../protocol/http.ts';
import { conversationsFolder, startServer, type RunningServer } from '../server.ts';
import { createMemoryStore } from '../store/memory.ts';
import { createRecordings } from '../../worker/recordings.ts';
import { createLog } from '../telemetry/log.ts';

export interface House {
  readonly server: RunningServer;
  readonly plane: FakePlane;
  readonly apiKey: string;
  /** Where a conversation's recording lies. */
  readonly folderOf: (conversationId: string) => string;
  /** Every log line so far, as it was written. */
  readonly logged: () => readonly string[];
  /** A conversation with its three links' tokens, by the rules of `one-small-step` and what is given. */
  converse(
    rules?: Partial<Program>,
  ): Promise<{ readonly id: string; readonly links: Readonly<Record<Seat, string>> }>;
  session(link: string): Promise<string>;
  close(): Promise<void>;
}

/** What is in every recording of a house of tests. */
export const MIXED = 'not really MP3, but bytes';

/** Makes a listening copy without listening. */
const deafMixer = (folderOf: House['folderOf']): Mixer => ({
  async mix({ conversationId, version }) {
    const folder = join(folderOf(conversationId), 'recording');
    mkdirSync(folder, { recursive: true });
    const name = `listening-v${version}.mp3`;
    writeFileSync(join(folder, name), MIXED);
    const about = { format: 'mp3', bytes: MIXED.length, sha256: '0'.repeat(64), durationSeconds: 1 } as const;
    return { version, durationMs: 1000, files: [{ name, ...about }] };
  },
});

/** @param o.media What is in earnest instead of the fakes; `plane` of the house means nothing then. */
export async function openHouse(
  o: {
    readonly media?: (conversationsFolder: string) => { readonly plane: MediaPlane; readonly mixer: Mixer };
  } = {},
): Promise<House> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'parley-test-'));
  const config = loadConfig({
    env: { PARLEY_PORT: '0', PARLEY_HOST: '127.0.0.1', PARLEY_DATA: dataFolder, PARLEY_WORKERS: '1' },
  });
  const secrets = loadSecrets({ dataFolder });
  const programs = loadPrograms(config.programsFolder);
  const folderOf = (conversationId: string): string => join(conversationsFolder(config), conversationId);
  mkdirSync(conversationsFolder(config));
  const plane = createFakePlane();
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => lines.push(line) });
  const server = await startServer({
    config,
    secrets,
    programs,
    store: createMemoryStore(),
    clock: createClock(anchorNow()),
    ...(o.media?.(conversationsFolder(config)) ?? { plane, mixer: deafMixer(folderOf) }),
    recordings: createRecordings({ conversationsFolder: conversationsFolder(config) }),
    log,
    clientFolder: join(dataFolder, 'no-client'),
    notReadyBecause: () => [],
  });
  const program = programs.resolve('one-small-step', 'en');
  if (program === null) throw new Error('the shipped program is not there');
  return {
    server,
    plane,
    apiKey: secrets.apiKey,
    folderOf,
    logged: () => lines,
    async converse(rules = {}) {
      const conversation = await server.rooms.create({
        ...program,
        program: { ...program.program, ...rules },
        language: 'en',
        names: { a: 'Ana', b: 'Ben' },
        plannedAt: null,
        about: { title: null, keywords: [], place: null },
      });
      const token = (seat: Seat): string => server.access.links.issue(conversation, seat).token;
      const links = Object.fromEntries(SEATS.map((seat) => [seat, token(seat)])) as Record<Seat, string>;
      return { id: conversation.id, links };
    },
    async session(link) {
      const answer = await fetch(`${server.publicUrl}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ link }),
      });
      if (!answer.ok) throw new Error(`no session: ${await answer.text()}`);
      return ((await answer.json()) as SessionAnswer).session;
    },
    async close() {
      await server.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A device of a test, on a real socket. */
export interface TestDevice {
  readonly socket: Socket<ServerToClient, ClientToServer>;
  /** Asks and answers the acknowledgement. */
  ask<N extends RequestName>(name: N, payload: RequestPayload<N>): Promise<Ack<unknown>>;
  /** Sends anything under any name. */
  send(name: string, ...payload: readonly unknown[]): Promise<Ack<unknown>>;
  /** The next notice of this name that fits, from those that came since the device was made. */
  heard<N extends NoticeName>(
    name: N,
    fits?: (payload: NoticePayload<N>) => boolean,
  ): Promise<NoticePayload<N>>;
  viewed(fits: (view: View) => boolean): Promise<View>;
  gone(): Promise<string>;
  close(): void;
}

export function connect(house: House, auth: Record<string, unknown>): TestDevice {
  const socket: Socket<ServerToClient, ClientToServer> = io(house.server.publicUrl, {
    auth,
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  const notices: { name: string; payload: unknown }[] = [];
  const waiting = new Set<() => void>();
  socket.onAny((name: string, payload: unknown) => {
    notices.push({ name, payload });
    for (const look of waiting) look();
  });
  const send = (name: string, ...payload: readonly unknown[]): Promise<Ack<unknown>> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${name} was not acknowledged`)), 5_000);
      (socket as Socket).emit(name, ...payload, (answer: Ack<unknown>) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  const heard: TestDevice['heard'] = (name, fits = () => true) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(look);
        reject(new Error(`${name} did not come; came: ${notices.map((notice) => notice.name).join()}`));
      }, 5_000);
      const look = (): void => {
        const found = notices.find(
          (notice) => notice.name === name && fits(notice.payload as Parameters<typeof fits>[0]),
        );
        if (found === undefined) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found.payload as Parameters<typeof fits>[0]);
      };
      waiting.add(look);
      look();
    });
  return {
    socket,
    ask: (name, payload) => send(name, payload),
    send,
    heard,
    viewed: async (fits) => (await heard('conversation:view', ({ view }) => fits(view))).view,
    gone: () =>
      new Promise((resolve) => {
        if (socket.disconnected && socket.id === undefined && !socket.active) resolve('gone already');
        socket.once('disconnect', resolve);
      }),
    close: () => void socket.disconnect(),
  };
}

/** A device with its seat. */
export async function enter(house: House, link: string): Promise<TestDevice> {
  const device = connect(house, { session: await house.session(link) });
  await device.heard('seat:granted');
  return device;
}

/** The code of a refused handshake. */
export function refusedHandshake(device: TestDevice): Promise<string> {
  return new Promise((resolve, reject) => {
    device.socket.once('connect_error', (error) =>
      resolve((error as Error & { data?: { code?: string } }).data?.code ?? error.message),
    );
    device.socket.once('connect', () => reject(new Error('it was let in')));
  });
}

/** Consents and says ready. */
export async function ready(device: TestDevice): Promise<void> {
  const { consent } = await device.viewed(() => true);
  await device.ask('conversation:consent', { version: consent.version, hash: consent.hash });
  await device.ask('conversation:ready', { ready: true });
}
