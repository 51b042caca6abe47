import type { Millis } from '../domain/conversation.ts';
import type { Clock } from '../app/ports.ts';

/** A bucket of `burst` tokens that fills at `perSecond`. `take` says whether there was one. */
export function createRate(o: {
  readonly clock: Clock;
  readonly perSecond: number;
  readonly burst: number;
}): { take(): boolean } {
  let tokens = o.burst;
  let filledAt: Millis = o.clock.now();
  return {
    take() {
      const now = o.clock.now();
      tokens = Math.min(o.burst, tokens + (Math.max(0, now - filledAt) / 1000) * o.perSecond);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
