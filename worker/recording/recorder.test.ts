import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaRefused } from '../../server/app/ports.ts';
import type { ParticipantSeat } from '../../server/domain/conversation.ts';
import { realDisk } from './journal-disk.ts';
import type { JournalRecord } from './journal-format.ts';
import { readJournal } from './journal.ts';
import { createRecorder, type RecorderOptions, type SenderReport, type Source } from './recorder.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-recorder-'));
});
afterEach(() => rm(folder, { recursive: true }));

const REPORT: SenderReport = {
  ssrc: 5,
  ntpSeconds: 4_000_000_000,
  ntpFraction: 1,
  rtpTimestamp: 48_000,
  packetCount: 50,
  octetCount: 5000,
};
const FORMAT = { ssrc: 77, payloadType: 100, mimeType: 'audio/opus', clockRate: 48_000, channels: 2 };

/** A source whose packets the test sends. */
function fakeSource(producerId: string, seat: ParticipantSeat) {
  const state = { taps: 0, open: 0, send: (_packet: Uint8Array): void => {}, report: (): void => {} };
  const source: Source = {
    producerId,
    seat,
    async tap({ onPacket, onReport }) {
      state.taps += 1;
      state.open += 1;
      return {
        format: FORMAT,
        async start() {
          state.send = onPacket;
          state.report = () => onReport(REPORT);
        },
        close() {
          state.open -= 1;
        },
      };
    },
  };
  return { source, state };
}

function rig(options: Partial<RecorderOptions> = {}) {
  const clock = { ns: 1e9 };
  const faults: unknown[] = [];
  const durable: boolean[] = [];
  const recorder = createRecorder({
    conversationId: 'abcdefghijklmnopqrstuv',
    folder,
    anchor: { monoNs: 0, instantMs: 1_790_000_000_000 },
    now: () => clock.ns,
    onDurable: (now) => durable.push(now),
    onFault: (error) => faults.push(error),
    ...options,
    journal: {
      every: () => () => {},
      limits: { reserveBytes: 0, clockEveryMs: 1e9 },
      ...options.journal,
    },
  });
  return { recorder, clock, faults, durable };
}

/** All records but clocks and seals, segment after segment. */
async function records(): Promise<readonly JournalRecord[]> {
  const segments = await readJournal(folder);
  expect(segments.map(({ sealed, skippedBytes }) => ({ sealed, skippedBytes }))).toEqual(
    segments.map(() => ({ sealed: true, skippedBytes: 0 })),
  );
  return segments
    .flatMap((segment) => segment.records)
    .filter((record) => record.type !== 'clock' && record.type !== 'seal');
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const epochOpen = (monoNs: number, stream: number, seat: ParticipantSeat, producerId: string) => ({
  type: 'epoch-open',
  monoNs,
  stream,
  seat,
  producerId,
  ...FORMAT,
});

describe('capture', () => {
  test('nothing is written, nor listened to, before capture is on', async () => {
    const { recorder, durable } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.note({ type: 'cancelled', at: 1 });
    await recorder.close('room-closed');
    expect(a.state.taps).toBe(0);
    expect(await readJournal(folder)).toEqual([]);
    expect(durable).toEqual([]);
  });

  test('sound and reports of present and future producers are taken down with their arrival', async () => {
    const { recorder, clock, durable } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.setCapture('on');
    expect(durable).toEqual([true]);
    clock.ns = 2e9;
    a.state.send(bytes(1, 2, 3));
    const b = fakeSource('pb', 'b');
    await recorder.addSource(b.source);
    await recorder.note({ type: 'warned', at: 5, remainingMs: 300_000 });
    clock.ns = 3e9;
    b.state.send(bytes(4));
    b.state.report();
    clock.ns = 4e9;
    recorder.removeSource('pb', 'producer-closed');
    b.state.send(bytes(5));
    await recorder.setCapture('off');

    expect(await records()).toEqual([
      epochOpen(1e9, 1, 'a', 'pa'),
      { type: 'rtp', monoNs: 2e9, stream: 1, packet: bytes(1, 2, 3) },
      epochOpen(2e9, 2, 'b', 'pb'),
      { type: 'event', monoNs: 2e9, event: { type: 'warned', at: 5, remainingMs: 300_000 } },
      { type: 'rtp', monoNs: 3e9, stream: 2, packet: bytes(4) },
      { type: 'sender-report', monoNs: 3e9, stream: 2, ...REPORT },
      { type: 'epoch-close', monoNs: 4e9, stream: 2, reason: 'producer-closed' },
      { type: 'epoch-close', monoNs: 4e9, stream: 1, reason: 'capture-off' },
    ]);
    expect([a.state.open, b.state.open]).toEqual([0, 0]);
  });

  test('while it is held nothing is written but events, and the gap is told when it goes on', async () => {
    const { recorder, clock } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.setCapture('on');
    a.state.send(bytes(1));
    await recorder.setCapture('held');
    clock.ns = 2e9;
    a.state.send(bytes(2));
    a.state.send(bytes(3));
    a.state.report();
    await recorder.note({ type: 'resumed', at: 1, endsAt: 2 });
    clock.ns = 3e9;
    await recorder.setCapture('on');
    a.state.send(bytes(4));
    await recorder.setCapture('off');

    expect(await records()).toEqual([
      epochOpen(1e9, 1, 'a', 'pa'),
      { type: 'rtp', monoNs: 1e9, stream: 1, packet: bytes(1) },
      { type: 'event', monoNs: 2e9, event: { type: 'resumed', at: 1, endsAt: 2 } },
      { type: 'gap', monoNs: 3e9, stream: 1, dropped: 2, why: 'held' },
      { type: 'rtp', monoNs: 3e9, stream: 1, packet: bytes(4) },
      { type: 'epoch-close', monoNs: 3e9, stream: 1, reason: 'capture-off' },
    ]);
    expect(a.state.taps).toBe(1);
  });

  test('a hold that ends with capture tells its gap too', async () => {
    const { recorder } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.setCapture('on');
    await recorder.setCapture('held');
    a.state.send(bytes(2));
    await recorder.setCapture('off');
    expect((await records()).map((record) => record.type)).toEqual(['epoch-open', 'gap', 'epoch-close']);
  });

  test('off and on again is another boot in the same folder', async () => {
    const { recorder, clock } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.setCapture('on');
    await recorder.setCapture('off');
    clock.ns += 5e9;
    await recorder.setCapture('on');
    a.state.send(bytes(1));
    await recorder.close('room-closed');
    const segments = await readJournal(folder);
    expect(new Set(segments.map((segment) => segment.bootId)).size).toBe(2);
    expect((await records()).map((record) => record.type)).toEqual([
      'epoch-open',
      'epoch-close',
      'epoch-open',
      'rtp',
      'epoch-close',
    ]);
  });

  test('asking twice for the same changes nothing', async () => {
    const { recorder } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await Promise.all([recorder.setCapture('on'), recorder.setCapture('on')]);
    await recorder.setCapture('off');
    await recorder.setCapture('off');
    await recorder.close('room-closed');
    await recorder.close('room-closed');
    expect((await records()).map((record) => record.type)).toEqual(['epoch-open', 'epoch-close']);
  });

  test('a producer that goes while its tap is being made leaves no trace', async () => {
    const { recorder, faults } = rig();
    await recorder.setCapture('on');
    const slow = Promise.withResolvers<void>();
    let closed = 0;
    const added = recorder.addSource({
      producerId: 'pa',
      seat: 'a',
      async tap() {
        await slow.promise;
        return { format: FORMAT, start: async () => {}, close: () => (closed += 1) };
      },
    });
    recorder.removeSource('pa', 'producer-closed');
    slow.resolve();
    await added;
    await recorder.close('room-closed');
    expect(await records()).toEqual([]);
    expect(closed).toBe(1);
    expect(faults).toEqual([]);
  });

  test('a tap that cannot be made is a fault of its own; the others go on', async () => {
    const { recorder, faults } = rig();
    const broken = new Error('no consumer');
    await recorder.addSource({ producerId: 'pa', seat: 'a', tap: () => Promise.reject(broken) });
    const b = fakeSource('pb', 'b');
    await recorder.addSource(b.source);
    await recorder.setCapture('on');
    b.state.send(bytes(9));
    await recorder.setCapture('off');
    expect(faults).toEqual([broken]);
    expect((await records()).map((record) => record.type)).toEqual(['epoch-open', 'rtp', 'epoch-close']);
  });
});

describe('limits', () => {
  test('200 packets a second on the average, ten seconds of them at once; the rest is counted', async () => {
    const { recorder, clock } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.setCapture('on');
    for (let n = 0; n < 2500; n += 1) a.state.send(bytes(n & 0xff));
    clock.ns += 1e9;
    for (let n = 0; n < 300; n += 1) a.state.send(bytes(n & 0xff));
    await recorder.setCapture('off');
    const kinds = await records();
    expect(kinds.filter((record) => record.type === 'rtp')).toHaveLength(2200);
    expect(kinds.filter((record) => record.type === 'gap')).toEqual([
      { type: 'gap', monoNs: 2e9, stream: 1, dropped: 500, why: 'rate' },
      { type: 'gap', monoNs: 2e9, stream: 1, dropped: 100, why: 'rate' },
    ]);
  });

  test('a packet over 1,500 bytes is no sound', async () => {
    const { recorder } = rig();
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await recorder.setCapture('on');
    a.state.send(new Uint8Array(1501));
    a.state.send(new Uint8Array(1500));
    await recorder.setCapture('off');
    expect((await records()).slice(1, 3)).toEqual([
      { type: 'gap', monoNs: 1e9, stream: 1, dropped: 1, why: 'size' },
      { type: 'rtp', monoNs: 1e9, stream: 1, packet: new Uint8Array(1500) },
    ]);
  });
});

test('an event too long for the journal is told as a fault and keeps nobody waiting', async () => {
  const { recorder, faults } = rig();
  await recorder.setCapture('on');
  await recorder.note({ type: 'mix-failed', at: 1, reason: 'x'.repeat(70_000), attempt: 1, final: true });
  await recorder.setCapture('off');
  expect(faults).toEqual([expect.any(RangeError)]);
  expect(await records()).toEqual([]);
});

describe('a disk that fails', () => {
  const enospc = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });

  test('capture on is refused, sound waits in memory, and asking again succeeds once there is room', async () => {
    let full = true;
    let tick = (): void => {};
    const { recorder, clock, faults } = rig({
      diskPatienceMs: 300,
      journal: {
        disk: {
          ...realDisk,
          create: (path) => (full ? Promise.reject(enospc) : realDisk.create(path)),
        },
        every: (_periodMs, run) => {
          tick = run;
          return () => {};
        },
        limits: { reserveBytes: 0, clockEveryMs: 1e9, retryMs: 10 },
      },
    });
    const a = fakeSource('pa', 'a');
    await recorder.addSource(a.source);
    await expect(recorder.setCapture('on')).rejects.toThrow(MediaRefused);
    expect(faults).toContain(enospc);
    a.state.send(bytes(1));
    // An event does not keep the conversation waiting.
    await recorder.note({ type: 'capture-started', at: 1 });
    full = false;
    clock.ns += 1e9;
    tick();
    await recorder.setCapture('on');
    await recorder.setCapture('off');
    expect((await records()).map((record) => record.type)).toEqual([
      'epoch-open',
      'rtp',
      'event',
      'epoch-close',
    ]);
  });
});
