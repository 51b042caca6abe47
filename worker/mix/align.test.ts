import { describe, expect, it, vi } from 'vitest';
import { align, positionOf, secondsOf, type TrackAlignment } from './align.ts';
import { createPacketCollector, type Track } from './packets.ts';
import { ANCHOR, capturedAt, createRandom, simulate, STARTED_AT, type Speaker } from './simulate.ts';

/** Fifty minutes are 150,000 packets, and the machine may be busy. */
vi.setConfig({ testTimeout: 60_000 });

const DELAY = 0.03;

function speaker(o: Partial<Speaker>): Speaker {
  return { seat: 'a', stream: 1, from: 0.5, to: 60, ...o };
}

function tracksOf(speakers: readonly Speaker[]): readonly Track[] {
  const collector = createPacketCollector();
  for (const [seq, one] of speakers.entries()) {
    collector.add({
      bootId: 'boot',
      seq,
      anchor: ANCHOR,
      sealed: true,
      skippedBytes: 0,
      records: [...simulate(one)],
    });
  }
  return collector.collect(STARTED_AT).tracks;
}

/** How far off, in ms, each packet is placed from where it was captured, the path's own delay apart. */
function deviations(speaker: Speaker, track: Track, alignment: TrackAlignment): readonly number[] {
  return alignment.pieces.flatMap((piece) =>
    Array.from({ length: piece.to - piece.from }, (_, index) => {
      const position = track.timestamp[piece.from + index] ?? 0;
      const n = position - (speaker.firstTimestamp ?? 500_000);
      return 1000 * (secondsOf(piece, position) - capturedAt(speaker, n) - DELAY);
    }),
  );
}

function worst(deviationsMs: readonly number[]): number {
  return deviationsMs.reduce((most, ms) => Math.max(most, Math.abs(ms)), 0);
}

function alignOne(one: Speaker): {
  readonly worstMs: number;
  readonly alignment: TrackAlignment;
  readonly track: Track;
} {
  const track = tracksOf([one])[0];
  const alignment = track === undefined ? undefined : align([track])[0];
  if (track === undefined || alignment === undefined) throw new Error('no track');
  const worstMs = worst(deviations(one, track, alignment));
  return { worstMs, alignment, track };
}

const some =
  (part: number, seed: number): (() => boolean) =>
  () =>
    createdRandom(seed)() < part;
const streams = new Map<number, () => number>();
function createdRandom(seed: number): () => number {
  const random = streams.get(seed) ?? createRandom(seed);
  streams.set(seed, random);
  return random;
}

describe('one clean track', () => {
  it('is placed to a tenth of a millisecond, jitter or not', () => {
    const { worstMs, alignment } = alignOne(speaker({ jitterSeconds: 0.04 }));
    expect(worstMs).toBeLessThan(0.1);
    expect(alignment).toMatchObject({
      skewPpm: 0,
      skewFrom: 'none',
      usedSenderReports: true,
      stalls: [],
      confidence: 'good',
    });
    expect(alignment.pieces).toHaveLength(1);
  });

  it.each([100, -100, 500])('of %i ppm has its skew found and taken out', (skewPpm) => {
    const { worstMs, alignment } = alignOne(speaker({ to: 1500, skewPpm, jitterSeconds: 0.03 }));
    expect(alignment.skewFrom).toBe('own');
    expect(Math.abs(alignment.skewPpm - skewPpm)).toBeLessThan(0.5);
    expect(worstMs).toBeLessThan(0.3);
  });

  it('crosses both wraps without notice', () => {
    const { worstMs, alignment, track } = alignOne(
      speaker({ firstSeq: 65_500, firstTimestamp: 2 ** 32 - 48_000, to: 120 }),
    );
    expect(alignment.pieces).toEqual([
      { from: 0, to: track.count, offset: expect.any(Number) as number, drift: 0, after: 'nothing' },
    ]);
    expect(worstMs).toBeLessThan(0.1);
  });

  it('is read back as it was written: position and second are inverse', () => {
    const piece = { offset: -89_000.25, drift: -6e-5 };
    expect(positionOf(piece, secondsOf(piece, 4_295_000_000))).toBeCloseTo(4_295_000_000, 3);
  });

  it('is poor in confidence where there is less than two seconds of it', () => {
    expect(alignOne(speaker({ to: 1.5 })).alignment.confidence).toBe('poor');
  });
});

describe('a bad path', () => {
  it('with loss, retransmissions, doubles, bursts and a busy server moves nothing', () => {
    const { worstMs, alignment, track } = alignOne(
      speaker({
        to: 900,
        skewPpm: 60,
        jitterSeconds: 0.05,
        isLost: some(0.012, 1),
        isDouble: some(0.01, 2),
        late(_, at) {
          // A server that did nothing for 1.2 s, a minute of a full queue, and retransmissions.
          if (at > 300 && at < 301.2) return 301.2 - at;
          if (at > 400 && at < 460) return 0.25;
          return createdRandom(3)() < 0.01 ? 0.1 + 0.1 * createdRandom(3)() : 0;
        },
      }),
    );
    expect(track.duplicates).toBeGreaterThan(300);
    expect(alignment.stalls).toEqual([]);
    expect(worstMs).toBeLessThan(1);
  });

  it('that gets longer for good is no stall, when the sender reports', () => {
    const longer = speaker({
      to: 900,
      delay: (at) => (at > 600 ? DELAY + 0.08 : DELAY),
      jitterSeconds: 0.01,
    });
    const { worstMs, alignment } = alignOne(longer);
    expect(alignment.stalls).toEqual([]);
    expect(worstMs).toBeLessThan(1);
  });

  it('that gets longer for good is taken for a stall without reports, and said to be a guess', () => {
    const { worstMs, alignment } = alignOne(
      speaker({ to: 900, delay: (at) => (at > 600 ? DELAY + 0.08 : DELAY), reports: null }),
    );
    expect(alignment).toMatchObject({ usedSenderReports: false, confidence: 'poor' });
    expect(alignment.stalls.map(({ from }) => from)).toEqual(['arrival']);
    expect(worstMs).toBeLessThan(120);
  });
});

describe('a sender that stands still', () => {
  it('is found by its reports, to the packet and to a millisecond', () => {
    const stalls = [
      { from: 20.02, to: 32.02 },
      { from: 90, to: 90.1 },
    ];
    const { worstMs, alignment } = alignOne(speaker({ to: 180, stalls, jitterSeconds: 0.02 }));
    expect(alignment.stalls.map(({ from, seconds }) => [from, Math.round(seconds * 1000) / 1000])).toEqual([
      ['sender-reports', expect.closeTo(12, 2) as number],
      ['sender-reports', expect.closeTo(0.1, 2) as number],
    ]);
    expect(alignment.pieces.map(({ after }) => after)).toEqual(['nothing', 'stall', 'stall']);
    expect(worstMs).toBeLessThan(2);
  });

  it('twice between two reports is found twice', () => {
    const stalls = [
      { from: 40, to: 41 },
      { from: 42, to: 42.5 },
    ];
    const { worstMs, alignment } = alignOne(speaker({ to: 120, stalls, jitterSeconds: 0.005 }));
    expect(alignment.stalls).toHaveLength(2);
    expect(worstMs).toBeLessThan(5);
  });

  it('while its sound card is off by 100 ppm is placed within 5 ms over 50 minutes, noisy reports or not', () => {
    const stalls = [
      { from: 600, to: 602.3 },
      { from: 1800, to: 1830 },
    ];
    const base = { to: 3000, stalls, skewPpm: -100, jitterSeconds: 0.03 };
    expect(alignOne(speaker(base)).worstMs).toBeLessThan(1);
    // Firefox: 16 ms from end to end.
    expect(
      alignOne(speaker({ ...base, reports: { noiseSeconds: 0.008, clockPpm: 30 } })).worstMs,
    ).toBeLessThan(5);
  });

  it('is found by arrival where no report comes after it, and without any', () => {
    const late = alignOne(speaker({ to: 40, stalls: [{ from: 33, to: 37 }], seed: 4 }));
    expect(late.worstMs).toBeLessThan(5);
    const mute = alignOne(speaker({ to: 60, stalls: [{ from: 20, to: 24 }], reports: null }));
    expect(mute.alignment.stalls).toMatchObject([{ from: 'arrival' }]);
    expect(mute.worstMs).toBeLessThan(1);
  });

  it('is no sender whose wall clock was set', () => {
    const { worstMs, alignment } = alignOne(speaker({ to: 120, reports: { clockSet: { at: 60, by: 3 } } }));
    expect(alignment).toMatchObject({ stalls: [], senderClockStepped: true });
    expect(worstMs).toBeLessThan(0.1);
  });
});

describe('a muted sender', () => {
  it('keeps its place when its counter ran on', () => {
    const { worstMs, alignment } = alignOne(speaker({ to: 120, mutes: [{ from: 30, to: 60 }] }));
    expect(alignment.stalls).toEqual([]);
    expect(worstMs).toBeLessThan(0.1);
  });
});

describe('a counter that is set anew', () => {
  it('begins another piece, placed by its own arrival', () => {
    const one = speaker({ to: 20 });
    const other = speaker({ from: 20, to: 40, firstTimestamp: 90_000_000, firstSeq: 1976, seed: 2 });
    const records = [...simulate(one).slice(0, -1), ...simulate(other).slice(1)];
    const collector = createPacketCollector();
    collector.add({ bootId: 'b', seq: 0, anchor: ANCHOR, sealed: true, skippedBytes: 0, records });
    const [track] = collector.collect(STARTED_AT).tracks;
    if (track === undefined) throw new Error('no track');
    const [alignment] = align([track]);
    expect(alignment?.pieces.map(({ after }) => after)).toEqual(['nothing', 'jump']);
    const second = alignment?.pieces[1];
    expect(second === undefined ? 0 : secondsOf(second, 90_000_000)).toBeCloseTo(20 + DELAY, 3);
  });
});

describe('several tracks of one participant', () => {
  it('short ones borrow the skew of the long one, and its offset by the sender’s own time', () => {
    const own = { skewPpm: 80, reports: { clockError: 4.2, clockPpm: 25 } };
    const long = speaker({ ...own, to: 1200, jitterSeconds: 0.02 });
    // On the same path, but never once without a queue of 6 ms.
    const short = speaker({
      ...own,
      stream: 2,
      from: 1210,
      to: 1300,
      firstTimestamp: 3_000_000_000,
      seed: 7,
      jitterSeconds: 0.02,
      delay: () => DELAY + 0.006,
    });
    const tracks = tracksOf([long, short]);
    const [first, second] = align(tracks);
    expect(second).toMatchObject({ skewFrom: 'borrowed', offsetShared: true });
    expect(second?.skewPpm).toBe(first?.skewPpm);
    const [, track] = tracks;
    if (track === undefined || second === undefined) throw new Error('no track');
    expect(worst(deviations(short, track, second))).toBeLessThan(1.5);
  });

  it('keep their own offsets when the path is another one, or another computer', () => {
    const long = speaker({ to: 600 });
    const relayed = speaker({ stream: 2, from: 610, to: 640, delay: () => DELAY + 0.05 });
    const elsewhere = speaker({ stream: 3, from: 650, to: 680, reports: { clockError: -2 } });
    const alignments = align(tracksOf([long, relayed, elsewhere]));
    expect(alignments.map(({ offsetShared }) => offsetShared)).toEqual([false, false, false]);
  });
});
