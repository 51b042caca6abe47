/** Measures that a few wild values do not move. Pure. */

/** The lower one of two middles; null of nothing. */
export function median(values: readonly number[]): number | null {
  return percentile(values, 0.5);
}

/** By nearest rank: always one of the values. Null of nothing. */
export function percentile(values: readonly number[], part: number): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? null;
}

/** The mean without the lowest and the highest tenth. Null of nothing. */
export function middleMean(values: readonly number[]): number | null {
  const cut = Math.floor(values.length / 10);
  const middle = values.toSorted((one, other) => one - other).slice(cut, values.length - cut);
  return middle.length === 0 ? null : middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

export interface Point {
  readonly at: number;
  readonly value: number;
}

/**
 * How fast `value` grows with `at`: the median over pairs `lag` places apart (after Theil and Sen). Bursts and steps
 * shorter than half of all pairs do not move it. Null where there is no pair.
 */
export function robustSlope(points: readonly Point[], lag: number): number | null {
  const slopes: number[] = [];
  for (let index = 0; index + lag < points.length; index += 1) {
    const one = points[index];
    const other = points[index + lag];
    if (one === undefined || other === undefined || other.at <= one.at) continue;
    slopes.push((other.value - one.value) / (other.at - one.at));
  }
  return median(slopes);
}
