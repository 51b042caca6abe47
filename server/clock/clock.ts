import type { Instant } from '../domain/conversation.ts';
import type { Clock } from '../app/ports.ts';

/** Wall time and CLOCK_MONOTONIC at one moment; other processes of the machine build the same clock from it. */
export interface ClockAnchor {
  readonly instantMs: Instant;
  readonly monoNs: number;
}

/** Node's timers hold at most 2^31 − 1 ms; longer waits go in steps. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const monoNs = (): number => Number(process.hrtime.bigint());

/** Anchors wall time once. From here on only the monotonic clock counts. */
export const anchorNow = (): ClockAnchor => ({ instantMs: Date.now(), monoNs: monoNs() });

export function createClock(anchor: ClockAnchor): Clock {
  const now = (): Instant => Math.floor(anchor.instantMs + (monoNs() - anchor.monoNs) / 1e6);
  return {
    now,
    wakeAt(at, wake) {
      let timer: NodeJS.Timeout;
      const arm = (): void => {
        timer = setTimeout(
          () => {
            if (now() < at) arm();
            else wake();
          },
          Math.min(Math.max(at - now(), 0), LONGEST_TIMER_MS),
        );
      };
      arm();
      return () => clearTimeout(timer);
    },
  };
}
