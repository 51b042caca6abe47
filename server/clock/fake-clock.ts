import type { Instant, Millis } from '../domain/conversation.ts';
import type { Clock } from '../app/ports.ts';

export interface FakeClock extends Clock {
  /** Moves time and wakes, in order, what is due; between two wakes everything pending in the process settles. */
  advance(by: Millis): Promise<void>;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that stands until a test moves it. */
export function createFakeClock(start: Instant): FakeClock {
  let now = start;
  const waiting = new Map<symbol, { at: Instant; wake: () => void }>();
  return {
    now: () => now,
    wakeAt(at, wake) {
      const key = Symbol('wake');
      waiting.set(key, { at, wake });
      return () => waiting.delete(key);
    },
    async advance(by) {
      const until = now + by;
      for (;;) {
        await settled();
        const next = [...waiting].toSorted(([, x], [, y]) => x.at - y.at)[0];
        if (next === undefined || next[1].at > until) break;
        const [key, { at, wake }] = next;
        waiting.delete(key);
        now = Math.max(now, at);
        wake();
      }
      now = until;
      await settled();
    },
  };
}
