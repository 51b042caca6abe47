/**
 * How well one device and the server reach each other, judged from what is measured. It knows neither seats nor who is
 * told. Measures are scores as mediasoup has them: 10 · (share of packets that arrived, mended ones too)⁴.
 */
import type { Connection } from '../../server/app/ports.ts';

export interface ConnectionFacts {
  /** Of each transport that the device has. `gone`: its packets stopped answering, or its keys are void. */
  readonly transports: readonly ('new' | 'open' | 'gone')[];
  /** Of its sound as it arrives here; null: it sends none, or none has arrived yet. */
  readonly sends: number | null;
  /** Of the other's sound as it arrives there, where that is not the other's fault; null: none is played. */
  readonly receives: number | null;
  /** A picture of it certainly arrives. */
  readonly pictured: boolean;
}

/** A loss of 12 %: what Opus does not hide any more. */
const WEAK_AT = 6;
/** A loss of 5 %. */
const GOOD_AT = 8;
/** Nothing arrives any more. */
const NOTHING_COMES = 0;

/** Between the two thresholds it stays what it was, so that nobody is told of every hiccup. */
export function judge(facts: ConnectionFacts, before: Connection): Connection {
  const { transports, sends, receives, pictured } = facts;
  if (transports.includes('gone')) return 'lost';
  if (!transports.includes('open')) return 'unknown';
  if (sends === NOTHING_COMES && !pictured) return 'lost';
  // Where a picture comes and sound does not, the microphone is at fault.
  const worst = Math.min(sends === NOTHING_COMES ? 10 : (sends ?? 10), receives ?? 10);
  if (worst <= WEAK_AT) return 'weak';
  return worst < GOOD_AT && before === 'weak' ? 'weak' : 'good';
}

/** Whether what is lost on the way to another was lost before it came here. */
export const isSentWell = (score: number | null): boolean => score === null || score >= GOOD_AT;

/** @param lostShare 0 to 1. Never 0, which means that nothing comes at all. */
export const scoreOfLoss = (lostShare: number): number => Math.max(0.1, 10 * (1 - lostShare) ** 4);

/** 5 s of sound in packets of 20 ms. */
const WINDOW_PACKETS = 250;
/** A jump of more than a minute is another stream, and no loss. */
const LONGEST_GAP_PACKETS = 3_000;
/** Sound comes without pauses (DTX is off), so this much of nothing is noticed within twice the time. */
const SILENCE_MS = 2_000;

export interface LossMeter {
  packet(rtp: Uint8Array): void;
  /** Nothing need come any more, and what comes next need not follow what came before. */
  reset(): void;
}

/**
 * Counts what is missing in a stream of RTP packets; what came late or mended is not. mediasoup's own score is an
 * average over minutes, and does not notice that a sound has stopped; this one knows within seconds.
 */
export function createLossMeter(onMeasured: (score: number) => void): LossMeter {
  let base: number | null = null;
  let highest = 0;
  let received = 0;
  let heard = false;
  let silent = false;
  let watch: NodeJS.Timeout | null = null;

  function look(): void {
    silent = !heard;
    heard = false;
    watch = silent ? null : setTimeout(look, SILENCE_MS).unref();
    if (silent) onMeasured(NOTHING_COMES);
  }

  return {
    packet(rtp) {
      heard = true;
      watch ??= setTimeout(look, SILENCE_MS).unref();
      if (silent) {
        silent = false;
        base = null;
        onMeasured(10);
      }
      // RFC 3550 §5.1: the sequence number is in bytes 2 and 3.
      const sequence = ((rtp[2] ?? 0) << 8) | (rtp[3] ?? 0);
      if (base === null) {
        base = sequence;
        highest = sequence;
        received = 0;
        return;
      }
      // The shortest way round the 16 bits.
      const ahead = ((sequence - highest + 0x8000) & 0xffff) - 0x8000;
      if (Math.abs(ahead) > LONGEST_GAP_PACKETS) {
        base = null;
        return;
      }
      received += 1;
      if (ahead > 0) highest += ahead;
      const expected = highest - base;
      if (expected < WINDOW_PACKETS) return;
      onMeasured(scoreOfLoss(Math.max(0, 1 - received / expected)));
      base = highest;
      received = 0;
    },
    reset() {
      base = null;
      silent = false;
      if (watch !== null) clearTimeout(watch);
      watch = null;
    },
  };
}
