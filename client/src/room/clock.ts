/**
 * The server's clock, as well as it can be known here. Each reading bounds the offset by half its round trip; the
 * quickest recent one bounds it best. It does not know what the time is used for.
 */

export interface Reading {
  /** Local clock, milliseconds, when the question left and when the answer came. */
  readonly sentAt: number;
  readonly receivedAt: number;
  /** What the server's clock said. */
  readonly serverNow: number;
}

/** Older readings say less: two ordinary quartz clocks part by up to 30 ms in five minutes. */
const TRUST_FOR_MS = 5 * 60_000;

const roundTrip = (reading: Reading): number => reading.receivedAt - reading.sentAt;

/** Offset to add to the local clock, from the reading with the smallest round trip; null without readings. */
export function bestOffset(readings: readonly Reading[]): number | null {
  const best = readings.reduce<Reading | null>(
    (least, reading) => (least === null || roundTrip(reading) < roundTrip(least) ? reading : least),
    null,
  );
  return best === null ? null : best.serverNow - (best.sentAt + best.receivedAt) / 2;
}

export interface ServerClock {
  /** Milliseconds since the epoch by the server's clock. */
  now(): number;
  /** A notice said what the time was when it left; good until something better is known. */
  hint(serverNow: number): void;
  note(reading: Reading): void;
  /** The local clock may have jumped (sleep, another server): measure from scratch. */
  forget(): void;
  /** The clock readings are taken by. */
  local(): number;
}

/** Does not step when the device's wall clock is set. */
const monotonic = (): number => performance.timeOrigin + performance.now();

export function createServerClock(local: () => number = monotonic): ServerClock {
  let readings: Reading[] = [];
  let offset = 0;
  return {
    local,
    now: () => local() + offset,
    hint(serverNow) {
      if (readings.length === 0) offset = serverNow - local();
    },
    note(reading) {
      readings = [...readings, reading].filter(
        ({ receivedAt }) => reading.receivedAt - receivedAt <= TRUST_FOR_MS,
      );
      offset = bestOffset(readings) ?? offset;
    },
    forget() {
      readings = [];
    },
  };
}
