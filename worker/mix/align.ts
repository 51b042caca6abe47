/**
 * Three clocks into one timeline: the sender's sample counter (RTP timestamps), the sender's own time (its reports) and
 * the server's (arrival). Pure; one participant at a time.
 *
 * What is common is the server's clock: what the room heard, when. A packet arrives at best when its last sample had
 * been spoken, plus a delay that nobody can observe and that does no harm while it is constant; so the line under all
 * arrivals, the minimum-delay envelope, is the map from sample counter to server time, and nothing that comes late
 * (jitter, bursts, retransmissions, a server that was busy) moves it. It is never anchored anew per packet. Two things
 * bend it: a sound card that runs fast or slow (drift, a slope), and a sender whose counter stood still while time went
 * on (a stall: microphone taken away, track replaced by nothing), which must become silence. Arrival alone cannot tell
 * a stall from a longer path; the sender's reports can, since they hold its counter against its own time.
 */
import { SAMPLE_RATE } from './opus.ts';
import type { TrackTimes } from './packets.ts';
import { median, middleMean, percentile, robustSlope, type Point } from './statistics.ts';

/** Packets `from` to `to` (exclusive) of a track, all placed by one line. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** Seconds. */
  readonly offset: number;
  /** Change of delay per second of the server's time; negative when the sender's clock runs fast. */
  readonly drift: number;
  /** What lies before it: nothing, a sender that stood still, or a counter that jumped. */
  readonly after: 'nothing' | 'stall' | 'jump';
}

/** How far the map may be trusted. `poor`: it rests on a guess that can be wrong by more than 20 ms. */
export type Confidence = 'good' | 'fair' | 'poor';

export interface TrackAlignment {
  readonly pieces: readonly Piece[];
  /** Sender's sample clock against the server's, parts per million; positive when the sender's runs fast. */
  readonly skewPpm: number;
  /** `own`: measured on this track. `borrowed`: measured on others of this participant. `none`: taken as 0. */
  readonly skewFrom: 'own' | 'borrowed' | 'none';
  readonly usedSenderReports: boolean;
  readonly stalls: readonly {
    readonly atSeconds: number;
    readonly seconds: number;
    readonly from: StallSource;
  }[];
  /** Whether the offset was taken over from another track of this participant, by the sender's own time. */
  readonly offsetShared: boolean;
  /** How far the usual least delay of a window lies above the envelope, in milliseconds. */
  readonly spreadMs: number;
  /** The sender's own time jumped, and its sound did not. */
  readonly senderClockStepped: boolean;
  readonly confidence: Confidence;
}

type StallSource = 'sender-reports' | 'arrival';

/** Seconds on the timeline of a position in the sender's count of samples. */
export function secondsOf(piece: Pick<Piece, 'offset' | 'drift'>, position: number): number {
  return (position / SAMPLE_RATE + piece.offset) / (1 - piece.drift);
}

/** The inverse of `secondsOf`. */
export function positionOf(piece: Pick<Piece, 'offset' | 'drift'>, seconds: number): number {
  return (seconds * (1 - piece.drift) - piece.offset) * SAMPLE_RATE;
}

/** A counter that leaves time behind by more was set anew: no queue on the way holds so much sound. */
const JUMP_SECONDS = 5;
/** A step of the sender's reports, over what their noise can do. Chromium's are true to 0.6 ms, Firefox' to 8 ms. */
const REPORT_STEP_SECONDS = 0.015;
/** Without a report to say which, a rise of delay this large is a stall and not a longer path. */
const SURE_STALL_SECONDS = 0.25;
/** The same when it lasts for half a minute. It may be a longer path all the same. */
const LASTING_STALL_SECONDS = 0.06;
const LASTING_SECONDS = 30;
/** Shorter runs say less about the clock than the same sound card's other tracks do. */
const OWN_SKEW_SECONDS = 300;
const MAX_DRIFT = 1500e-6;
/** Tracks whose least delays agree so well went the same way; then the longest knows it best. */
const SAME_PATH_SECONDS = 0.01;
/** Noise of reports that can be trusted to the millisecond. */
const QUIET_REPORTS_SECONDS = 0.002;
/** Two computers' clocks drift apart by up to 6 ms in this time. */
const SHARING_WITHOUT_DRIFT_SECONDS = 60;

/** Packets of a track whose counter runs on. */
interface Run {
  readonly track: number;
  readonly from: number;
  readonly to: number;
  readonly after: 'nothing' | 'jump';
  readonly seconds: number;
  readonly scene: Scene;
  readonly stalls: readonly Stall[];
  readonly senderClockStepped: boolean;
  readonly reports: readonly CorrectedReport[];
}

interface CorrectedReport {
  /** The sender's counter in seconds. */
  readonly counter: number;
  /** Stalls before it, in seconds. */
  readonly stalled: number;
  readonly ntp: number;
}

interface Stall {
  /** The first packet after it. */
  readonly index: number;
  readonly seconds: number;
  readonly from: StallSource;
}

/** One participant's tracks, in any order; the answer is in the same. */
export function align(tracks: readonly TrackTimes[]): readonly TrackAlignment[] {
  const runs = tracks.flatMap((track, index) => runsOf(track, index));
  const own = new Map(runs.map((run) => [run, ownDrift(run)] as const));
  const lent = weightedMean(runs.map((run) => ({ value: own.get(run) ?? null, weight: run.seconds })));

  const placed = runs.map((run) => {
    const longest = runs
      .filter((other) => other.track === run.track && own.get(other) !== null)
      .toSorted((one, other) => other.seconds - one.seconds)[0];
    const drift = (longest === undefined ? lent : own.get(longest)) ?? 0;
    const levels = envelope(run.scene, run.stalls, drift).map(({ at, value }) => value - drift * at);
    const offset = percentile(levels, 0.02) ?? 0;
    const spread = (median(levels) ?? 0) - offset;
    const skewFrom = longest !== undefined ? 'own' : lent !== null ? 'borrowed' : 'none';
    return { run, drift, offset, spread, skewFrom } as const;
  });
  const corrections = shareOffsets(placed);

  return tracks.map((track, index) => {
    const mine = placed.filter(({ run }) => run.track === index);
    const stalls = mine.flatMap(({ run }) => run.stalls);
    const usedSenderReports = mine.some(({ run }) => run.reports.length > 1);
    const spreadMs = 1000 * Math.max(0, ...mine.map(({ spread }) => spread));
    const skewFrom = mine[0]?.skewFrom ?? 'none';
    const drift = mine[0]?.drift ?? 0;
    return {
      pieces: mine.flatMap((one) => piecesOf(one.run, one.offset + (corrections.get(one.run) ?? 0), drift)),
      skewPpm: drift === 0 ? 0 : -1e6 * drift,
      skewFrom,
      usedSenderReports,
      spreadMs,
      stalls: stalls.map((stall) => ({
        atSeconds: track.arrival[stall.index] ?? 0,
        seconds: stall.seconds,
        from: stall.from,
      })),
      offsetShared: mine.some(({ run }) => corrections.has(run)),
      senderClockStepped: mine.some(({ run }) => run.senderClockStepped),
      confidence: confidenceOf({
        seconds: mine.reduce((sum, { run }) => sum + run.seconds, 0),
        guessedStall: stalls.some((stall) => stall.from === 'arrival'),
        drift: Math.abs(drift),
        skewFrom,
        usedSenderReports,
        spreadMs,
      }),
    };
  });
}

function confidenceOf(o: {
  readonly seconds: number;
  readonly drift: number;
  readonly skewFrom: TrackAlignment['skewFrom'];
  readonly guessedStall: boolean;
  readonly usedSenderReports: boolean;
  readonly spreadMs: number;
}): Confidence {
  // 100 ppm, more than most sound cards have, over the time for which no skew was measured.
  const unmeasuredMs = o.skewFrom === 'none' ? o.seconds * 0.1 : 0;
  if (o.seconds < 2 || o.guessedStall || o.spreadMs > 60 || unmeasuredMs > 20) return 'poor';
  if (!o.usedSenderReports || o.spreadMs > 10 || unmeasuredMs > 10 || o.drift > 300e-6) return 'fair';
  return 'good';
}

function piecesOf(run: Run, offset: number, drift: number): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = run.from;
  let stalled = 0;
  let after: Piece['after'] = run.after;
  for (const stall of run.stalls) {
    pieces.push({ from, to: stall.index, offset: offset + stalled, drift, after });
    from = stall.index;
    stalled += stall.seconds * (1 - drift);
    after = 'stall';
  }
  pieces.push({ from, to: run.to, offset: offset + stalled, drift, after });
  return pieces;
}

function runsOf(track: TrackTimes, index: number): readonly Run[] {
  if (track.count === 0) return [];
  const { timestamp, arrival } = track;
  const starts = [0];
  for (let at = 1; at < track.count; at += 1) {
    const counted = ((timestamp[at] ?? 0) - (timestamp[at - 1] ?? 0)) / SAMPLE_RATE;
    const passed = (arrival[at] ?? 0) - (arrival[at - 1] ?? 0);
    if (counted < 0 || counted - passed > JUMP_SECONDS) starts.push(at);
  }
  const delays = Float64Array.from(
    arrival,
    (came, at) => came - ((timestamp[at] ?? 0) + (track.samples[at] ?? 0)) / SAMPLE_RATE,
  );
  return starts.map((from, place) =>
    measureRun(track, index, delays, from, starts[place + 1] ?? track.count),
  );
}

function measureRun(track: TrackTimes, index: number, delays: Float64Array, from: number, to: number): Run {
  const begins = track.arrival[from] ?? 0;
  const ends = track.arrival[to - 1] ?? 0;
  const isWhole = from === 0 && to === track.count;
  const reports = track.reports.filter(({ at }) => isWhole || (at >= begins && at <= ends));
  const scene: Scene = { delays, arrival: track.arrival, from, to };
  const reported = stallsByReports(scene, reports);
  const guessed = stallsByArrival(scene, reported.stalls, reports);
  const stalls = [...reported.stalls, ...guessed].toSorted((one, other) => one.index - other.index);
  return {
    track: index,
    from,
    to,
    after: from === 0 ? 'nothing' : 'jump',
    seconds: Math.max(0, ends - begins),
    scene,
    stalls,
    senderClockStepped: reported.senderClockStepped,
    reports: reported.corrected,
  };
}

/** What looks for stalls needs: the delay of each packet by the uncorrected counter, and when it came. */
interface Scene {
  readonly delays: Float64Array;
  readonly arrival: Float64Array;
  readonly from: number;
  readonly to: number;
}

/**
 * Where the sender's time runs on and its counter does not, between two reports; exact in size. When arrival shows no
 * such shift, it is the sender's wall clock that was set, and the sound is left as it is.
 */
function stallsByReports(
  scene: Scene,
  reports: TrackTimes['reports'],
): {
  readonly stalls: readonly Stall[];
  readonly senderClockStepped: boolean;
  readonly corrected: readonly CorrectedReport[];
} {
  const epoch = reports[0]?.ntp ?? 0;
  // By what had been captured, not by what the report says: during a stall browsers let its counter run on.
  const captured = countersAt(scene, reports);
  const raw = reports.map(({ ntp, timestamp }, index) => ({
    at: captured[index] ?? 0,
    value: ntp - epoch - timestamp / SAMPLE_RATE,
  }));
  const origin = raw[0]?.at ?? 0;
  const level = (slope: number): readonly number[] =>
    raw.map(({ at, value }) => value - slope * (at - origin));
  // How the sender's two clocks drift: first from pairs up to a minute apart, of which a few steps spoil the fewest …
  const lag = Math.min(12, raw.length >> 3);
  const rough = lag < 3 ? 0 : (robustSlope(raw, lag) ?? 0);
  let values = level(rough);
  const noise = median(values.slice(1).map((value, place) => Math.abs(value - (values[place] ?? 0)))) ?? 0;
  const threshold = Math.max(REPORT_STEP_SECONDS, 4 * noise);

  const breaks: number[] = [];
  for (let at = 1; at < values.length; at += 1) {
    const before = median(values.slice(Math.max(breaks.at(-1) ?? 0, at - 3), at)) ?? 0;
    const after = median(values.slice(at, at + 3)) ?? 0;
    const isStep = Math.abs(after - before) > threshold && Math.abs((values[at] ?? 0) - before) > threshold;
    if (isStep) breaks.push(at);
  }

  // … then from pairs far apart with no step between them.
  const fine = weightedMean(
    [0, ...breaks].map((from, place) => {
      const stretch = raw.slice(from, breaks[place] ?? raw.length);
      return {
        value: stretch.length < 24 ? null : robustSlope(stretch, stretch.length >> 1),
        weight: stretch.length,
      };
    }),
  );
  values = level(fine ?? rough);
  // The noisier, the more of them are needed; the fewer, the less the clocks have drifted between them.
  const reach = noise > QUIET_REPORTS_SECONDS ? 40 : 9;
  const stalls: Stall[] = [];
  const stalledAt = new Float64Array(reports.length);
  let senderClockStepped = false;
  for (const [place, at] of breaks.entries()) {
    const before = middleMean(values.slice(Math.max(breaks[place - 1] ?? 0, at - reach), at)) ?? 0;
    const after = middleMean(values.slice(at, Math.min(breaks[place + 1] ?? values.length, at + reach))) ?? 0;
    const size = after - before;
    const since = reports[at - 1]?.at ?? 0;
    const until = reports[at]?.at ?? 0;
    // Reports and sound overtake each other; but a wider look may meet the next stall.
    const close = locate(scene, size, since, until + 0.1);
    const found = close.length > 0 ? close : locate(scene, size, since - 1, until + 1);
    if (found.length === 0) senderClockStepped = true;
    else stalledAt.fill((stalledAt[at] ?? 0) + size, at);
    stalls.push(...found);
  }
  return {
    stalls,
    senderClockStepped,
    corrected: reports.map(({ timestamp, ntp }, at) => ({
      counter: timestamp / SAMPLE_RATE,
      stalled: stalledAt[at] ?? 0,
      ntp,
    })),
  };
}

/** The sender's counter, in seconds, of the newest packet that had come when each report came. */
function countersAt(scene: Scene, reports: TrackTimes['reports']): readonly number[] {
  let newest = scene.from;
  return reports.map(({ at }) => {
    while (newest + 1 < scene.to && (scene.arrival[newest + 1] ?? 0) <= at) newest += 1;
    return (scene.arrival[newest] ?? 0) - (scene.delays[newest] ?? 0);
  });
}

/** The packets at which delay rises by `size` in all between two moments; none where it does not. */
function locate(scene: Scene, size: number, since: number, until: number): readonly Stall[] {
  const shifts = lastingShifts(scene, {
    since,
    until,
    direction: size > 0 ? 1 : -1,
    lookSeconds: 2,
    isShift: (shift) => shift > Math.max(0.005, Math.abs(size) / 10),
  });
  const sum = shifts.reduce((total, { seconds }) => total + seconds, 0);
  if (Math.abs(sum - size) > Math.max(Math.abs(size) / 4, 0.01)) return [];
  return shifts.map(({ index, seconds }) => ({
    index,
    seconds: (seconds * size) / sum,
    from: 'sender-reports',
  }));
}

/** What no two reports enclose has only arrival to go by: before the first, after the last, or all of it. */
function stallsByArrival(
  scene: Scene,
  known: readonly Stall[],
  reports: TrackTimes['reports'],
): readonly Stall[] {
  const delays = scene.delays.slice();
  for (const { index, seconds } of known) {
    for (let at = index; at < scene.to; at += 1) delays[at] = (delays[at] ?? 0) - seconds;
  }
  const within = (since: number, until: number): readonly Stall[] =>
    lastingShifts(
      { ...scene, delays },
      {
        since,
        until,
        direction: 1,
        lookSeconds: LASTING_SECONDS,
        isShift: (shift, lastedSeconds) =>
          shift > SURE_STALL_SECONDS ||
          (reports.length < 2 && shift > LASTING_STALL_SECONDS && lastedSeconds > 0.8 * LASTING_SECONDS),
      },
    ).map(({ index, seconds }) => ({ index, seconds, from: 'arrival' }));

  const first = reports[0]?.at;
  const last = reports.at(-1)?.at;
  if (first === undefined || last === undefined || reports.length < 2) {
    return within(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  }
  return [...within(Number.NEGATIVE_INFINITY, first), ...within(last, Number.POSITIVE_INFINITY)];
}

/** A lesser rise from one packet to the next is jitter's. */
const LEAST_RISE_SECONDS = 0.008;

/**
 * Packets from which on the least delay is another one, over `lookSeconds` at either side. A burst that is caught up
 * with is none. For falls the same is done backwards in time.
 */
function lastingShifts(
  { delays, arrival, from, to }: Scene,
  o: {
    readonly since: number;
    readonly until: number;
    readonly direction: 1 | -1;
    readonly lookSeconds: number;
    readonly isShift: (seconds: number, lastedSeconds: number) => boolean;
  },
): readonly { readonly index: number; readonly seconds: number }[] {
  /** Least delay from `start` on, in steps of `step`, as far as the eye reaches. */
  const least = (start: number, step: 1 | -1, end: number): { delay: number; seconds: number } => {
    let delay = Number.POSITIVE_INFINITY;
    let seconds = 0;
    for (let at = start; at !== end; at += step) {
      const away = Math.abs((arrival[at] ?? 0) - (arrival[start] ?? 0));
      if (away > o.lookSeconds) break;
      seconds = away;
      delay = Math.min(delay, delays[at] ?? 0);
    }
    return { delay, seconds };
  };
  const isForward = o.direction === 1;
  const found: { index: number; seconds: number }[] = [];
  // `near` is the side already passed; it reaches to the shift found last.
  let nearEnd = isForward ? from - 1 : to;
  for (
    let index = isForward ? from + 1 : to - 1;
    isForward ? index < to : index > from;
    index += o.direction
  ) {
    const came = arrival[index] ?? 0;
    if (came < o.since || came > o.until) continue;
    if (o.direction * ((delays[index] ?? 0) - (delays[index - 1] ?? 0)) < LEAST_RISE_SECONDS) continue;
    const near = isForward ? least(index - 1, -1, nearEnd) : least(index, 1, nearEnd);
    const far = isForward ? least(index, 1, to) : least(index - 1, -1, from - 1);
    const shift = far.delay - near.delay;
    if (!o.isShift(shift, Math.min(near.seconds, far.seconds))) continue;
    found.push({ index, seconds: o.direction * shift });
    nearEnd = isForward ? index - 1 : index;
  }
  return found;
}

/**
 * The least delay of each window, stalls taken out: delay grew by a stall's whole length, but of that the drift went on
 * meanwhile. Windows of 10 s see through bursts; a short run has only smaller ones to offer.
 */
function envelope(scene: Scene, stalls: readonly Stall[], drift: number): readonly Point[] {
  const begins = scene.arrival[scene.from] ?? 0;
  const ends = scene.arrival[scene.to - 1] ?? 0;
  const windowSeconds = ends - begins >= 60 ? 10 : 2.5;
  const windows = new Map<number, { at: number; value: number; packets: number }>();
  let stalled = 0;
  let next = 0;
  for (let at = scene.from; at < scene.to; at += 1) {
    for (let stall = stalls[next]; stall !== undefined && stall.index <= at; stall = stalls[next]) {
      stalled += stall.seconds * (1 - drift);
      next += 1;
    }
    const came = scene.arrival[at] ?? 0;
    const value = (scene.delays[at] ?? 0) - stalled;
    const key = Math.floor((came - begins) / windowSeconds);
    const window = windows.get(key);
    if (window === undefined) {
      windows.set(key, { at: came, value, packets: 1 });
      continue;
    }
    window.packets += 1;
    if (value < window.value) Object.assign(window, { at: came, value });
  }
  const all = [...windows.values()].toSorted((one, other) => one.at - other.at);
  const busy = all.filter(({ packets }) => packets >= 5);
  return busy.length > 0 ? busy : all;
}

function ownDrift(run: Run): number | null {
  const windows = envelope(run.scene, run.stalls, 0);
  if (run.seconds < OWN_SKEW_SECONDS || windows.length < 20) return null;
  const slope = robustSlope(windows, Math.floor(windows.length / 4));
  return slope === null ? null : Math.max(-MAX_DRIFT, Math.min(MAX_DRIFT, slope));
}

function weightedMean(
  values: readonly { readonly value: number | null; readonly weight: number }[],
): number | null {
  let sum = 0;
  let weights = 0;
  for (const { value, weight } of values) {
    if (value === null) continue;
    sum += value * weight;
    weights += weight;
  }
  return weights === 0 ? null : sum / weights;
}

interface PlacedRun {
  readonly run: Run;
  readonly drift: number;
  readonly offset: number;
}

/**
 * Counters of two tracks begin anywhere, but the sender's own time joins them. Where by it two runs' least delays
 * agree, they went the same way, and the longest one's offset is the better measured; seconds to add to the others'.
 */
function shareOffsets(placed: readonly PlacedRun[]): ReadonlyMap<Run, number> {
  const corrections = new Map<Run, number>();
  const comparable = placed
    .filter(({ run }) => run.reports.length >= 2 && !run.senderClockStepped)
    .toSorted((one, other) => other.run.seconds - one.run.seconds);
  const best = comparable[0];
  if (best === undefined) return corrections;

  const epoch = best.run.reports[0]?.ntp ?? 0;
  /** Server's time less the sender's, at each report. */
  const differences = ({ run, drift, offset }: PlacedRun): readonly Point[] =>
    run.reports.map(({ counter, stalled, ntp }) => {
      const at = (counter + offset) / (1 - drift) + stalled;
      return { at, value: at - (ntp - epoch) };
    });
  const bestPoints = differences(best);
  const isLong = best.run.seconds >= OWN_SKEW_SECONDS && bestPoints.length >= 20;
  const slope = isLong ? (robustSlope(bestPoints, Math.floor(bestPoints.length / 4)) ?? 0) : 0;
  const measure = (points: readonly Point[]): { level: number; noise: number; middle: number } => {
    const levels = points.map(({ at, value }) => value - slope * at);
    const level = median(levels) ?? 0;
    return {
      level,
      noise: median(levels.map((value) => Math.abs(value - level))) ?? 0,
      middle: median(points.map(({ at }) => at)) ?? 0,
    };
  };
  const reference = measure(bestPoints);
  if (reference.noise > QUIET_REPORTS_SECONDS) return corrections;
  for (const other of comparable.slice(1)) {
    const measured = measure(differences(other));
    const difference = measured.level - reference.level;
    const isNear = isLong || Math.abs(measured.middle - reference.middle) <= SHARING_WITHOUT_DRIFT_SECONDS;
    if (!isNear || measured.noise > QUIET_REPORTS_SECONDS) continue;
    if (Math.abs(difference) <= SAME_PATH_SECONDS) corrections.set(other.run, -difference);
  }
  return corrections;
}
