/**
 * The journal's records as the rest of the house sees them. The bytes are described in JOURNAL.md and made and read
 * by `journal.ts` alone.
 *
 * One journal is a folder of segments `<bootId>-<seq>.crj`; every segment stands alone. Time in a record is
 * CLOCK_MONOTONIC in nanoseconds (as `process.hrtime`), which all processes of one machine share until it reboots;
 * the segment's header and the clock records tie it to the conversation's instants.
 */
import type { ConversationEvent, ParticipantSeat } from '../../server/domain/conversation.ts';

/** Nanoseconds of CLOCK_MONOTONIC. A float64 holds them exactly for 104 days of uptime, then to 2 ns. */
export type MonoNs = number;

/** How monotonic time was tied to the server's instants when a segment was opened. */
export interface ClockAnchor {
  readonly monoNs: MonoNs;
  /** Milliseconds since the Unix epoch by the server's anchored clock. */
  readonly instantMs: number;
}

/** One producer of one participant: a track. `stream` tells it apart within its boot. */
export interface EpochOpen {
  readonly type: 'epoch-open';
  readonly monoNs: MonoNs;
  readonly stream: number;
  readonly seat: ParticipantSeat;
  readonly producerId: string;
  readonly ssrc: number;
  readonly payloadType: number;
  readonly mimeType: string;
  /** Hz. RFC 7587 §4.1: 48,000 for Opus, always. */
  readonly clockRate: number;
  /** As negotiated; the Opus packets themselves say what they are. */
  readonly channels: number;
}

export type JournalRecord =
  | EpochOpen
  | {
      readonly type: 'epoch-close';
      readonly monoNs: MonoNs;
      readonly stream: number;
      readonly reason: string;
    }
  /** A whole RTP packet, header extensions included, stamped at arrival. */
  | { readonly type: 'rtp'; readonly monoNs: MonoNs; readonly stream: number; readonly packet: Uint8Array }
  /** RFC 3550 §6.4.1, the sender's own clock pair: NTP time and the RTP timestamp of the same moment. */
  | {
      readonly type: 'sender-report';
      readonly monoNs: MonoNs;
      readonly stream: number;
      readonly ssrc: number;
      /** Seconds and 2^-32 fractions since 1900. */
      readonly ntpSeconds: number;
      readonly ntpFraction: number;
      readonly rtpTimestamp: number;
      readonly packetCount: number;
      readonly octetCount: number;
    }
  | { readonly type: 'event'; readonly monoNs: MonoNs; readonly event: ConversationEvent }
  /** `instantMs` by the anchored clock; `systemMs` is the raw system clock, to see steps. */
  | { readonly type: 'clock'; readonly monoNs: MonoNs; readonly instantMs: number; readonly systemMs: number }
  /** Packets were dropped by the recorder itself. */
  | {
      readonly type: 'gap';
      readonly monoNs: MonoNs;
      readonly stream: number;
      readonly dropped: number;
      readonly why: 'held' | 'rate' | 'disk' | 'size';
    }
  | { readonly type: 'seal'; readonly monoNs: MonoNs; readonly records: number };

export interface Segment {
  readonly bootId: string;
  readonly seq: number;
  readonly anchor: ClockAnchor;
  readonly sealed: boolean;
  /** Bytes that could not be read and were skipped to the next good record. */
  readonly skippedBytes: number;
  readonly records: readonly JournalRecord[];
}
