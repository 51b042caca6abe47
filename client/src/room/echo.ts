/**
 * Whether the microphone hears the loudspeaker: three soft notes are played, each at its own pitch, and looked for in
 * what the microphone gives, after the browser's own echo canceller, because that is what the other would hear. The
 * judging is pure; only `listenForEcho` touches sound.
 */
import { measure } from './levels.ts';

export type Echo = 'none' | 'some' | 'unknown';

export interface Note {
  readonly hz: number;
  /** Seconds from the beginning. */
  readonly atS: number;
  readonly lengthS: number;
}

export const ECHO_NOTES: readonly Note[] = [
  { hz: 1046.5, atS: 0, lengthS: 0.22 },
  { hz: 1318.5, atS: 0.34, lengthS: 0.22 },
  { hz: 1568, atS: 0.68, lengthS: 0.22 },
];

/** One moment of the microphone: how strong each note's pitch is in it, and how loud it is altogether. */
export interface Heard {
  /** Seconds from the beginning of the notes; negative before. */
  readonly atS: number;
  readonly pitchDb: readonly number[];
  readonly rmsDb: number;
}

/** From loudspeaker to microphone, with Bluetooth on the way. */
const LATEST_S = 0.6;
const STEP_S = 0.02;
/** A note that is heard stands out of the rest of its own pitch by this much, each of the three. */
const STANDS_OUT_DB = 10;
/** Who talks meanwhile covers the notes, and may be taken for them. */
const TALKS_ABOVE_DB = -45;
/** An analyser looks back over its window. */
const WINDOW_S = 0.045;
const FLOOR_DB = -120;
const MIN_MOMENTS = 40;

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export function echoIn(heard: readonly Heard[], notes: readonly Note[] = ECHO_NOTES): Echo {
  const before = heard.filter(({ atS }) => atS < 0);
  if (heard.length < MIN_MOMENTS || before.length === 0) return 'unknown';
  // Digital silence throughout: it is muted somewhere, and would hear no echo either way.
  if (heard.every(({ rmsDb }) => rmsDb <= FLOOR_DB)) return 'unknown';
  if (mean(before.map(({ rmsDb }) => Math.max(FLOOR_DB, rmsDb))) > TALKS_ABOVE_DB) return 'unknown';
  for (let lag = 0; lag <= LATEST_S; lag += STEP_S) if (allStandOut(heard, notes, lag)) return 'some';
  return 'none';
}

function allStandOut(heard: readonly Heard[], notes: readonly Note[], lag: number): boolean {
  return notes.every(({ atS, lengthS }, i) => {
    const from = atS + lag;
    const levels = (test: (moment: number) => boolean): number[] =>
      heard.filter((one) => test(one.atS)).map(({ pitchDb }) => Math.max(FLOOR_DB, pitchDb[i] ?? FLOOR_DB));
    const inside = levels((at) => at >= from + WINDOW_S && at <= from + lengthS);
    const outside = levels((at) => at < from || at > from + lengthS + 2 * WINDOW_S);
    return inside.length > 0 && outside.length > 0 && Math.min(...inside) - mean(outside) >= STANDS_OUT_DB;
  });
}

/** Plays nothing itself: `startsAt` is when the notes begin, on the context's clock, a little ahead. */
export function listenForEcho(o: {
  readonly context: AudioContext;
  readonly track: MediaStreamTrack;
  readonly startsAt: number;
}): Promise<Echo> {
  const { context, track, startsAt } = o;
  const source = context.createMediaStreamSource(new MediaStream([track]));
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  analyser.smoothingTimeConstant = 0;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const spectrum = new Float32Array(analyser.frequencyBinCount);
  const heard: Heard[] = [];
  const last = ECHO_NOTES.at(-1);
  const untilS = (last === undefined ? 0 : last.atS + last.lengthS) + LATEST_S;

  const pitch = (hz: number): number => {
    const bin = Math.round((hz * analyser.fftSize) / context.sampleRate);
    return Math.max(...spectrum.subarray(bin - 1, bin + 2));
  };

  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const atS = context.currentTime - startsAt;
      analyser.getFloatTimeDomainData(samples);
      analyser.getFloatFrequencyData(spectrum);
      heard.push({
        atS,
        pitchDb: ECHO_NOTES.map(({ hz }) => pitch(hz)),
        rmsDb: measure(samples, atS).rmsDb,
      });
      if (atS < untilS && track.readyState === 'live' && context.state === 'running') return;
      clearInterval(timer);
      source.disconnect();
      resolve(echoIn(heard));
    }, STEP_S * 1000);
  });
}
