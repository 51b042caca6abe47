import { fork, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { MediaUnavailable, type MediaRoom } from '../../server/app/ports.ts';
import { readJournal } from '../recording/journal.ts';
import { createSender, hiddenSequence, type Sender } from './rtp-peer.ts';
import { CONVERSATION, journalFolder, ofType, runs, startPlane, until } from './rig.ts';
import type { Ask, Told } from './server-process.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const monoNs = () => Number(process.hrtime.bigint());

async function talking(room: MediaRoom, peerId: string, seat: 'a' | 'b', ssrc: number): Promise<Sender> {
  const sender = await createSender(room, { peerId, seat, ssrc });
  const stop = sender.talk();
  closers.push(() => {
    stop();
    sender.close();
  });
  return sender;
}

/** Starts `server-process.ts`, and answers its room as if it were here. */
async function startServer(folder: string) {
  const child = fork(fileURLToPath(new URL('server-process.ts', import.meta.url)), [folder], {
    execArgv: [],
  });
  closers.push(() => child.kill('SIGKILL'));
  const calls = new Map<number, PromiseWithResolvers<unknown>>();
  const ready = Promise.withResolvers<{ readonly pid: number; readonly mediasoupPid: number }>();
  child.on('message', (told: Told) => {
    if ('ready' in told) ready.resolve(told.ready);
    else if ('error' in told) calls.get(told.id)?.reject(new Error(told.error));
    else calls.get(told.id)?.resolve(told.answer);
  });
  child.on('exit', () => ready.reject(new Error('the server process ended')));
  const room = new Proxy({} as MediaRoom, {
    get(_target, call: keyof MediaRoom) {
      return (...args: readonly unknown[]) => {
        const asked = Promise.withResolvers<unknown>();
        const id = calls.size + 1;
        calls.set(id, asked);
        child.send({ id, call, args } satisfies Ask);
        return asked.promise;
      };
    },
  });
  return { child, room, worker: await ready.promise };
}

describe('kill -9', () => {
  test('of the server: no orphan after a second, and everything up to then is on disk, sealed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-kill-'));
    closers.push(() => rm(folder, { recursive: true }));
    const { child, room, worker } = await startServer(folder);
    await room.setCapture('on');
    await talking(room, 'peer-a', 'a', 1001);
    await talking(room, 'peer-b', 'b', 2002);
    await after(1500);

    const killedNs = monoNs();
    child.kill('SIGKILL');
    await until(
      'the media worker and mediasoup are gone',
      async () => !(await runs(worker.pid)) && !(await runs(worker.mediasoupPid)),
      1000,
    );

    const segments = await readJournal(journalFolder(folder));
    expect(segments.map(({ sealed, skippedBytes }) => ({ sealed, skippedBytes }))).toEqual([
      { sealed: true, skippedBytes: 0 },
    ]);
    for (const { stream } of ofType(segments, 'epoch-open')) {
      const packets = ofType(segments, 'rtp').filter((record) => record.stream === stream);
      // Nothing is missing on the way, and the last one came around the kill.
      expect(packets.map(({ packet }) => hiddenSequence(packet))).toEqual(packets.map((_, n) => n));
      expect((killedNs - (packets.at(-1)?.monoNs ?? 0)) / 1e6).toBeLessThan(200);
    }
    expect(ofType(segments, 'epoch-open')).toHaveLength(2);
  });

  test("of the media worker's process: mediasoup goes with it, 200 ms of sound at most, and its port is taken again", async () => {
    const port = await freePort();
    const rig = await startPlane({ ports: [port] });
    closers.push(() => rig.stop());
    const room = await rig.plane.openRoom(CONVERSATION);
    await room.setCapture('on');
    await talking(room, 'peer-a', 'a', 1001);
    await after(1000);
    const [worker] = rig.plane.workers;
    const killedNs = monoNs();
    process.kill(worker?.pid ?? 0, 'SIGKILL');
    await until('the room is lost', () => rig.lost.length === 1, 1000);
    await until('mediasoup is gone', async () => !(await runs(worker?.mediasoupPid ?? 0)), 1000);
    const segments = await rig.journal();
    expect(segments.some(({ sealed }) => sealed)).toBe(false);
    const packets = ofType(segments, 'rtp');
    expect(packets.map(({ packet }) => hiddenSequence(packet))).toEqual(packets.map((_, n) => n));
    expect((killedNs - (packets.at(-1)?.monoNs ?? 0)) / 1e6).toBeLessThan(200);
    await until('another one is ready', () => rig.plane.workers.length === 1, 20_000);
    expect(rig.plane.workers[0]?.port).toBe(port);
  });

  test('of mediasoup: the room is lost and opened again on another worker; recording goes on', async () => {
    const rig = await startPlane({ ports: [0, 0] });
    closers.push(() => rig.stop());
    await rig.plane.ready();
    const room = await rig.plane.openRoom(CONVERSATION);
    await room.setCapture('on');
    await talking(room, 'peer-a', 'a', 1001);
    await after(500);
    const victim = rig.plane.workers.find((worker) => worker.rooms === 1);
    const killedAt = performance.now();
    process.kill(victim?.mediasoupPid ?? 0, 'SIGKILL');
    await until('the room is lost', () => rig.lost.length === 1, 2000);
    expect(rig.lost).toEqual([CONVERSATION]);
    await expect(room.closePeer('peer-a')).rejects.toThrow(MediaUnavailable);

    const again = await rig.plane.openRoom(CONVERSATION);
    await again.setCapture('on');
    await talking(again, 'peer-a', 'a', 1001);
    const recordingAgainAfterMs = performance.now() - killedAt;
    await after(300);
    await again.setCapture('off');
    await until('the dead worker was replaced', () => rig.plane.workers.length === 2, 20_000);
    expect(recordingAgainAfterMs).toBeLessThan(2000);

    const segments = await rig.journal();
    expect(segments.map(({ sealed }) => sealed)).toEqual([true, true]);
    expect(new Set(segments.map(({ bootId }) => bootId)).size).toBe(2);
    expect(ofType(segments, 'epoch-close').map(({ reason }) => reason)).toEqual([
      'worker-died',
      'capture-off',
    ]);
    const byBoot = segments.map((segment) => ofType([segment], 'rtp').length);
    expect(Math.min(...byBoot)).toBeGreaterThan(5);
  });
});

describe('replacement', () => {
  test('a worker that hangs is killed and replaced', async () => {
    const rig = await startPlane({ limits: { pingEveryMs: 400 } });
    closers.push(() => rig.stop());
    const room = await rig.plane.openRoom(CONVERSATION);
    const [worker] = rig.plane.workers;
    process.kill(worker?.mediasoupPid ?? 0, 'SIGSTOP');
    await expect(room.createTransport({ peerId: 'p', seat: 'a', direction: 'send' })).rejects.toThrow(
      MediaUnavailable,
    );
    await until('the room is lost', () => rig.lost.length === 1);
    await until('the hanging processes are gone', async () => {
      const pids = [worker?.pid ?? 0, worker?.mediasoupPid ?? 0];
      return (await Promise.all(pids.map(runs))).every((alive) => !alive);
    });
    await until('another one is ready', () => rig.plane.workers.length === 1, 20_000);
    await expect(rig.plane.openRoom(CONVERSATION)).resolves.toMatchObject({});
  });

  test('a worker that cannot start is tried again, ever more seldom, and rooms are told so', async () => {
    const rig = await startPlane({
      workerBin: '/nonexistent/mediasoup-worker',
      limits: { callMs: 500, respawnAfterMs: [0, 100, 300_000] },
    });
    closers.push(() => rig.stop());
    const deaths = () => rig.logged.filter(({ message }) => message === 'a media worker is gone').length;
    await until('it has died three times', () => deaths() === 3, 20_000);
    await expect(rig.plane.openRoom(CONVERSATION)).rejects.toThrow(MediaUnavailable);
    expect(deaths()).toBe(3);
    expect(rig.lost).toEqual([]);
  });

  test('rooms go to the worker with the fewest', async () => {
    const rig = await startPlane({ ports: [0, 0] });
    closers.push(() => rig.stop());
    await rig.plane.ready();
    for (let n = 0; n < 4; n += 1) await rig.plane.openRoom(`spread-test-01234567-${n}`);
    expect(rig.plane.workers.map(({ rooms }) => rooms)).toEqual([2, 2]);
  });

  test('a worker that does not close in time is killed', async () => {
    const rig = await startPlane({ limits: { closeMs: 700 } });
    closers.push(() => rig.stop());
    await rig.plane.ready();
    const [worker] = rig.plane.workers;
    process.kill(worker?.pid ?? 0, 'SIGSTOP');
    const begun = performance.now();
    await rig.plane.close();
    expect(performance.now() - begun).toBeLessThan(1200);
    await until('mediasoup is gone too', async () => !(await runs(worker?.mediasoupPid ?? 0)));
  });
});

test("the terminal's Ctrl-C does not reach the media workers, and SIGTERM is the server's to answer", async () => {
  const rig = await startPlane();
  closers.push(() => rig.stop());
  await rig.plane.ready();
  const room = await rig.plane.openRoom(CONVERSATION);
  const [worker] = rig.plane.workers;
  const group = await outputOf(spawn('ps', ['-o', 'pgid=', '-p', String(worker?.pid)]));
  expect(Number(group)).toBe(worker?.pid);
  process.kill(worker?.pid ?? 0, 'SIGTERM');
  process.kill(worker?.pid ?? 0, 'SIGINT');
  await expect(room.setCapture('on')).resolves.toBeUndefined();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function outputOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  return text;
}
