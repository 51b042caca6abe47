/**
 * How well one device and the server reach each other, judged from what mediasoup measures. It knows neither seats nor
 * who is told.
 */
import type { Connection } from '../../server/app/ports.ts';

export interface ConnectionFacts {
  /** Of each transport that the device has. `gone`: its packets stopped answering, or its keys are void. */
  readonly transports: readonly ('new' | 'open' | 'gone')[];
  /** mediasoup's score of its sound as it arrives here; null: it sends none, or none has arrived yet. */
  readonly sends: number | null;
  /** mediasoup's score of the other's sound as it arrives there, where that is not the other's fault. */
  readonly receives: number | null;
  /** A picture of it arrives. */
  readonly pictured: boolean;
}

/**
 * mediasoup's scores are 10 · (share of packets that arrived, mended ones too)⁴, averaged over the last reports:
 * 6 is a loss of 12 %, which Opus does not hide any more; 8 is one of 5 %.
 */
const WEAK_AT = 6;
const GOOD_AT = 8;
/** mediasoup's score for a stream of which nothing has come for 1.5 s. */
const NOTHING_COMES = 0;

/** Between the two thresholds it stays what it was, so that nobody is told of every hiccup. */
export function judge(facts: ConnectionFacts, before: Connection): Connection {
  const { transports, sends, receives, pictured } = facts;
  if (transports.includes('gone')) return 'lost';
  if (!transports.includes('open')) return 'unknown';
  if (sends === NOTHING_COMES && !pictured) return 'lost';
  const worst = Math.min(sends ?? 10, receives ?? 10);
  if (worst <= WEAK_AT) return 'weak';
  return worst < GOOD_AT && before === 'weak' ? 'weak' : 'good';
}
