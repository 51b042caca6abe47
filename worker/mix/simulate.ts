/**
 * Speakers whose truth is known, for tests and measurements: packets with arrival times, sender reports and every fault
 * a network or a browser has, as journal records. Deterministic. Nothing of the product imports it.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import type { ParticipantSeat } from '../../server/domain/conversation.ts';
import type { ClockAnchor } from '../recording/journal-format.ts';
import { openJournal, type NewRecord } from '../recording/journal.ts';
import { SAMPLE_RATE } from './opus.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Times are seconds on the timeline. */
export interface Speaker {
  readonly seat: ParticipantSeat;
  readonly stream: number;
  /** When its track sends. */
  readonly from: number;
  readonly to: number;
  /** Parts per million by which the sound card is fast. */
  readonly skewPpm?: number;
  /** Of the path, without jitter. */
  readonly delay?: (at: number) => number;
  /** The most that chance adds to the delay of a packet. */
  readonly jitterSeconds?: number;
  /** Capture stands still, the counter with it. */
  readonly stalls?: readonly Span[];
  /** Nothing is sent, the counter runs, sequence numbers do not. */
  readonly mutes?: readonly Span[];
  readonly isLost?: (packet: number, at: number) => boolean;
  /** Seconds by which a packet comes later than the others: a retransmission. */
  readonly late?: (packet: number, at: number) => number;
  readonly isDouble?: (packet: number) => boolean;
  readonly firstSeq?: number;
  readonly firstTimestamp?: number;
  /** Null: none are sent. */
  readonly reports?: {
    readonly noiseSeconds?: number;
    /** The sender's own clock: its error at t = 0, how fast it is, and when somebody sets it. */
    readonly clockError?: number;
    readonly clockPpm?: number;
    readonly clockSet?: { readonly at: number; readonly by: number };
  } | null;
  /** Of each packet; default: a full-band frame of 20 ms that holds nothing. */
  readonly payloads?: readonly Uint8Array[];
  readonly frameSamples?: number;
  readonly seed?: number;
}

/** Instants of the simulated server; far from 0, as in life. */
export const STARTED_AT = 1_790_000_000_123;
export const ANCHOR: ClockAnchor = { monoNs: 86_400e9, instantMs: STARTED_AT - 7_000 };

export function monoNsAt(seconds: number): number {
  return Math.round(ANCHOR.monoNs + (seconds * 1000 + STARTED_AT - ANCHOR.instantMs) * 1e6);
}

/** Seeded; Math.random would make a failure that never comes back. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const EMPTY_FRAME = Uint8Array.of(0xf8, 0xff, 0xfe);
/** RFC 5905: seconds from 1900 to 1970. */
const NTP_OF_1970 = 2_208_988_800;

/** When the speaker's sample `n` (counted from its first) was captured. */
export function capturedAt(speaker: Speaker, n: number): number {
  let at = speaker.from + n / (SAMPLE_RATE * (1 + (speaker.skewPpm ?? 0) * 1e-6));
  for (const stall of speaker.stalls ?? []) if (at > stall.from + 1e-9) at += stall.to - stall.from;
  return at;
}

/** The journal's records of one speaker's track, in order of arrival. */
export function simulate(speaker: Speaker): readonly NewRecord[] {
  const random = createRandom(speaker.seed ?? 1);
  const { seat, stream } = speaker;
  const frameSamples = speaker.frameSamples ?? 960;
  const firstSeq = speaker.firstSeq ?? 1000;
  const firstTimestamp = speaker.firstTimestamp ?? 500_000;
  const delayAt = (at: number): number =>
    (speaker.delay?.(at) ?? 0.03) + (speaker.jitterSeconds ?? 0) * random() ** 3;
  const records: NewRecord[] = [];
  const sent: { readonly at: number; readonly n: number }[] = [];

  let seq = firstSeq;
  for (let packet = 0; ; packet += 1) {
    const n = packet * frameSamples;
    // A frame is whole when its last sample is; a stall lies between frames.
    const at = capturedAt(speaker, n) + (capturedAt({ ...speaker, stalls: [] }, frameSamples) - speaker.from);
    if (at > speaker.to) break;
    sent.push({ at, n: n + frameSamples });
    if (speaker.mutes?.some(({ from, to }) => at >= from && at < to)) continue;
    const payload = speaker.payloads === undefined ? EMPTY_FRAME : speaker.payloads[packet];
    if (payload === undefined) break;
    const bytes = rtpPacket(seq, firstTimestamp + n, payload, stream);
    seq += 1;
    if (speaker.isLost?.(packet, at)) continue;
    const arrived = at + delayAt(at) + (speaker.late?.(packet, at) ?? 0);
    records.push({ type: 'rtp', monoNs: monoNsAt(arrived), stream, packet: bytes });
    if (speaker.isDouble?.(packet)) {
      records.push({ type: 'rtp', monoNs: monoNsAt(arrived + 0.05), stream, packet: bytes });
    }
  }

  const { reports } = speaker;
  let last = 0;
  for (let at = speaker.from + 1; reports !== null && at < speaker.to; at += 2.6 + 4.6 * random()) {
    while ((sent[last + 1]?.at ?? Number.POSITIVE_INFINITY) <= at) last += 1;
    const newest = sent[last];
    if (newest === undefined) break;
    const set = reports?.clockSet;
    const error = (reports?.clockError ?? 0) + (set !== undefined && at >= set.at ? set.by : 0);
    const ntp = at + error + at * (reports?.clockPpm ?? 0) * 1e-6;
    // As browsers do: on from the last captured frame by the time that has passed, stalled or not.
    const counter = newest.n + (at - newest.at) * SAMPLE_RATE;
    const noisy = counter + (reports?.noiseSeconds ?? 0.0006) * (2 * random() - 1) * SAMPLE_RATE;
    const seconds = STARTED_AT / 1000 + NTP_OF_1970 + ntp;
    records.push({
      type: 'sender-report',
      monoNs: monoNsAt(at + delayAt(at)),
      stream,
      ssrc: stream,
      packetCount: last,
      octetCount: 0,
      ntpSeconds: Math.floor(seconds),
      ntpFraction: Math.floor((seconds % 1) * 2 ** 32),
      rtpTimestamp: (firstTimestamp + Math.round(noisy)) % 2 ** 32,
    });
  }
  records.sort((one, other) => one.monoNs - other.monoNs);

  return [
    {
      type: 'epoch-open',
      monoNs: monoNsAt(speaker.from),
      stream,
      seat,
      producerId: `producer-${stream}`,
      ssrc: stream,
      payloadType: 111,
      mimeType: 'audio/opus',
      clockRate: 48_000,
      channels: 2,
    },
    ...records,
    { type: 'epoch-close', monoNs: monoNsAt(speaker.to + 0.2), stream, reason: 'closed' },
  ];
}

function rtpPacket(seq: number, timestamp: number, payload: Uint8Array, ssrc: number): Uint8Array {
  const bytes = new Uint8Array(12 + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 0x80);
  view.setUint8(1, 111);
  view.setUint16(2, seq % 2 ** 16);
  view.setUint32(4, timestamp % 2 ** 32);
  view.setUint32(8, ssrc);
  bytes.set(payload, 12);
  return bytes;
}

/** Writes records through the real journal, as one boot. */
export async function writeJournal(
  folder: string,
  records: readonly NewRecord[],
  o: { readonly conversationId: string; readonly bootId: string },
): Promise<void> {
  const ordered = records.toSorted((one, other) => one.monoNs - other.monoNs);
  let now = ordered[0]?.monoNs ?? ANCHOR.monoNs;
  let tick = (): void => undefined;
  const journal = openJournal({
    folder,
    anchor: ANCHOR,
    ...o,
    now: () => now,
    systemMs: () => STARTED_AT,
    every(_periodMs, run) {
      tick = run;
      return () => undefined;
    },
    limits: { reserveBytes: 64 * 1024 },
  });
  await journal.durable();
  for (const [index, record] of ordered.entries()) {
    now = record.monoNs;
    if (record.type === 'rtp') journal.rtp(record.stream, record.monoNs, record.packet);
    else journal.append(record);
    if (index % 2000 === 1999) {
      tick();
      await journal.durable();
    }
  }
  await journal.close();
}

/** A short sweep from 500 to 3,500 Hz, 0 outside of its 50 ms; its place can be found to a fraction of a sample. */
export function chirp(at: number): number {
  const seconds = 0.05;
  if (at < 0 || at >= seconds) return 0;
  const phase = 2 * Math.PI * (500 * at + (3000 / (2 * seconds)) * at * at);
  return 0.5 * Math.sin(phase) * Math.sin((Math.PI * at) / seconds) ** 2;
}

/** What a speaker's sound card captures of `sound`, a function of time on the timeline; until `speaker.to`. */
export function capture(speaker: Speaker, sound: (at: number) => number): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(Math.ceil((speaker.to - speaker.from + 1) * SAMPLE_RATE));
  for (let n = 0; n < samples.length; n += 1) samples[n] = sound(capturedAt(speaker, n));
  return samples;
}

/** Opus packets of mono sound at 48 kHz, 20 ms each, by libopus. Sound lies 312 samples behind its place in them. */
export async function encodeOpus(
  samples: Float32Array<ArrayBuffer>,
  o: { readonly ffmpegBin: string; readonly application?: 'voip' | 'audio'; readonly kbit?: number },
): Promise<readonly Uint8Array[]> {
  const ffmpeg = spawn(
    o.ffmpegBin,
    [
      '-hide_banner',
      '-loglevel',
      'error',
      '-f',
      'f32le',
      '-ar',
      '48000',
      '-ac',
      '1',
      '-i',
      'pipe:0',
      '-c:a',
      'libopus',
      '-b:a',
      `${o.kbit ?? 48}k`,
      '-application',
      o.application ?? 'voip',
      '-frame_duration',
      '20',
      '-f',
      'ogg',
      'pipe:1',
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(ffmpeg, 'close');
  ffmpeg.stdin.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  const ogg = await buffer(ffmpeg.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`ffmpeg could not encode Opus: code ${String(code)}`);
  // The first two packets are headers (RFC 7845 §3).
  return oggPackets(ogg).slice(2);
}

/** RFC 3533 §6: packets are cut into segments of 255 bytes, a shorter one ends a packet. */
function oggPackets(ogg: Buffer): readonly Uint8Array[] {
  const packets: Uint8Array[] = [];
  let open: Buffer[] = [];
  let at = 0;
  while (at + 27 <= ogg.length && ogg.toString('latin1', at, at + 4) === 'OggS') {
    const segments = ogg.readUInt8(at + 26);
    let from = at + 27 + segments;
    for (let segment = 0; segment < segments; segment += 1) {
      const length = ogg.readUInt8(at + 27 + segment);
      open.push(ogg.subarray(from, from + length));
      from += length;
      if (length === 255) continue;
      packets.push(new Uint8Array(Buffer.concat(open)));
      open = [];
    }
    at = from;
  }
  return packets;
}
