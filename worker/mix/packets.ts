/**
 * From journal records to tracks: packets of one producer in the order in which they were sent, counters unwrapped,
 * doubles gone, arrival on the conversation's timeline. Pure. It does not know what the sender's clock is worth:
 * `align.ts` does.
 */
import type { ParticipantSeat } from '../../server/domain/conversation.ts';
import type { ClockAnchor, EpochOpen, JournalRecord, Segment } from '../recording/journal-format.ts';
import { packetSamples } from './opus.ts';
import { median } from './statistics.ts';

/** The recorder itself did not write packets. */
export interface Dropped {
  /** Seconds on the timeline. */
  readonly at: number;
  readonly why: 'held' | 'rate' | 'disk' | 'size';
}

/** The sender's two clocks at one moment (RFC 3550 §6.4.1). */
export interface SenderReport {
  /** When it arrived, in seconds on the timeline. */
  readonly at: number;
  /** Its RTP timestamp, unwrapped like those of the packets. */
  readonly timestamp: number;
  /** Its NTP time in seconds since 1900. */
  readonly ntp: number;
}

/** What alignment needs of a track. Columns of one length, in the order of sequence numbers. */
export interface TrackTimes {
  readonly count: number;
  /** Sequence numbers, unwrapped. */
  readonly seq: Float64Array;
  /** RTP timestamps in samples at 48 kHz, unwrapped. */
  readonly timestamp: Float64Array;
  /** Length in samples, from the packet's own table of contents. */
  readonly samples: Uint16Array;
  /** Seconds on the timeline. */
  readonly arrival: Float64Array;
  readonly reports: readonly SenderReport[];
}

/** One producer's sound. */
export interface Track extends TrackTimes {
  readonly seat: ParticipantSeat;
  readonly bootId: string;
  readonly producerId: string;
  /** Seconds on the timeline; null where the journal does not say. */
  readonly openedAt: number;
  readonly closedAt: number | null;
  readonly dropped: readonly Dropped[];
  /** Packets that came twice, and packets that hold no Opus. */
  readonly duplicates: number;
  readonly invalid: number;
  /** A view; the bytes are kept once. */
  payload(index: number): Uint8Array;
}

export interface Collected {
  /** In the order in which they were opened. */
  readonly tracks: readonly Track[];
  readonly segments: number;
  /** Bytes of the journal that could not be read. */
  readonly skippedBytes: number;
  /** Packets whose track is not known. */
  readonly strayPackets: number;
  /** When anything last was written, in seconds on the timeline; null for an empty journal. */
  readonly lastRecordAt: number | null;
}

export interface PacketCollector {
  /** Copies what it keeps. */
  add(segment: Segment): void;
  collect(startedAt: number): Collected;
}

/** RFC 3550 §5.1. Null where it is no RTP packet or carries nothing. */
export function parseRtp(packet: Uint8Array): {
  readonly payloadType: number;
  readonly seq: number;
  readonly timestamp: number;
  readonly payload: Uint8Array;
} | null {
  if (packet.length < 12) return null;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.length);
  const first = view.getUint8(0);
  if (first >> 6 !== 2) return null;
  let from = 12 + 4 * (first & 0x0f);
  if ((first & 0x10) !== 0) {
    if (packet.length < from + 4) return null;
    from += 4 + 4 * view.getUint16(from + 2);
  }
  let to = packet.length;
  if ((first & 0x20) !== 0) to -= view.getUint8(packet.length - 1);
  if (to <= from) return null;
  return {
    payloadType: view.getUint8(1) & 0x7f,
    seq: view.getUint16(2),
    timestamp: view.getUint32(4),
    payload: packet.subarray(from, to),
  };
}

/** The number nearest to `near` that equals `value` modulo 2^bits. */
export function unwrap(value: number, near: number, bits: 16 | 32): number {
  const cycle = 2 ** bits;
  return value + cycle * Math.round((near - value) / cycle);
}

/** After so long nothing is sent again: a smaller sequence number is a later one. */
const NO_RETRANSMISSION_AFTER_NS = 60e9;

/** One row a packet, in order of arrival; typed, since an hour has hundreds of thousands. */
interface Columns {
  count: number;
  seq: Float64Array;
  timestamp: Float64Array;
  samples: Uint16Array;
  monoNs: Float64Array;
  segment: Uint16Array;
  payloadAt: Uint32Array;
  payloadBytes: Uint16Array;
}

const FIRST_ROWS = 1024;

interface OpenTrack {
  readonly open: EpochOpen;
  readonly bootId: string;
  readonly openedIn: number;
  closed: { readonly segment: number; readonly monoNs: number } | null;
  readonly columns: Columns;
  readonly reports: { monoNs: number; segment: number; timestamp: number; ntp: number }[];
  readonly dropped: { monoNs: number; segment: number; why: Dropped['why'] }[];
  invalid: number;
  /** The packet with the highest sequence number so far; what comes is unwrapped near it. */
  newest: { seq: number; timestamp: number; monoNs: number } | null;
}

const CHUNK_BYTES = 1 << 20;

export function createPacketCollector(): PacketCollector {
  const tracks = new Map<string, OpenTrack>();
  const segments: { bootId: string; anchor: ClockAnchor }[] = [];
  const chunks: Uint8Array[] = [];
  let used = CHUNK_BYTES;
  let skippedBytes = 0;
  let strayPackets = 0;
  let last: { segment: number; monoNs: number } | null = null;

  const keep = (payload: Uint8Array): number => {
    if (used + payload.length > CHUNK_BYTES) {
      chunks.push(new Uint8Array(CHUNK_BYTES));
      used = 0;
    }
    chunks.at(-1)?.set(payload, used);
    const at = (chunks.length - 1) * CHUNK_BYTES + used;
    used += payload.length;
    return at;
  };

  const addPacket = (track: OpenTrack, segment: number, monoNs: number, bytes: Uint8Array): void => {
    const packet = parseRtp(bytes);
    const samples = packet === null ? null : packetSamples(packet.payload);
    if (packet === null || samples === null || packet.payloadType !== track.open.payloadType) {
      track.invalid += 1;
      return;
    }
    const { newest } = track;
    let seq = packet.seq;
    let timestamp = packet.timestamp;
    if (newest !== null) {
      timestamp = unwrap(packet.timestamp, newest.timestamp, 32);
      seq = unwrap(packet.seq, newest.seq, 16);
      if (seq <= newest.seq && monoNs - newest.monoNs > NO_RETRANSMISSION_AFTER_NS) seq += 2 ** 16;
    }
    if (newest === null || seq > newest.seq) track.newest = { seq, timestamp, monoNs };
    const { columns } = track;
    if (columns.count === columns.seq.length) grow(columns);
    const row = columns.count;
    columns.seq[row] = seq;
    columns.timestamp[row] = timestamp;
    columns.samples[row] = samples;
    columns.monoNs[row] = monoNs;
    columns.segment[row] = segment;
    columns.payloadAt[row] = keep(packet.payload);
    columns.payloadBytes[row] = packet.payload.length;
    columns.count += 1;
  };

  const addRecord = (bootId: string, segment: number, record: JournalRecord): void => {
    if (last === null || record.monoNs > last.monoNs || segments[last.segment]?.bootId !== bootId) {
      last = { segment, monoNs: record.monoNs };
    }
    const track = 'stream' in record ? tracks.get(`${bootId} ${record.stream}`) : undefined;
    switch (record.type) {
      case 'epoch-open':
        // Told again at the head of later segments; the first is when it was.
        if (track === undefined && /^audio\/opus$/i.test(record.mimeType)) {
          tracks.set(`${bootId} ${record.stream}`, newTrack(record, bootId, segment));
        }
        break;
      case 'epoch-close':
        if (track !== undefined) track.closed ??= { segment, monoNs: record.monoNs };
        break;
      case 'rtp':
        if (track === undefined) strayPackets += 1;
        else addPacket(track, segment, record.monoNs, record.packet);
        break;
      case 'sender-report':
        track?.reports.push({
          monoNs: record.monoNs,
          segment,
          timestamp: unwrap(record.rtpTimestamp, track.newest?.timestamp ?? record.rtpTimestamp, 32),
          ntp: record.ntpSeconds + record.ntpFraction / 2 ** 32,
        });
        break;
      case 'gap':
        track?.dropped.push({ monoNs: record.monoNs, segment, why: record.why });
        break;
      case 'event':
      case 'clock':
      case 'seal':
        break;
    }
  };

  return {
    add(segment) {
      const index = segments.push({ bootId: segment.bootId, anchor: segment.anchor }) - 1;
      skippedBytes += segment.skippedBytes;
      for (const record of segment.records) addRecord(segment.bootId, index, record);
    },
    collect(startedAt) {
      const secondsAt = timelineClock(segments, startedAt);
      const finished = [...tracks.values()].map((track) => finishTrack(track, chunks, secondsAt));
      return {
        tracks: finished.toSorted((one, other) => one.openedAt - other.openedAt),
        segments: segments.length,
        skippedBytes,
        strayPackets,
        lastRecordAt: last === null ? null : secondsAt(last.segment, last.monoNs),
      };
    },
  };
}

function newTrack(open: EpochOpen, bootId: string, openedIn: number): OpenTrack {
  return {
    open,
    bootId,
    openedIn,
    closed: null,
    columns: {
      count: 0,
      seq: new Float64Array(FIRST_ROWS),
      timestamp: new Float64Array(FIRST_ROWS),
      samples: new Uint16Array(FIRST_ROWS),
      monoNs: new Float64Array(FIRST_ROWS),
      segment: new Uint16Array(FIRST_ROWS),
      payloadAt: new Uint32Array(FIRST_ROWS),
      payloadBytes: new Uint16Array(FIRST_ROWS),
    },
    reports: [],
    dropped: [],
    invalid: 0,
    newest: null,
  };
}

function grow(columns: Columns): void {
  const larger = <T extends Float64Array | Uint32Array | Uint16Array>(column: T, made: T): T => {
    made.set(column);
    return made;
  };
  const rows = 2 * columns.seq.length;
  columns.seq = larger(columns.seq, new Float64Array(rows));
  columns.timestamp = larger(columns.timestamp, new Float64Array(rows));
  columns.samples = larger(columns.samples, new Uint16Array(rows));
  columns.monoNs = larger(columns.monoNs, new Float64Array(rows));
  columns.segment = larger(columns.segment, new Uint16Array(rows));
  columns.payloadAt = larger(columns.payloadAt, new Uint32Array(rows));
  columns.payloadBytes = larger(columns.payloadBytes, new Uint16Array(rows));
}

/** Anchors of one process differ by what rounding did to them; more than this is another clock. */
const SAME_CLOCK_MS = 5;

/**
 * From monotonic time to seconds on the timeline. Each segment has an anchor of its own, but within one boot the two
 * clocks run together: where anchors agree their median counts, so that a segment's edge is no step in the sound.
 */
function timelineClock(
  segments: readonly { readonly bootId: string; readonly anchor: ClockAnchor }[],
  startedAt: number,
): (segment: number, monoNs: number) => number {
  /** Of an instant in ms over monotonic ms; null where the segment's clock was lost. */
  const own = segments.map(({ anchor }) =>
    anchor.instantMs === 0 ? null : anchor.instantMs - anchor.monoNs / 1e6,
  );
  const known = own.filter((offset) => offset !== null);
  const offsets = segments.map((segment, index) => {
    const ofBoot = own
      .filter((_, at) => segments[at]?.bootId === segment.bootId)
      .filter((offset) => offset !== null);
    const mine = own[index] ?? median(ofBoot.length > 0 ? ofBoot : known) ?? 0;
    return median(ofBoot.filter((offset) => Math.abs(offset - mine) <= SAME_CLOCK_MS)) ?? mine;
  });
  return (segment, monoNs) => (monoNs / 1e6 + (offsets[segment] ?? 0) - startedAt) / 1000;
}

function finishTrack(
  track: OpenTrack,
  chunks: readonly Uint8Array[],
  secondsAt: (segment: number, monoNs: number) => number,
): Track {
  const { count, seq, timestamp, samples, monoNs, segment, payloadAt, payloadBytes } = track.columns;
  // In order of sending; of doubles the one that came first.
  const sorted = Uint32Array.from({ length: count }, (_, row) => row).toSorted(
    (one, other) =>
      (seq[one] ?? 0) - (seq[other] ?? 0) || (monoNs[one] ?? 0) - (monoNs[other] ?? 0) || one - other,
  );
  const order = sorted.filter((row, place) => place === 0 || seq[row] !== seq[sorted[place - 1] ?? 0]);
  const reports = track.reports
    .map(({ segment, monoNs: arrived, timestamp, ntp }) => ({
      at: secondsAt(segment, arrived),
      timestamp,
      ntp,
    }))
    .toSorted((one, other) => one.at - other.at || one.ntp - other.ntp)
    .filter((report, place, all) => report.ntp !== all[place - 1]?.ntp);
  return {
    seat: track.open.seat,
    bootId: track.bootId,
    producerId: track.open.producerId,
    openedAt: secondsAt(track.openedIn, track.open.monoNs),
    closedAt: track.closed === null ? null : secondsAt(track.closed.segment, track.closed.monoNs),
    count: order.length,
    seq: Float64Array.from(order, (row) => seq[row] ?? 0),
    timestamp: Float64Array.from(order, (row) => timestamp[row] ?? 0),
    samples: Uint16Array.from(order, (row) => samples[row] ?? 0),
    arrival: Float64Array.from(order, (row) => secondsAt(segment[row] ?? 0, monoNs[row] ?? 0)),
    reports,
    dropped: track.dropped
      .map((dropped) => ({ at: secondsAt(dropped.segment, dropped.monoNs), why: dropped.why }))
      .toSorted((one, other) => one.at - other.at),
    duplicates: count - order.length,
    invalid: track.invalid,
    payload(index) {
      const row = order[index] ?? 0;
      const from = payloadAt[row] ?? 0;
      const within = from % CHUNK_BYTES;
      const chunk = chunks[(from - within) / CHUNK_BYTES];
      return chunk?.subarray(within, within + (payloadBytes[row] ?? 0)) ?? new Uint8Array(0);
    },
  };
}
