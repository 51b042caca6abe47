/** Makes a flickering fact fit to be shown: it must last before it appears, and then stays for a while. Pure. */
export interface Calm<T> {
  readonly shown: T | null;
  /** Since when `shown` is shown. */
  readonly since: number;
  /** What would be shown next, and since when it is so. */
  readonly next: T | null;
  readonly nextSince: number;
}

export interface Patience {
  /** How long something must be so before it is shown. */
  readonly afterMs: number;
  /** How long something is shown at least. */
  readonly atLeastMs: number;
}

export const nothingYet = <T>(now: number): Calm<T> => ({
  shown: null,
  since: now,
  next: null,
  nextSince: now,
});

/** The state after it was `is` at `now`. To be asked again as time passes. */
export function calmed<T extends string>(
  before: Calm<T>,
  is: T | null,
  now: number,
  { afterMs, atLeastMs }: Patience,
): Calm<T> {
  const after = before.next === is ? before : { ...before, next: is, nextSince: now };
  if (after.shown === is) return after;
  const shownLongEnough = after.shown === null || now - after.since >= atLeastMs;
  const lastedLongEnough = is === null || now - after.nextSince >= afterMs;
  return shownLongEnough && lastedLongEnough ? { ...after, shown: is, since: now } : after;
}
