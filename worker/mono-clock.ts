import type { MonoNs } from './recording/journal-format.ts';

/**
 * CLOCK_MONOTONIC without a BigInt for every packet: `performance.now()` is the same clock from another beginning.
 */
export function createMonoClock(): () => MonoNs {
  // A scheduler's pause between the two readings would shift the clock: the least of several has none.
  let offset = Infinity;
  for (let turn = 0; turn < 16; turn += 1) {
    const since = performance.now() * 1e6;
    offset = Math.min(offset, Number(process.hrtime.bigint()) - since);
  }
  return () => performance.now() * 1e6 + offset;
}
