/** How far the server's clock is from this process's monotonic one, from readings with their round trips. */

export interface Reading {
  /** `performance.now()` before asking and after the answer, ms. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** What the server said, ms since the epoch, rounded down to a whole one. */
  readonly now: number;
}

export interface Offset {
  /** Add to `performance.now()` to get the server's instant. */
  readonly offsetMs: number;
  /** It may be wrong by so much to either side. */
  readonly uncertaintyMs: number;
}

/**
 * Each reading bounds the offset: the server read its clock after the question was sent and before the answer came,
 * and what it read was less than a millisecond more than what it said. All bounds together leave a narrow interval.
 * Where they contradict each other (a clock runs at another rate) the reading with the shortest round trip decides.
 */
export function offsetOf(readings: readonly Reading[]): Offset {
  if (readings.length === 0) throw new Error('no reading of the clock');
  const bounds = readings.map(({ sentAt, receivedAt, now }) => ({
    least: now - receivedAt,
    most: now + 1 - sentAt,
  }));
  const least = Math.max(...bounds.map((bound) => bound.least));
  const most = Math.min(...bounds.map((bound) => bound.most));
  const { least: low, most: high } =
    least <= most
      ? { least, most }
      : bounds.reduce((best, bound) => (bound.most - bound.least < best.most - best.least ? bound : best));
  return { offsetMs: (low + high) / 2, uncertaintyMs: (high - low) / 2 };
}
