import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ConversationEvent } from '../../server/domain/conversation.ts';
import { realDisk, type JournalDisk, type JournalFile } from './journal-disk.ts';
import type { JournalRecord } from './journal-format.ts';
import { parseSegment } from './journal-reader.ts';
import {
  JournalIncomplete,
  newBootId,
  openJournal,
  readJournal,
  type Journal,
  type JournalOptions,
  type NewRecord,
} from './journal.ts';

const anchor = { monoNs: 5e9, instantMs: 1_790_000_000_000 };
let folder: string;
let opened: Journal[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-journal-'));
  opened = [];
});
afterEach(async () => {
  for (const journal of opened) await journal.close().catch(() => undefined);
  await rm(folder, { recursive: true });
});

/** A journal whose clock and timer the test moves; its disk is real. */
function rig(options: Partial<JournalOptions> = {}) {
  const clock = { ns: 6e9 };
  const told: boolean[] = [];
  let tick = () => {};
  const journal = openJournal({
    folder,
    conversationId: 'abcdefghijklmnopqrstuv',
    bootId: newBootId(anchor.instantMs),
    anchor,
    now: () => clock.ns,
    systemMs: () => 1_790_000_001_000,
    onDurable: (durable) => told.push(durable),
    disk: countedDisk,
    every: (_periodMs, run) => {
      tick = run;
      return () => {};
    },
    ...options,
    limits: { reserveBytes: 256 * 1024, clockEveryMs: 1e9, ...options.limits },
  });
  opened.push(journal);
  /** Moves the clock, then lets a tick's work be done. */
  async function advance(ms: number): Promise<void> {
    clock.ns += ms * 1e6;
    tick();
    await settle();
  }
  return { journal, clock, told, advance };
}

let underWay = 0;
async function counted<T>(call: Promise<T>): Promise<T> {
  underWay += 1;
  try {
    return await call;
  } finally {
    underWay -= 1;
  }
}

/** The real disk, and how many calls it has not answered yet. */
const countedDisk: JournalDisk = {
  makeFolder: (at) => counted(realDisk.makeFolder(at)),
  remove: (path) => counted(realDisk.remove(path)),
  syncFolder: (at) => counted(realDisk.syncFolder(at)),
  async create(path) {
    const file = await counted(realDisk.create(path));
    return {
      write: (bytes, position) => counted(file.write(bytes, position)),
      sync: () => counted(file.sync()),
      truncate: (length) => counted(file.truncate(length)),
      close: () => counted(file.close()),
    };
  },
};

/** Lets what is under way on the disk, and what follows from it, come to rest. */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 5; quiet = underWay === 0 ? quiet + 1 : 0) await new Promise(setImmediate);
}

function packet(n: number, bytes = 100): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, i) => (n * 31 + i * 7) & 0xff);
}

const ALL_KINDS: readonly NewRecord[] = [
  {
    type: 'epoch-open',
    monoNs: 6_000_000_001,
    stream: 1,
    seat: 'a',
    producerId: '0b1e',
    ssrc: 0xffff_fffe,
    payloadType: 111,
    mimeType: 'audio/opus',
    clockRate: 48_000,
    channels: 2,
  },
  { type: 'rtp', monoNs: 6_000_000_002, stream: 1, packet: packet(1) },
  { type: 'rtp', monoNs: 6_000_000_003, stream: 65_535, packet: new Uint8Array(0) },
  {
    type: 'sender-report',
    monoNs: 2 ** 52,
    stream: 1,
    ssrc: 1,
    ntpSeconds: 4_000_000_000,
    ntpFraction: 0xffff_ffff,
    rtpTimestamp: 2 ** 31,
    packetCount: 0,
    octetCount: 0xffff_ffff,
  },
  { type: 'event', monoNs: 7, event: { type: 'warned', at: 1.5, remainingMs: 300_000 } },
  { type: 'clock', monoNs: 8, instantMs: 1_790_000_000_000.25, systemMs: -1 },
  { type: 'gap', monoNs: 9, stream: 1, dropped: 12, why: 'rate' },
  { type: 'epoch-close', monoNs: 10, stream: 1, reason: 'left – „über“' },
];

const isClock = (record: JournalRecord) => record.type === 'clock';
const withoutClock = (records: readonly JournalRecord[]) => records.filter((record) => !isClock(record));
const packetsOf = (records: readonly JournalRecord[]) => records.filter((record) => record.type === 'rtp');

async function segmentFiles(): Promise<string[]> {
  return (await readdir(folder)).toSorted();
}

describe('writing and reading', () => {
  test('every kind of record comes back as it was, and the segment is sealed', async () => {
    const { journal } = rig();
    await journal.durable();
    for (const record of ALL_KINDS) journal.append(record);
    await journal.close();

    const [segment, ...others] = await readJournal(folder);
    expect(others).toEqual([]);
    expect(segment).toMatchObject({ seq: 0, anchor, sealed: true, skippedBytes: 0 });
    const records = segment?.records ?? [];
    expect(records.filter((record) => !(isClock(record) && record.monoNs === 6e9))).toEqual([
      ...ALL_KINDS,
      { type: 'seal', monoNs: 6e9, records: ALL_KINDS.length + 1 },
    ]);
  });

  test('the clock record ties monotonic time to instants by the anchor', async () => {
    const { journal } = rig();
    await journal.durable();
    await journal.close();
    const [segment] = await readJournal(folder);
    expect(segment?.records[0]).toEqual({
      type: 'clock',
      monoNs: 6e9,
      instantMs: anchor.instantMs + 1000,
      systemMs: 1_790_000_001_000,
    });
  });

  test('a folder that is not there is an empty journal, and strange files in it are none of ours', async () => {
    await writeFile(join(folder, 'notes.txt'), 'x');
    expect(await readJournal(folder)).toEqual([]);
    expect(await readJournal(join(folder, 'nowhere'))).toEqual([]);
  });

  test('what was appended is on disk when durable resolves, without a seal', async () => {
    const { journal, told } = rig();
    for (let n = 0; n < 500; n += 1) journal.rtp(1, n, packet(n));
    await journal.durable();
    expect(told).toEqual([true]);

    const [segment] = await readJournal(folder);
    expect(segment?.sealed).toBe(false);
    expect(segment?.skippedBytes).toBe(0);
    expect(packetsOf(segment?.records ?? []).map((record) => record.monoNs)).toEqual(
      Array.from({ length: 500 }, (_, n) => n),
    );
  });

  test('a first segment exists before durable resolves, though nothing was appended', async () => {
    const { journal } = rig();
    await journal.durable();
    expect(await segmentFiles()).toHaveLength(1);
    expect(journal.isDurable).toBe(true);
  });

  test('a record of more than 64 KiB is refused, and the journal goes on', async () => {
    const { journal } = rig();
    const event = { type: 'mix-failed', at: 1, reason: 'x'.repeat(70_000), attempt: 1, final: true } as const;
    expect(() => journal.append({ type: 'event', monoNs: 1, event })).toThrow(RangeError);
    expect(journal.rtp(1, 2, new Uint8Array(70_000))).toBe(false);
    journal.rtp(1, 3, packet(3));
    await journal.durable();
    const [segment] = await readJournal(folder);
    expect(packetsOf(segment?.records ?? []).map((record) => record.monoNs)).toEqual([3]);
  });
});

describe('rotation', () => {
  test('a segment is sealed at its age; the next names its hash and goes on without a hole', async () => {
    const { journal, advance } = rig({ limits: { segmentMs: 1000 } });
    await journal.durable();
    let n = 0;
    for (let round = 0; round < 6; round += 1) {
      for (let k = 0; k < 20; k += 1, n += 1) journal.rtp(1, n, packet(n));
      await advance(600);
    }
    await journal.close();

    const segments = await readJournal(folder);
    expect(segments.length).toBeGreaterThan(2);
    expect(segments.map((segment) => segment.seq)).toEqual(segments.map((_, index) => index));
    expect(segments.every((segment) => segment.sealed && segment.skippedBytes === 0)).toBe(true);
    expect(segments.flatMap((s) => packetsOf(s.records)).map((record) => record.monoNs)).toEqual(
      Array.from({ length: n }, (_, index) => index),
    );
    for (const segment of segments) {
      const seal = segment.records.at(-1);
      expect(seal).toMatchObject({ type: 'seal', records: segment.records.length - 1 });
    }

    // The hash in each header is the one in the seal before it, and that one is of the bytes before the seal.
    const files = await Promise.all((await segmentFiles()).map((name) => readFile(join(folder, name))));
    const { createHash } = await import('node:crypto');
    for (let index = 1; index < files.length; index += 1) {
      const before = files[index - 1];
      const header = files[index];
      if (before === undefined || header === undefined) throw new Error('a segment is missing');
      const hash = createHash('sha256')
        .update(before.subarray(0, before.length - 66))
        .digest();
      expect(before.subarray(before.length - 32)).toEqual(hash);
      expect(header.subarray(28, 60)).toEqual(hash);
      expect(header.subarray(2048 + 28, 2048 + 60)).toEqual(hash);
    }
  });

  test('every segment begins with the tracks that are open, so that each can be read without the others', async () => {
    const { journal, advance } = rig({ limits: { segmentMs: 1000 } });
    const track = (stream: number): NewRecord => ({
      type: 'epoch-open',
      monoNs: stream,
      stream,
      seat: 'a',
      producerId: `p${stream}`,
      ssrc: stream,
      payloadType: 100,
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
    });
    journal.append(track(1));
    journal.append(track(2));
    await journal.durable();
    journal.append({ type: 'epoch-close', monoNs: 3, stream: 1, reason: 'left' });
    for (let round = 0; round < 4; round += 1) {
      journal.rtp(2, round, packet(round));
      await advance(600);
    }
    await journal.close();
    const [, ...later] = await readJournal(folder);
    expect(later.length).toBeGreaterThan(1);
    for (const { records } of later) {
      expect(records.filter(({ type }) => type === 'epoch-open')).toEqual([track(2)]);
      expect(records.findIndex(({ type }) => type === 'epoch-open')).toBeLessThanOrEqual(1);
    }
  });

  test('a segment is sealed at its length', async () => {
    const { journal, advance } = rig({ limits: { segmentBytes: 10_000 } });
    await journal.durable();
    await advance(50);
    for (let n = 0; n < 200; n += 1) journal.rtp(1, n, packet(n));
    await advance(50);
    await advance(50);
    await journal.close();
    const segments = await readJournal(folder);
    expect(segments.length).toBeGreaterThan(1);
    expect(segments.flatMap((s) => packetsOf(s.records))).toHaveLength(200);
  });

  test('the segment made ready and not used is removed at the end', async () => {
    const { journal, advance } = rig();
    await journal.durable();
    await advance(50);
    expect(await segmentFiles()).toHaveLength(2);
    await journal.close();
    expect(await segmentFiles()).toHaveLength(1);
  });

  test('two boots write into one folder, and are read the older one first', async () => {
    for (const [boot, instant] of [
      [1, anchor.instantMs],
      [0, anchor.instantMs - 86_400_000],
    ] as const) {
      const { journal } = rig({ bootId: newBootId(instant) });
      journal.rtp(1, boot, packet(boot));
      await journal.close();
    }
    const segments = await readJournal(folder);
    expect(segments.map((segment) => packetsOf(segment.records)[0]?.monoNs)).toEqual([0, 1]);
    expect(new Set(segments.map((segment) => segment.bootId)).size).toBe(2);
  });
});

describe('damage', () => {
  /** One sealed segment of 100 packets of uneven lengths, with where each record begins. */
  async function sample(): Promise<{ name: string; bytes: Buffer; records: readonly JournalRecord[] }> {
    const { journal } = rig();
    await journal.durable();
    for (let n = 0; n < 100; n += 1) journal.rtp(1 + (n % 2), n, packet(n, 20 + ((n * 37) % 180)));
    await journal.close();
    const [name] = await segmentFiles();
    if (name === undefined) throw new Error('no segment');
    const bytes = await readFile(join(folder, name));
    return { name, bytes, records: parseSegment(name, bytes)?.records ?? [] };
  }

  test('cut anywhere, everything before the cut is read and nothing else', async () => {
    const { name, bytes, records } = await sample();
    const briefs = records.map(brief);
    let at = 4096;
    const ends = records.map(() => {
      at += 22 + bytes.readUInt32LE(at + 6);
      return at;
    });
    expect(at).toBe(bytes.length);
    for (let length = 4096; length <= bytes.length; length += 23) {
      const whole = ends.filter((end) => end <= length).length;
      const segment = parseSegment(name, bytes.subarray(0, length));
      expect(segment?.records.map(brief)).toEqual(briefs.slice(0, whole));
      // The same with zeros after it, as a killed writer leaves it.
      const padded = parseSegment(name, Buffer.concat([bytes.subarray(0, length), Buffer.alloc(3000)]));
      expect(padded?.records.map(brief)).toEqual(briefs.slice(0, whole));
    }
    for (let length = 0; length < 4096; length += 97) {
      expect(parseSegment(name, bytes.subarray(0, length))?.records ?? []).toEqual([]);
    }
  });

  test('zeros that were reserved are not damage', async () => {
    const { name, bytes } = await sample();
    const segment = parseSegment(name, Buffer.concat([bytes, Buffer.alloc(100_000)]));
    expect(segment).toMatchObject({ skippedBytes: 0, sealed: true });
  });

  test('2,000 random bit flips lose the records they touch and no other', async () => {
    const { name, bytes, records } = await sample();
    const briefs = records.map(brief);
    const random = seeded(20_261_120);
    for (let round = 0; round < 2000; round += 1) {
      const damaged = Buffer.from(bytes);
      const touched = new Set<number>();
      for (let flip = 0; flip <= round % 3; flip += 1) {
        const at = Math.floor(random() * bytes.length);
        damaged[at] = (damaged[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        touched.add(recordAt(bytes, at));
      }
      const found = parseSegment(name, damaged);
      expect(found?.records.map(brief)).toEqual(briefs.filter((_, index) => !touched.has(index)));
      // A flipped bit in one copy of the header leaves the other.
      if (![...touched].includes(-1)) expect(found?.anchor).toEqual(anchor);
    }
  });

  test('a segment whose header is gone still gives its records, its name and a clock', async () => {
    const { name, bytes, records } = await sample();
    const damaged = Buffer.concat([Buffer.alloc(4096, 0xee), bytes.subarray(4096)]);
    const segment = parseSegment(name, damaged);
    expect(segment?.records).toEqual(records);
    expect(segment?.anchor).toEqual({ monoNs: 6e9, instantMs: anchor.instantMs + 1000 });
    expect(`${segment?.bootId}-00000${segment?.seq}.crj`).toBe(name);
  });

  test('a hole of zeros in the middle costs what it covers', async () => {
    const { name, bytes, records } = await sample();
    const damaged = Buffer.from(bytes);
    damaged.fill(0, 8192, 12_288);
    const first = recordAt(bytes, 8192);
    const last = recordAt(bytes, 12_287);
    const segment = parseSegment(name, damaged);
    expect(segment?.records).toEqual(records.filter((_, index) => index < first || index > last));
    expect(segment?.skippedBytes).toBeGreaterThanOrEqual(4096);
  });

  test('a record hidden in a packet by somebody who knows the format but not the boot is not believed', async () => {
    const forger = rig({ bootId: newBootId(anchor.instantMs) });
    forger.journal.append({ type: 'event', monoNs: 1, event: { type: 'cancelled', at: 1 } });
    await forger.journal.close();
    const [forgedName] = await segmentFiles();
    const forged = (await readFile(join(folder, forgedName ?? ''))).subarray(4096);
    await rm(join(folder, forgedName ?? ''));

    const { journal } = rig();
    journal.rtp(1, 1, forged);
    journal.rtp(1, 2, packet(2));
    await journal.close();
    const [name] = await segmentFiles();
    const bytes = await readFile(join(folder, name ?? ''));
    // The reader loses its place at the packet and finds its way by sync words through the forgery.
    const at = bytes.indexOf(forged);
    bytes[at - 1] = (bytes[at - 1] ?? 0) ^ 1;
    const records = parseSegment(name ?? '', bytes)?.records ?? [];
    expect(records.filter((record) => record.type === 'event')).toEqual([]);
    expect(packetsOf(records).map((record) => record.monoNs)).toEqual([2]);
  });

  test('a journal of a later version is an error and not an empty one', async () => {
    const { name, bytes } = await sample();
    const { crc32 } = await import('node:zlib');
    bytes.writeUInt16LE(9, 4);
    bytes.writeUInt32LE(crc32(bytes.subarray(0, 160)), 160);
    expect(() => parseSegment(name, bytes)).toThrow('journal format 9');
  });

  /** As short as can be told apart: comparing whole records thousands of times takes long. */
  function brief(record: JournalRecord): string {
    return record.type === 'rtp'
      ? `${record.stream} ${record.monoNs} ${Buffer.from(record.packet).toString('base64')}`
      : JSON.stringify(record);
  }

  /** Index of the record that holds this byte; −1 for the header. */
  function recordAt(bytes: Buffer, byte: number): number {
    if (byte < 4096) return -1;
    let index = -1;
    for (let at = 4096; at <= byte; index += 1) at += 22 + bytes.readUInt32LE(at + 6);
    return index;
  }
});

describe('a failing disk', () => {
  type Fault = (call: 'write' | 'sync' | 'truncate' | 'create', file: number) => Error | Promise<void> | null;

  /** The real disk, except where `fault` says otherwise. */
  function faulty(fault: Fault): JournalDisk {
    let files = 0;
    const check = async (...call: Parameters<Fault>): Promise<void> => {
      const outcome = fault(...call);
      if (outcome instanceof Error) throw outcome;
      await outcome;
    };
    return {
      ...countedDisk,
      async create(path): Promise<JournalFile> {
        const index = files;
        await check('create', index);
        files += 1;
        const file = await countedDisk.create(path);
        return {
          async write(bytes, position) {
            await check('write', index);
            return file.write(bytes, position);
          },
          async sync() {
            await check('sync', index);
            return file.sync();
          },
          async truncate(length) {
            await check('truncate', index);
            return file.truncate(length);
          },
          close: () => file.close(),
        };
      },
    };
  }
  const eio = Object.assign(new Error('EIO'), { code: 'EIO' });

  async function distinctPackets(): Promise<number[]> {
    const segments = await readJournal(folder);
    return [
      ...new Set(segments.flatMap((s) => packetsOf(s.records)).map((record) => record.monoNs)),
    ].toSorted((a, b) => a - b);
  }
  const upTo = (n: number) => Array.from({ length: n }, (_, index) => index);

  test('a write that fails once: another segment, and nothing is lost', async () => {
    let armed = false;
    const faults: unknown[] = [];
    const { journal, told, advance } = rig({
      onFault: (error) => faults.push(error),
      disk: faulty((call) => {
        if (!armed || call !== 'write') return null;
        armed = false;
        return eio;
      }),
    });
    await journal.durable();
    let n = 0;
    for (; n < 50; n += 1) journal.rtp(1, n, packet(n));
    await advance(50);
    for (; n < 100; n += 1) journal.rtp(1, n, packet(n));
    armed = true;
    await advance(50);
    for (; n < 150; n += 1) journal.rtp(1, n, packet(n));
    await journal.durable();
    expect(await distinctPackets()).toEqual(upTo(150));
    expect(faults).toEqual([eio]);
    expect(told).toEqual([true, false, true]);
    await journal.close();
    const segments = await readJournal(folder);
    expect(segments.map((segment) => segment.sealed)).toEqual([false, true]);
    const seal = segments[1]?.records.at(-1);
    expect(seal).toMatchObject({ type: 'seal', records: (segments[1]?.records.length ?? 0) - 1 });
  });

  test('a sync that fails: what it was about is written again elsewhere', async () => {
    let armed = false;
    const { journal, told, advance } = rig({
      disk: faulty((call) => {
        if (!armed || call !== 'sync') return null;
        armed = false;
        return eio;
      }),
    });
    await journal.durable();
    for (let n = 0; n < 100; n += 1) journal.rtp(1, n, packet(n));
    armed = true;
    await advance(2000);
    await journal.durable();
    expect(told).toEqual([true, false, true]);
    // The pages of the failed file count as lost: read only the later one.
    const later = (await readJournal(folder)).filter((segment) => segment.seq > 0);
    expect(later.flatMap((s) => packetsOf(s.records)).map((record) => record.monoNs)).toEqual(upTo(100));
  });

  test('a seal that fails while the next segment is written: both tails are written again', async () => {
    let armed = false;
    const { journal, advance } = rig({
      limits: { segmentMs: 1000 },
      disk: faulty((call) => {
        if (!armed || call !== 'truncate') return null;
        armed = false;
        return eio;
      }),
    });
    await journal.durable();
    await advance(50);
    for (let n = 0; n < 50; n += 1) journal.rtp(1, n, packet(n));
    armed = true;
    await advance(1500);
    for (let n = 50; n < 100; n += 1) journal.rtp(1, n, packet(n));
    await journal.durable();
    expect(armed).toBe(false);
    await journal.close();
    expect(await distinctPackets()).toEqual(upTo(100));
  });

  test('random faults of every call, for a while: what was called durable is there', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = seeded(seed);
      let stormy = true;
      const { journal, advance } = rig({
        limits: { segmentMs: 400, retryMs: 10, durableWithinMs: 1 },
        disk: faulty(() => (stormy && random() < 0.08 ? eio : null)),
      });
      for (let n = 0; n < 300; n += 1) {
        journal.rtp(seed, n, packet(n));
        if (n % 25 === 0) await advance(200);
      }
      stormy = false;
      for (let turn = 0; turn < 3; turn += 1) await advance(100);
      await journal.close();
      const segments = await readJournal(folder);
      const found = segments.flatMap((s) => packetsOf(s.records)).filter((record) => record.stream === seed);
      expect([...new Set(found.map((record) => record.monoNs))].toSorted((a, b) => a - b)).toEqual(upTo(300));
    }
  }, 30_000);

  test('a disk that fails for long: memory is bounded, the gap is told, and it goes on when the disk is back', async () => {
    let broken = false;
    const faults: unknown[] = [];
    const { journal, told, advance } = rig({
      onFault: (error) => faults.push(error),
      limits: { bufferBytes: 200_000, retryMs: 10 },
      disk: faulty(() => (broken ? eio : null)),
    });
    await journal.durable();
    broken = true;
    let kept = 0;
    for (let n = 0; n < 3000; n += 1) {
      if (journal.rtp(3, n, packet(n))) kept += 1;
      if (n % 300 === 0) await advance(50);
    }
    expect(kept).toBeLessThan(2000);
    expect(kept).toBeGreaterThan(1500);
    expect(journal.isDurable).toBe(false);
    // Half a second of it, and one line for the operator.
    expect(faults).toEqual([eio]);
    // An event still finds room, and waits for the disk.
    const note: ConversationEvent = { type: 'media-closed', at: 1 };
    expect(journal.append({ type: 'event', monoNs: 5000, event: note })).toBe(true);
    const noted = journal.durable();
    broken = false;
    await advance(50);
    await noted;
    await advance(50);
    await journal.close();
    const records = withoutClock((await readJournal(folder)).flatMap((segment) => segment.records));
    expect(new Set(packetsOf(records).map((record) => record.monoNs)).size).toBe(kept);
    expect(records.filter((record) => record.type === 'gap')).toEqual([
      { type: 'gap', monoNs: expect.any(Number), stream: 3, dropped: 3000 - kept, why: 'disk' },
    ]);
    expect(told.slice(0, 2)).toEqual([true, false]);
    expect(told.at(-1)).toBe(true);
  });

  test('a disk that hangs: not durable after three seconds, while packets are taken', async () => {
    let hanging: PromiseWithResolvers<void> | null = null;
    const { journal, told, advance, clock } = rig({
      disk: faulty((call) => (call === 'sync' && hanging !== null ? hanging.promise : null)),
    });
    await journal.durable();
    hanging = Promise.withResolvers<void>();
    journal.rtp(1, 1, packet(1));
    await advance(1200);
    expect(told).toEqual([true]);
    await advance(2000);
    expect(told).toEqual([true, false]);
    expect(journal.rtp(1, clock.ns, packet(2))).toBe(true);
    hanging.resolve();
    await journal.durable();
    expect(told).toEqual([true, false, true]);
  });

  test('silence is not a fault: with nothing to sync it stays durable', async () => {
    const { journal, told, advance } = rig();
    await journal.durable();
    for (let second = 0; second < 10; second += 1) await advance(1000);
    expect(told).toEqual([true]);
    expect(journal.isDurable).toBe(true);
  });

  test('a full disk while a segment is open: its reserved space is used, and closing still seals', async () => {
    let full = false;
    const used = new Map<number, number>();
    const disk = faulty((call) => (full && call === 'create' ? eio : null));
    let files = 0;
    const { journal, advance, told } = rig({
      limits: { reserveBytes: 256 * 1024, segmentMs: 1000 },
      disk: {
        ...disk,
        // As a file system does: bytes already there may be overwritten, new ones find no room.
        async create(path) {
          const file = await disk.create(path);
          const index = files;
          files += 1;
          return {
            ...file,
            async write(bytes, position) {
              const end = position + bytes.length;
              if (full && end > (used.get(index) ?? 0))
                throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
              used.set(index, Math.max(end, used.get(index) ?? 0));
              return file.write(bytes, position);
            },
          };
        },
      },
    });
    await journal.durable();
    await advance(50);
    full = true;
    for (let n = 0; n < 1000; n += 1) {
      journal.rtp(1, n, packet(n));
      if (n % 100 === 0) await advance(200);
    }
    await journal.durable();
    expect(told).toEqual([true]);
    await journal.close();
    expect(await distinctPackets()).toEqual(upTo(1000));
  });

  test('a disk that never comes back: closing says what was lost', async () => {
    let broken = false;
    const { journal } = rig({ disk: faulty(() => (broken ? eio : null)) });
    await journal.durable();
    broken = true;
    journal.rtp(1, 1, packet(1));
    const waiting = journal.durable().catch((error: unknown) => error);
    await expect(journal.close()).rejects.toThrow(JournalIncomplete);
    expect(await waiting).toBeInstanceOf(JournalIncomplete);
    await expect(journal.durable()).rejects.toThrow(JournalIncomplete);
  });

  test('a folder that cannot be made: packets wait in memory until it can', async () => {
    let broken = true;
    const { journal, advance } = rig({
      limits: { retryMs: 100 },
      disk: {
        ...countedDisk,
        makeFolder: (at) => (broken ? Promise.reject(eio) : countedDisk.makeFolder(at)),
      },
      folder: join(folder, 'deep', 'er'),
    });
    journal.rtp(1, 0, packet(0));
    await settle();
    expect(journal.isDurable).toBe(false);
    broken = false;
    await advance(200);
    expect(journal.isDurable).toBe(true);
    const [segment] = await readJournal(join(folder, 'deep', 'er'));
    expect(packetsOf(segment?.records ?? [])).toHaveLength(1);
  });
});

test('boot ids sort by time and fit a file name', () => {
  const ids = [1_790_000_000_000, 1_790_000_000_001, 1_990_000_000_000].map((at) => newBootId(at));
  expect(ids.toSorted()).toEqual(ids);
  expect(ids.every((id) => /^[a-z0-9]{16}$/.test(id))).toBe(true);
});

/** Mulberry32: small, good enough, the same everywhere. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
