/**
 * The packet journal: an append-only, checksummed record of one conversation that any crash leaves readable.
 * `openJournal` writes, `readJournal` reads; the bytes and the reasons are in JOURNAL.md.
 *
 * It does not know what packets mean, nor when to record: the recorder does.
 */
import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import {
  checksumSeed,
  encodeHeader,
  encodeRecord,
  encodeSeal,
  HEADER_BYTES,
  MAX_PAYLOAD_BYTES,
  putRecordHeader,
  RECORD_HEADER_BYTES,
  RECORD_TYPES,
  segmentFileName,
  type NewRecord,
} from './journal-bytes.ts';
import { realDisk, type JournalDisk, type JournalFile } from './journal-disk.ts';
import type { ClockAnchor, EpochOpen, MonoNs } from './journal-format.ts';

export { JournalVersionUnknown, type NewRecord } from './journal-bytes.ts';
export { readJournal, readSegments } from './journal-reader.ts';

export interface JournalOptions {
  readonly folder: string;
  readonly conversationId: string;
  /** One writer's life: `newBootId`. */
  readonly bootId: string;
  readonly anchor: ClockAnchor;
  readonly now: () => MonoNs;
  /** The raw system clock, for clock records. Default `Date.now`. */
  readonly systemMs?: () => number;
  /** Called when what is captured begins or ceases to be safe on disk; false first, implicitly. */
  readonly onDurable?: (durable: boolean) => void;
  /** Told of a fault of the disk; of the same again after 10 s at the soonest. */
  readonly onFault?: (error: unknown) => void;
  readonly disk?: JournalDisk;
  /** Calls `run` about every `periodMs` until the answer is called. Default: a timer. */
  readonly every?: (periodMs: number, run: () => void) => () => void;
  readonly limits?: Partial<JournalLimits>;
}

export interface JournalLimits {
  /** How much sound a killed process may take with it. */
  readonly writeEveryMs: number;
  /** How much sound a power cut may take with it; ±10 %, so that rooms don't sync in step. */
  readonly syncEveryMs: number;
  /** A sync that is due for longer than this: what is captured is not called durable any more. */
  readonly durableWithinMs: number;
  readonly clockEveryMs: number;
  /** A segment is sealed at this age or length, whichever comes first. */
  readonly segmentMs: number;
  readonly segmentBytes: number;
  /**
   * Written as zeros beforehand, so that a full disk stops nothing until this is used up. 2 MiB hold a minute of two
   * voices at 96 kbit/s. Zeros and not `fallocate`: Node has none, and overwriting needs no metadata at each sync.
   */
  readonly reserveBytes: number;
  /** What a failing disk may pile up in memory before packets are dropped. */
  readonly bufferBytes: number;
  readonly retryMs: number;
}

const LIMITS: JournalLimits = {
  writeEveryMs: 50,
  syncEveryMs: 1000,
  durableWithinMs: 3000,
  clockEveryMs: 10_000,
  segmentMs: 60_000,
  segmentBytes: 8 * 1024 * 1024,
  reserveBytes: 2 * 1024 * 1024,
  bufferBytes: 8 * 1024 * 1024,
  retryMs: 500,
};

export interface Journal {
  /** Takes a copy. False when it was dropped because memory is full; the gap is told in the journal. */
  rtp(stream: number, monoNs: MonoNs, packet: Uint8Array): boolean;
  /**
   * False when it was dropped: memory is full, or the journal closed.
   * @throws RangeError when the record's payload is over 64 KiB.
   */
  append(record: NewRecord): boolean;
  /**
   * Resolves when the first segment exists and all that was appended so far would survive a power cut. While the disk
   * fails it waits; rejects when the journal is closed without.
   */
  durable(): Promise<void>;
  /** Whether the disk keeps up, as last told to `onDurable`. */
  readonly isDurable: boolean;
  /**
   * Writes what is left and seals. Idempotent.
   * @throws JournalIncomplete when the disk would not take it.
   */
  close(): Promise<void>;
}

/** The end of a journal could not be written. */
export class JournalIncomplete extends Error {
  override readonly name = 'JournalIncomplete';
}

/** Sorts by time: nine digits of base 36 for the instant, then seven that nobody can guess. */
export function newBootId(instantMs: number, random: () => number = Math.random): string {
  const time = Math.max(0, Math.floor(instantMs)).toString(36).padStart(9, '0');
  const chance = Array.from({ length: 7 }, () => Math.floor(random() * 36).toString(36)).join('');
  return time + chance;
}

/** A file of the journal. Offsets count all bytes of records since the journal was opened, over all segments. */
interface OpenSegment {
  readonly file: JournalFile;
  readonly seq: number;
  readonly hash: Hash;
  readonly openedNs: MonoNs;
  /** The offset of its first record: byte HEADER_BYTES of the file. */
  readonly start: number;
  /** Up to here handed to the operating system. */
  written: number;
  /** Up to here known to be durable. */
  synced: number;
  readonly recordsBefore: number;
}

interface PreparedFile {
  readonly file: JournalFile;
  readonly seq: number;
  readonly path: string;
}

interface Waiter {
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Begins to write at once; the first segment is opened meanwhile (see `durable`).
 *
 * All records go through one buffer that keeps every byte until it is durable. Segments are windows on it, so that
 * after a fault a new segment simply begins where durability ended.
 */
export function openJournal(options: JournalOptions): Journal {
  const { folder, conversationId, bootId, anchor, now } = options;
  const disk = options.disk ?? realDisk;
  const systemMs = options.systemMs ?? Date.now;
  const limits = { ...LIMITS, ...options.limits };
  const seed = checksumSeed(bootId);

  let buffer = Buffer.allocUnsafe(64 * 1024);
  /** The offset of the buffer's first byte, and of the next byte to come. */
  let base = 0;
  let end = 0;
  let records = 0;
  const droppedByStream = new Map<number, number>();
  const openEpochs = new Map<number, EpochOpen>();

  let current: OpenSegment | null = null;
  let sealing: OpenSegment | null = null;
  let prepared: PreparedFile | null = null;
  let nextSeq = 0;
  let folderMade = false;
  /** Where durability ends while no segment is open. */
  let rescueFrom = 0;

  // What is under way. Each is one promise that never rejects, so that closing can wait for it.
  let opening: Promise<void> | null = null;
  let preparing: Promise<void> | null = null;
  let writing: Promise<void> | null = null;
  let syncing: Promise<void> | null = null;
  let sealed: Promise<void> = Promise.resolve();
  let failing: Promise<void> | null = null;

  let isDurable = false;
  let closing = false;
  let closed: Promise<void> | null = null;
  let waiters: Waiter[] = [];
  /** When the oldest byte that is not durable came; null: none. */
  let owingSinceNs: MonoNs | null = now();
  let nextSyncNs = 0;
  let nextClockNs = 0;
  let retryAtNs = 0;
  let failedAtNs = -Infinity;
  let prepareAtNs = 0;
  let toldFault = '';
  let toldFaultNs = 0;

  const durableTo = () => sealing?.synced ?? current?.synced ?? rescueFrom;

  // Room in the buffer.

  /** Answers where `bytes` may be put, or -1. */
  function reserve(bytes: number, droppable: boolean): number {
    if (end - base + bytes > buffer.length) {
      const kept = end - durableTo();
      // What is not sound is small and must not be lost to a flood of it.
      const most = limits.bufferBytes + (droppable ? 0 : 2 * MAX_PAYLOAD_BYTES);
      if (kept + bytes > most) return -1;
      // Always another buffer: a write under way may still read from the old one.
      const larger = Buffer.allocUnsafe(Math.max(64 * 1024, Math.min(2 * (kept + bytes), most)));
      buffer.copy(larger, 0, durableTo() - base, end - base);
      base = durableTo();
      buffer = larger;
    }
    return end - base;
  }

  function appended(bytes: number): void {
    end += bytes;
    records += 1;
    owingSinceNs ??= now();
  }

  function rtp(stream: number, monoNs: MonoNs, packet: Uint8Array): boolean {
    if (closing) return false;
    const at = packet.length > MAX_PAYLOAD_BYTES ? -1 : reserve(RECORD_HEADER_BYTES + packet.length, true);
    if (at === -1) {
      droppedByStream.set(stream, (droppedByStream.get(stream) ?? 0) + 1);
      return false;
    }
    buffer.set(packet, at + RECORD_HEADER_BYTES);
    putRecordHeader(buffer, at, seed, RECORD_TYPES.rtp, stream, monoNs, packet.length);
    appended(RECORD_HEADER_BYTES + packet.length);
    return true;
  }

  function append(record: NewRecord): boolean {
    if (closing) return false;
    const bytes = encodeRecord(record, seed);
    const at = reserve(bytes.length, false);
    if (at === -1) return false;
    buffer.set(bytes, at);
    appended(bytes.length);
    if (record.type === 'epoch-open') openEpochs.set(record.stream, record);
    if (record.type === 'epoch-close') openEpochs.delete(record.stream);
    return true;
  }

  function tellDropped(): void {
    if (droppedByStream.size === 0 || end - durableTo() > limits.bufferBytes / 2) return;
    const told = [...droppedByStream];
    droppedByStream.clear();
    for (const [stream, dropped] of told)
      append({ type: 'gap', monoNs: now(), stream, dropped, why: 'disk' });
  }

  function tellClock(): void {
    const monoNs = now();
    nextClockNs = monoNs + limits.clockEveryMs * 1e6;
    const instantMs = anchor.instantMs + (monoNs - anchor.monoNs) / 1e6;
    append({ type: 'clock', monoNs, instantMs, systemMs: systemMs() });
  }

  function tellFault(error: unknown): void {
    const fault = String((error as NodeJS.ErrnoException).code ?? error);
    if (fault === toldFault && now() - toldFaultNs < SAME_FAULT_AGAIN_NS) return;
    toldFault = fault;
    toldFaultNs = now();
    options.onFault?.(error);
  }

  // Files.

  /** A file with a durable header and zeros after it. On a full disk it makes do with fewer zeros. */
  async function createFile(): Promise<PreparedFile> {
    const seq = nextSeq;
    nextSeq += 1;
    if (!folderMade) await disk.makeFolder(folder);
    folderMade = true;
    const path = join(folder, segmentFileName(bootId, seq));
    const file = await disk.create(path);
    try {
      await writeAll(file, encodeHeader({ conversationId, bootId, seq, anchor, previous: null }), 0);
      await reserveZeros(file).catch(() => undefined);
      await file.sync();
      await disk.syncFolder(folder);
    } catch (error) {
      await file.close().catch(() => undefined);
      await disk.remove(path).catch(() => undefined);
      throw error;
    }
    return { file, seq, path };
  }

  async function reserveZeros(file: JournalFile): Promise<void> {
    for (let at = HEADER_BYTES; at < HEADER_BYTES + limits.reserveBytes; at += ZEROS.length) {
      await writeAll(file, ZEROS, at);
    }
  }

  function openedSegment(made: PreparedFile, start: number, recordsBefore: number): OpenSegment {
    const { file, seq } = made;
    return {
      file,
      seq,
      hash: createHash('sha256'),
      openedNs: now(),
      start,
      written: start,
      synced: start,
      recordsBefore,
    };
  }

  /** Opens a segment at the end of what is durable: the first of all, or after a fault. */
  function open(): Promise<void> {
    opening ??= (async () => {
      await STARTED;
      try {
        const ready = prepared;
        prepared = null;
        const made = ready ?? (await createFile());
        const segment = openedSegment(made, rescueFrom, records - countRecords(rescueFrom));
        segment.hash.update(encodeHeader({ conversationId, bootId, seq: made.seq, anchor, previous: null }));
        current = segment;
        if (end === segment.start) synced();
        tellClock();
      } catch (error) {
        retryAtNs = now() + limits.retryMs * 1e6;
        tellFault(error);
      } finally {
        opening = null;
      }
    })();
    return opening;
  }

  function countRecords(from: number): number {
    let count = 0;
    for (let at = from - base; at < end - base; count += 1) {
      at += RECORD_HEADER_BYTES + buffer.readUInt32LE(at + 6);
    }
    return count;
  }

  function prepare(): void {
    preparing ??= (async () => {
      await STARTED;
      try {
        prepared = await createFile();
      } catch (error) {
        prepareAtNs = now() + limits.retryMs * 1e6;
        tellFault(error);
      } finally {
        preparing = null;
      }
    })();
  }

  // Writing: one at a time.

  function write(): Promise<void> {
    writing ??= (async () => {
      await STARTED;
      try {
        while (current !== null && failing === null && (current.written < end || mayRotate(current))) {
          if (mayRotate(current)) await rotate(current);
          else await writeOut(current);
        }
      } catch (error) {
        fail(error);
      } finally {
        writing = null;
      }
    })();
    return writing;
  }

  async function writeOut(segment: OpenSegment): Promise<void> {
    compact();
    const bytes = buffer.subarray(segment.written - base, end - base);
    await writeAll(segment.file, bytes, HEADER_BYTES + segment.written - segment.start);
    segment.hash.update(bytes);
    segment.written += bytes.length;
  }

  /** Only while nothing reads the buffer. */
  function compact(): void {
    const done = durableTo() - base;
    if (done < buffer.length / 4) return;
    buffer.copyWithin(0, done, end - base);
    base += done;
  }

  function mayRotate(segment: OpenSegment): boolean {
    return (
      prepared !== null &&
      sealing === null &&
      !closing &&
      (segment.written - segment.start >= limits.segmentBytes ||
        now() - segment.openedNs >= limits.segmentMs * 1e6)
    );
  }

  /** Goes on in the file made ready; the old one is sealed behind it, its last bytes kept until that is durable. */
  async function rotate(old: OpenSegment): Promise<void> {
    if (prepared === null) return;
    await writeOut(old);
    const made = prepared;
    prepared = null;
    const written = records - countRecords(old.written);
    const fresh = openedSegment(made, old.written, written);
    const previous = old.hash.copy().digest();
    const header = encodeHeader({ conversationId, bootId, seq: made.seq, anchor, previous });
    fresh.hash.update(header);
    sealing = old;
    current = fresh;
    sealed = seal(old, written);
    tellClock();
    // Told again at the head of every segment: the loss of one orphans no packet of another.
    for (const epoch of openEpochs.values()) append(epoch);
    // Only completes the header that is durable already: no need to wait for the disk.
    await writeAll(fresh.file, header, 0);
  }

  async function seal(segment: OpenSegment, recordsTo: number): Promise<void> {
    const length = HEADER_BYTES + segment.written - segment.start;
    const bytes = encodeSeal(
      {
        monoNs: now(),
        records: recordsTo - segment.recordsBefore,
        bytes: length,
        sha256: segment.hash.copy().digest(),
      },
      seed,
    );
    try {
      await writeAll(segment.file, bytes, length);
      await segment.file.truncate(length + bytes.length);
      await segment.file.sync();
      segment.synced = segment.written;
      if (sealing === segment) sealing = null;
      synced();
    } catch (error) {
      fail(error);
      return;
    }
    await segment.file.close().catch(() => undefined);
  }

  // Durability.

  function sync(): Promise<void> {
    syncing ??= (async () => {
      await STARTED;
      const segment = current;
      try {
        nextSyncNs = now() + limits.syncEveryMs * (0.9 + 0.2 * Math.random()) * 1e6;
        if (segment === null || failing !== null || segment.written === segment.synced) return;
        const begunNs = now();
        const to = segment.written;
        await segment.file.sync();
        if (segment.synced < to) segment.synced = to;
        owingSinceNs = begunNs;
        synced();
      } catch (error) {
        // A sealed segment's handle may be closed under a late sync: the seal has synced it.
        if (segment === current || segment === sealing) fail(error);
      } finally {
        syncing = null;
      }
    })();
    return syncing;
  }

  function synced(): void {
    const to = durableTo();
    if (to === end) owingSinceNs = null;
    const met = waiters.filter((waiter) => waiter.offset <= to);
    if (met.length > 0) waiters = waiters.filter((waiter) => waiter.offset > to);
    for (const waiter of met) waiter.resolve();
    setDurable(true);
  }

  function setDurable(durable: boolean): void {
    if (isDurable === durable) return;
    isDurable = durable;
    options.onDurable?.(durable);
  }

  /** Pages that a failed sync was about are lost (fsyncgate): give the files up, begin again from memory. */
  function fail(error: unknown): void {
    if (failing !== null) return;
    setDurable(false);
    tellFault(error);
    // At once the first time; a disk that keeps failing is not filled with files.
    const at = now();
    retryAtNs = at - failedAtNs > limits.durableWithinMs * 1e6 ? at : at + limits.retryMs * 1e6;
    failedAtNs = at;
    failing = (async () => {
      await STARTED;
      await Promise.allSettled([writing, syncing, sealed]);
      rescueFrom = durableTo();
      const given = [current, sealing].filter((segment) => segment !== null);
      current = null;
      sealing = null;
      await Promise.allSettled(given.map(giveUp));
      failing = null;
      if (!closing) await flush();
    })();
  }

  /** Frees the zeros at its end, if the disk still obeys. */
  async function giveUp(segment: OpenSegment): Promise<void> {
    await segment.file.truncate(HEADER_BYTES + segment.written - segment.start).catch(() => undefined);
    await segment.file.close();
  }

  /** Writes and syncs all that is there now, as far as the disk lets it. */
  async function flush(): Promise<void> {
    if (failing !== null) return;
    if (current === null) {
      if (now() < retryAtNs) return;
      await open();
    }
    await write();
    await syncing;
    await sync();
  }

  function durable(): Promise<void> {
    if (closing) return Promise.reject(new JournalIncomplete('the journal is closed'));
    const offset = end;
    if (current !== null && durableTo() >= offset) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    waiters.push({ offset, resolve, reject });
    void flush();
    return promise;
  }

  function tick(): void {
    const at = now();
    if (owingSinceNs !== null && at - owingSinceNs > limits.durableWithinMs * 1e6) setDurable(false);
    if (failing !== null) return;
    if (current === null) {
      if (opening === null) void flush();
      return;
    }
    tellDropped();
    if (at >= nextClockNs) tellClock();
    if (prepared === null && preparing === null && at >= prepareAtNs) prepare();
    if (waiters.length > 0 && syncing === null) void flush();
    else void write();
    if (at >= nextSyncNs) void sync();
  }

  async function finish(): Promise<void> {
    stop();
    tellDropped();
    closing = true;
    // A fault on the way costs one more attempt, on another file.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await failing;
      await Promise.allSettled([opening, preparing, writing, syncing, sealed]);
      if (current === null) await open();
      await write();
      const last = current;
      if (failing !== null || last === null) continue;
      sealing = last;
      sealed = seal(last, records);
      await sealed;
      if (failing === null) break;
    }
    await failing;
    const spare = prepared;
    if (spare !== null) {
      await spare.file.close().catch(() => undefined);
      await disk.remove(spare.path).catch(() => undefined);
    }
    const lost = end - durableTo();
    const error = new JournalIncomplete(`${lost} bytes at the end of the journal could not be written`);
    for (const waiter of waiters) waiter.reject(error);
    waiters = [];
    if (lost > 0 || droppedByStream.size > 0) throw error;
    await disk.syncFolder(folder).catch(() => undefined);
  }

  const every = options.every ?? everyTimer;
  const stop = every(limits.writeEveryMs, tick);
  void flush();

  return {
    rtp,
    append,
    durable,
    get isDurable() {
      return isDurable;
    },
    close() {
      closed ??= finish();
      return closed;
    },
  };
}

/** Awaited first by what is one at a time, so that it never ends before it is noted as under way. */
const STARTED = Promise.resolve();

const SAME_FAULT_AGAIN_NS = 10e9;

const ZEROS = Buffer.alloc(256 * 1024);

async function writeAll(file: JournalFile, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const taken = await file.write(bytes.subarray(done), position + done);
    if (taken === 0) throw new Error('the disk took nothing');
    done += taken;
  }
}

function everyTimer(periodMs: number, run: () => void): () => void {
  const timer = setInterval(run, periodMs);
  return () => clearInterval(timer);
}
