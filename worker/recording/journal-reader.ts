/**
 * Reads journals whatever has happened to them: killed writers, cut files, flipped bits. Never writes.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checksumSeed,
  decodeHeader,
  decodeRecord,
  HEADER_BYTES,
  parseSegmentFileName,
  SYNC_WORD,
} from './journal-bytes.ts';
import type { ClockAnchor, JournalRecord, Segment } from './journal-format.ts';

/**
 * All segments of a journal's folder, oldest boot first, each boot's in their order. A folder that is not there is
 * an empty journal. Records may come twice (see JOURNAL.md, "Doubles"); packets are views of the whole segment.
 * @throws JournalVersionUnknown when a segment was written by a later version; errors of reading a file as they are.
 */
export async function readJournal(folder: string): Promise<readonly Segment[]> {
  return Array.fromAsync(readSegments(folder));
}

/** As `readJournal`, one segment in memory at a time (8 MiB, seldom a little more). */
export async function* readSegments(folder: string): AsyncGenerator<Segment, void, void> {
  for (const name of await segmentNames(folder)) {
    const segment = parseSegment(name, await readFile(join(folder, name)));
    if (segment !== null) yield segment;
  }
}

async function segmentNames(folder: string): Promise<readonly string[]> {
  try {
    // A boot's id begins with its time in a fixed number of digits: names sort by age.
    return (await readdir(folder)).filter((name) => parseSegmentFileName(name) !== null).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Null where the file holds nothing that could be told apart from noise. */
export function parseSegment(fileName: string, bytes: Buffer): Segment | null {
  const named = parseSegmentFileName(fileName);
  const header = decodeHeader(bytes);
  const bootId = header?.bootId ?? named?.bootId;
  if (bootId === undefined) return null;

  const seed = checksumSeed(bootId);
  const records: JournalRecord[] = [];
  // With a damaged header the records are looked for from the start: there is no telling what else moved.
  let at = header === null ? 0 : HEADER_BYTES;
  let skippedBytes = 0;
  while (at < bytes.length) {
    const found = decodeRecord(bytes, at, seed);
    if (found !== null) {
      if (found.record !== null) records.push(found.record);
      else skippedBytes += found.bytes;
      at += found.bytes;
      continue;
    }
    const sync = bytes.indexOf(SYNC_WORD, at + 1);
    const next = sync === -1 ? bytes.length : sync;
    // Zeros at the end are what was reserved and not used; a whole file of them was never begun.
    skippedBytes += next === bytes.length ? withoutZeroTail(bytes, at) - at : next - at;
    at = next;
  }
  if (header === null && records.length === 0) return null;

  return {
    bootId,
    seq: header?.seq ?? named?.seq ?? 0,
    anchor: header?.anchor ?? anchorFromRecords(records),
    sealed: records.at(-1)?.type === 'seal',
    skippedBytes,
    records,
  };
}

function withoutZeroTail(bytes: Buffer, from: number): number {
  let end = bytes.length;
  while (end > from && bytes[end - 1] === 0) end -= 1;
  return end;
}

/** Clock records say the same as the header, to a clock's drift over ten seconds. */
function anchorFromRecords(records: readonly JournalRecord[]): ClockAnchor {
  const clock = records.find((record) => record.type === 'clock');
  return clock === undefined
    ? { monoNs: 0, instantMs: 0 }
    : { monoNs: clock.monoNs, instantMs: clock.instantMs };
}
