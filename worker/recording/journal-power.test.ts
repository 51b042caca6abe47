/** What a power cut leaves, tried on a disk in memory that forgets whatever was not synced. */
import { expect, test } from 'vitest';
import type { JournalDisk } from './journal-disk.ts';
import { parseSegment } from './journal-reader.ts';
import { newBootId, openJournal } from './journal.ts';

interface MemoryFile {
  /** As a reader sees it now. */
  content: Buffer;
  /** As of the last sync. */
  synced: Buffer;
  /** Its name is in the folder's synced content. */
  linked: boolean;
}

/** Calls take a few turns of the event loop, in random order, and fail as often as asked. */
function createMemoryDisk(random: () => number, faultEvery: () => number) {
  const files = new Map<string, MemoryFile>();

  async function call(): Promise<void> {
    for (let turns = Math.floor(random() * 3); turns >= 0; turns -= 1) await new Promise(setImmediate);
    if (random() < faultEvery()) throw new Error('EIO');
  }

  const disk: JournalDisk = {
    makeFolder: call,
    async create(path) {
      await call();
      if (files.has(path)) throw new Error('EEXIST');
      const file: MemoryFile = { content: Buffer.alloc(0), synced: Buffer.alloc(0), linked: false };
      files.set(path, file);
      return {
        async write(bytes, position) {
          await call();
          // Now and then only a part is taken, as write(2) may do.
          const taken = random() < 0.1 ? Math.ceil(bytes.length / 2) : bytes.length;
          const content = Buffer.alloc(Math.max(file.content.length, position + taken));
          file.content.copy(content);
          content.set(bytes.subarray(0, taken), position);
          file.content = content;
          return taken;
        },
        async sync() {
          const content = Buffer.from(file.content);
          await call();
          file.synced = content;
        },
        async truncate(length) {
          await call();
          file.content = Buffer.from(file.content.subarray(0, length));
        },
        async close() {
          await new Promise(setImmediate);
        },
      };
    },
    async remove(path) {
      await call();
      files.delete(path);
    },
    async syncFolder() {
      await call();
      for (const file of files.values()) file.linked = true;
    },
  };

  /** What would be there after a power cut now: of what was not synced, some pages made it and some did not. */
  function afterPowerCut(): ReadonlySet<number> {
    const found = new Set<number>();
    for (const [path, file] of files) {
      if (!file.linked) continue;
      const bytes = Buffer.from(file.synced);
      for (let page = 0; page < bytes.length; page += 4096) {
        if (random() < 0.5) file.content.copy(bytes, page, page, Math.min(page + 4096, bytes.length));
      }
      const segment = parseSegment(path.slice(path.lastIndexOf('/') + 1), bytes);
      for (const record of segment?.records ?? []) if (record.type === 'rtp') found.add(record.monoNs);
    }
    return found;
  }

  return { disk, afterPowerCut };
}

/** What was promised and would be missing, over the whole story of one journal. */
async function story(seed: number, faultRate: number): Promise<readonly number[]> {
  const random = seeded(seed);
  let stormy = true;
  const { disk, afterPowerCut } = createMemoryDisk(random, () => (stormy ? faultRate : 0));
  const clock = { ns: 1e9 };
  let tick = (): void => {};
  const journal = openJournal({
    folder: 'journal',
    conversationId: 'abcdefghijklmnopqrstuv',
    bootId: newBootId(1_790_000_000_000, random),
    anchor: { monoNs: 0, instantMs: 1_790_000_000_000 },
    now: () => clock.ns,
    disk,
    every: (_periodMs, run) => {
      tick = run;
      return () => {};
    },
    limits: { segmentMs: 300, segmentBytes: 4000, reserveBytes: 0, retryMs: 20, durableWithinMs: 100 },
  });

  let appended = 0;
  let promised = 0;
  const missing: number[] = [];
  const waits: Promise<void>[] = [];
  async function expectDurable(upTo: number): Promise<void> {
    await journal.durable();
    promised = Math.max(promised, upTo);
    missing.push(...lackingOf(promised));
  }
  function lackingOf(upTo: number): readonly number[] {
    const found = afterPowerCut();
    return Array.from({ length: upTo }, (_, n) => n).filter((n) => !found.has(n));
  }
  for (let step = 0; step < 150; step += 1) {
    for (let burst = Math.floor(random() * 6); burst > 0; burst -= 1) {
      if (!journal.rtp(1, appended, Buffer.alloc(20 + Math.floor(random() * 200), appended))) break;
      appended += 1;
    }
    if (random() < 0.2) waits.push(expectDurable(appended));
    clock.ns += random() * 1e8;
    tick();
    if (random() < 0.3) await new Promise(setImmediate);
  }
  stormy = false;
  for (let step = 0; step < 20; step += 1) {
    clock.ns += 1e8;
    tick();
    await new Promise(setImmediate);
  }
  await journal.close();
  await Promise.all(waits);
  return [...missing, ...lackingOf(appended)];
}

test('what was called durable survives a power cut at that moment, on a good disk', async () => {
  for (let seed = 1; seed <= 60; seed += 1) expect(await story(seed, 0)).toEqual([]);
}, 60_000);

test('what was called durable survives a power cut at that moment, on a disk that fails one call in twenty', async () => {
  for (let seed = 1; seed <= 120; seed += 1) expect(await story(seed, 0.05)).toEqual([]);
}, 60_000);

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
