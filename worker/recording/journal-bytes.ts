/**
 * The bytes of a journal, as JOURNAL.md describes them: headers and records, made and read. Does not know of files.
 */
import { crc32 } from 'node:zlib';
import { z } from 'zod';
import type { ConversationEvent } from '../../server/domain/conversation.ts';
import type { ClockAnchor, JournalRecord, MonoNs } from './journal-format.ts';

export const HEADER_BYTES = 4096;
/** The header is there twice, so that one bad sector does not cost the segment its clock. */
const HEADER_COPIES_AT = [0, 2048] as const;
const HEADER_COPY_BYTES = 164;
const FORMAT_VERSION = 1;

export const RECORD_HEADER_BYTES = 22;
/** A length above this is damage, whatever the checksum says. */
export const MAX_PAYLOAD_BYTES = 65_536;
/** The sync word in file order. */
export const SYNC_WORD = Buffer.from([0xa5, 0xc3]);

export const RECORD_TYPES = {
  rtp: 1,
  'sender-report': 2,
  'epoch-open': 3,
  'epoch-close': 4,
  event: 5,
  clock: 6,
  seal: 7,
  gap: 8,
} as const satisfies Record<JournalRecord['type'], number>;

const GAP_REASONS = ['held', 'rate', 'disk', 'size'] as const;

/** Everything a writer may be asked to append; it makes the seal itself. */
export type NewRecord = Exclude<JournalRecord, { type: 'seal' }>;

export interface SegmentHeader {
  readonly conversationId: string;
  readonly bootId: string;
  readonly seq: number;
  readonly anchor: ClockAnchor;
  /** SHA-256 of the segment before, as its seal states it; null where there is none or it was never sealed. */
  readonly previous: Buffer | null;
}

/** A journal written by a later version of this program. */
export class JournalVersionUnknown extends Error {
  override readonly name = 'JournalVersionUnknown';
}

/**
 * What a boot's checksums start from. It holds the boot's random part, so that nobody can send a packet whose
 * payload would be taken for a record by a reader that has lost its place.
 */
export function checksumSeed(bootId: string): number {
  return crc32(bootId);
}

export function segmentFileName(bootId: string, seq: number): string {
  return `${bootId}-${String(seq).padStart(6, '0')}.crj`;
}

export function parseSegmentFileName(name: string): { bootId: string; seq: number } | null {
  const match = /^([a-z0-9]{4,31})-(\d{6})\.crj$/.exec(name);
  return match === null ? null : { bootId: match[1] ?? '', seq: Number(match[2]) };
}

export function encodeHeader(header: SegmentHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  for (const at of HEADER_COPIES_AT) {
    bytes.write('CRJ1', at, 'latin1');
    bytes.writeUInt16LE(FORMAT_VERSION, at + 4);
    bytes.writeUInt16LE(HEADER_BYTES, at + 6);
    bytes.writeUInt32LE(header.seq, at + 8);
    putMonoNs(bytes, at + 12, header.anchor.monoNs);
    bytes.writeDoubleLE(header.anchor.instantMs, at + 20);
    if (header.previous !== null) bytes.set(header.previous.subarray(0, 32), at + 28);
    putName(bytes, at + 60, header.bootId, 32);
    putName(bytes, at + 92, header.conversationId, 68);
    bytes.writeUInt32LE(crc32(bytes.subarray(at, at + 160)), at + 160);
  }
  return bytes;
}

/**
 * The first good copy of the header, or null where both are damaged or were never written.
 * @throws JournalVersionUnknown
 */
export function decodeHeader(bytes: Buffer): SegmentHeader | null {
  for (const at of HEADER_COPIES_AT) {
    if (bytes.length < at + HEADER_COPY_BYTES) return null;
    if (bytes.toString('latin1', at, at + 4) !== 'CRJ1') continue;
    if (bytes.readUInt32LE(at + 160) !== crc32(bytes.subarray(at, at + 160))) continue;
    const version = bytes.readUInt16LE(at + 4);
    if (version !== FORMAT_VERSION || bytes.readUInt16LE(at + 6) !== HEADER_BYTES) {
      throw new JournalVersionUnknown(`journal format ${version} is newer than this program`);
    }
    const previous = Buffer.from(bytes.subarray(at + 28, at + 60));
    return {
      seq: bytes.readUInt32LE(at + 8),
      anchor: { monoNs: getMonoNs(bytes, at + 12), instantMs: bytes.readDoubleLE(at + 20) },
      previous: previous.every((byte) => byte === 0) ? null : previous,
      bootId: getName(bytes, at + 60, 32),
      conversationId: getName(bytes, at + 92, 68),
    };
  }
  return null;
}

/**
 * Completes a record whose payload lies at `at + RECORD_HEADER_BYTES` already.
 * On the packet path: allocates nothing but the view that is summed.
 */
export function putRecordHeader(
  bytes: Buffer,
  at: number,
  seed: number,
  type: number,
  stream: number,
  monoNs: MonoNs,
  payloadBytes: number,
): void {
  bytes[at] = 0xa5;
  bytes[at + 1] = 0xc3;
  bytes.writeUInt32LE(payloadBytes, at + 6);
  bytes[at + 10] = type;
  bytes[at + 11] = 0;
  bytes.writeUInt16LE(stream, at + 12);
  putMonoNs(bytes, at + 14, monoNs);
  bytes.writeUInt32LE(crc32(bytes.subarray(at + 6, at + RECORD_HEADER_BYTES + payloadBytes), seed), at + 2);
}

/** A whole record. @throws RangeError when its payload is over 64 KiB. */
export function encodeRecord(record: NewRecord, seed: number): Buffer {
  const payload = encodePayload(record);
  const stream = 'stream' in record ? record.stream : 0;
  return frame(RECORD_TYPES[record.type], stream, record.monoNs, payload, seed);
}

/** `bytes`: length of the file before the seal, `sha256` of exactly those bytes. */
export function encodeSeal(
  seal: {
    readonly monoNs: MonoNs;
    readonly records: number;
    readonly bytes: number;
    readonly sha256: Buffer;
  },
  seed: number,
): Buffer {
  const payload = Buffer.alloc(44);
  payload.writeUInt32LE(seal.records, 0);
  payload.writeBigUInt64LE(BigInt(seal.bytes), 4);
  payload.set(seal.sha256, 12);
  return frame(RECORD_TYPES.seal, 0, seal.monoNs, payload, seed);
}

function frame(type: number, stream: number, monoNs: MonoNs, payload: Uint8Array, seed: number): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES)
    throw new RangeError(`a record of ${payload.length} bytes is too long`);
  const bytes = Buffer.alloc(RECORD_HEADER_BYTES + payload.length);
  bytes.set(payload, RECORD_HEADER_BYTES);
  putRecordHeader(bytes, 0, seed, type, stream, monoNs, payload.length);
  return bytes;
}

function encodePayload(record: NewRecord): Uint8Array {
  switch (record.type) {
    case 'rtp':
      return record.packet;
    case 'sender-report': {
      const payload = Buffer.alloc(24);
      payload.writeUInt32LE(record.ssrc, 0);
      payload.writeUInt32LE(record.ntpSeconds, 4);
      payload.writeUInt32LE(record.ntpFraction, 8);
      payload.writeUInt32LE(record.rtpTimestamp, 12);
      payload.writeUInt32LE(record.packetCount, 16);
      payload.writeUInt32LE(record.octetCount, 20);
      return payload;
    }
    case 'epoch-open': {
      const { type: _type, monoNs: _monoNs, stream: _stream, ...rest } = record;
      return Buffer.from(JSON.stringify(rest));
    }
    case 'epoch-close':
      return Buffer.from(record.reason);
    case 'event':
      return Buffer.from(JSON.stringify(record.event));
    case 'clock': {
      const payload = Buffer.alloc(16);
      payload.writeDoubleLE(record.instantMs, 0);
      payload.writeDoubleLE(record.systemMs, 8);
      return payload;
    }
    case 'gap': {
      const payload = Buffer.alloc(5);
      payload.writeUInt32LE(record.dropped, 0);
      payload[4] = GAP_REASONS.indexOf(record.why);
      return payload;
    }
  }
}

const epochOpen = z.object({
  seat: z.enum(['a', 'b']),
  producerId: z.string(),
  ssrc: z.int().min(0).max(0xffff_ffff),
  payloadType: z.int().min(0).max(127),
  mimeType: z.string(),
  clockRate: z.int().min(1),
  channels: z.int().min(1),
});
/** The checksum says that the bytes are ours; what an event must hold is the log's concern. */
const event = z.looseObject({ type: z.string(), at: z.number() });

/**
 * The record at `at` if a whole one with a good checksum lies there, else null. `bytes` is its length in the file.
 * A good record of a type that is not known gives `record: null`: it is stepped over.
 */
export function decodeRecord(
  bytes: Buffer,
  at: number,
  seed: number,
): { readonly bytes: number; readonly record: JournalRecord | null } | null {
  if (at + RECORD_HEADER_BYTES > bytes.length) return null;
  if (bytes[at] !== SYNC_WORD[0] || bytes[at + 1] !== SYNC_WORD[1]) return null;
  const payloadBytes = bytes.readUInt32LE(at + 6);
  if (payloadBytes > MAX_PAYLOAD_BYTES) return null;
  const end = at + RECORD_HEADER_BYTES + payloadBytes;
  if (end > bytes.length) return null;
  if (bytes.readUInt32LE(at + 2) !== crc32(bytes.subarray(at + 6, end), seed)) return null;
  const record = decodePayload(
    bytes[at + 10] ?? 0,
    bytes.readUInt16LE(at + 12),
    getMonoNs(bytes, at + 14),
    bytes.subarray(at + RECORD_HEADER_BYTES, end),
  );
  return { bytes: end - at, record };
}

function decodePayload(type: number, stream: number, monoNs: MonoNs, payload: Buffer): JournalRecord | null {
  switch (type) {
    case RECORD_TYPES.rtp: {
      const packet = new Uint8Array(payload.buffer, payload.byteOffset, payload.length);
      return { type: 'rtp', monoNs, stream, packet };
    }
    case RECORD_TYPES['sender-report']:
      if (payload.length < 24) return null;
      return {
        type: 'sender-report',
        monoNs,
        stream,
        ssrc: payload.readUInt32LE(0),
        ntpSeconds: payload.readUInt32LE(4),
        ntpFraction: payload.readUInt32LE(8),
        rtpTimestamp: payload.readUInt32LE(12),
        packetCount: payload.readUInt32LE(16),
        octetCount: payload.readUInt32LE(20),
      };
    case RECORD_TYPES['epoch-open']: {
      const parsed = epochOpen.safeParse(parseJson(payload));
      return parsed.success ? { type: 'epoch-open', monoNs, stream, ...parsed.data } : null;
    }
    case RECORD_TYPES['epoch-close']:
      return { type: 'epoch-close', monoNs, stream, reason: payload.toString() };
    case RECORD_TYPES.event: {
      const parsed = event.safeParse(parseJson(payload));
      return parsed.success
        ? { type: 'event', monoNs, event: parsed.data as unknown as ConversationEvent }
        : null;
    }
    case RECORD_TYPES.clock:
      if (payload.length < 16) return null;
      return { type: 'clock', monoNs, instantMs: payload.readDoubleLE(0), systemMs: payload.readDoubleLE(8) };
    case RECORD_TYPES.gap: {
      const why = GAP_REASONS[payload[4] ?? GAP_REASONS.length];
      if (payload.length < 5 || why === undefined) return null;
      return { type: 'gap', monoNs, stream, dropped: payload.readUInt32LE(0), why };
    }
    case RECORD_TYPES.seal:
      if (payload.length < 44) return null;
      return { type: 'seal', monoNs, records: payload.readUInt32LE(0) };
    // Not a union of ours but a byte of a file: a later version may know more types.
    default:
      return null;
  }
}

function parseJson(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString());
  } catch {
    return null;
  }
}

/** As two halves: a BigInt would be allocated for every packet. Fractions of a nanosecond are cut off. */
function putMonoNs(bytes: Buffer, at: number, monoNs: MonoNs): void {
  const high = Math.floor(monoNs / 0x1_0000_0000);
  bytes.writeUInt32LE(Math.floor(monoNs) - high * 0x1_0000_0000, at);
  bytes.writeUInt32LE(high, at + 4);
}

function getMonoNs(bytes: Buffer, at: number): MonoNs {
  return bytes.readUInt32LE(at + 4) * 0x1_0000_0000 + bytes.readUInt32LE(at);
}

function putName(bytes: Buffer, at: number, name: string, room: number): void {
  const encoded = Buffer.from(name);
  if (encoded.length > room - 1) throw new RangeError(`${name} is too long for a journal's header`);
  bytes[at] = encoded.length;
  bytes.set(encoded, at + 1);
}

function getName(bytes: Buffer, at: number, room: number): string {
  return bytes.toString('utf8', at + 1, at + 1 + Math.min(bytes[at] ?? 0, room - 1));
}
