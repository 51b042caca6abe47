/**
 * Where a voice lies in a recording: pieces of what was spoken are looked for in what was recorded, by normalised
 * cross-correlation. It knows only the two sounds and when the one was spoken, nothing of how the other was made.
 */
import { createFft, type Spectrum } from './fft.ts';

/** Hz; speech has its weight below 8 kHz, and a sixteenth of a millisecond is finer than needed here. */
export const ANALYSIS_RATE = 16_000;

export interface FoundWindow {
  /** Where the window begins in the source, seconds. */
  readonly sourceSeconds: number;
  /** How much later it lies in the mix than where it was spoken, ms. */
  readonly offsetMs: number;
  /** Normalised correlation there, 0 to 1. */
  readonly correlation: number;
}

export interface Located {
  /** Median of the windows found; null when none was. */
  readonly offsetMs: number | null;
  /** Largest and smallest offset of the windows found, nothing smoothed; null when none was. */
  readonly rangeMs: { readonly min: number; readonly max: number } | null;
  readonly windows: readonly FoundWindow[];
  /** Windows with enough speech to be looked for. */
  readonly spoken: number;
}

export interface Search {
  /** What was spoken, mono at `ANALYSIS_RATE`. */
  readonly source: Float32Array;
  /** The recording, mono at `ANALYSIS_RATE`. */
  readonly mix: Float32Array;
  /** Where in the recording the source's first sample belongs, ms. */
  readonly spokenAtMs: number;
  /** How far off a window may lie and still be found, ms. */
  readonly radiusMs: number;
  /** Stretches of the recording in which nothing is to be found; windows that reach into one are not looked for. */
  readonly silences?: readonly Stretch[];
  /** Five, if nothing is said. */
  readonly windowSeconds?: number;
}

/** Of a recording, ms from its beginning. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

const usualWindowSeconds = 5;
/** A window counts as spoken when this share of it is speech; less is too little to tell anything. */
const leastSpeech = 0.3;
/** Below −46 dBFS nobody speaks. */
const speechLevel = 0.005;
/** A worse match may be chance: two different speeches give about 0.05 here. */
const leastCorrelation = 0.25;
/** The second-best place, further off than a few periods of the voice, must be clearly worse. */
const clearlyWorse = 0.7;
const neighbourhoodMs = 30;

/** Looks for every window of speech. Windows in which the voice is silent, or sounds under a louder one, are left out. */
export function locate(search: Search): Located {
  const { source, mix, spokenAtMs, radiusMs, silences = [] } = search;
  const length = (search.windowSeconds ?? usualWindowSeconds) * ANALYSIS_RATE;
  // Windows overlap, so that a change shows wherever it lies.
  const hop = Math.floor(length / 2);
  const radius = Math.round((radiusMs / 1_000) * ANALYSIS_RATE);
  const spokenAt = (spokenAtMs / 1_000) * ANALYSIS_RATE;
  const correlate = createCorrelator(length, 2 * radius + 1);
  const sharpSource = sharpen(source);
  const sharpMix = sharpen(mix);
  const windows: FoundWindow[] = [];
  let spoken = 0;
  for (let start = 0; start + length <= source.length; start += hop) {
    const expected = Math.round(spokenAt + start);
    // Only what the recording holds can be looked for.
    if (expected < 0 || expected + length > mix.length) continue;
    if (silences.some((silence) => overlaps(silence, expected, expected + length))) continue;
    if (speechShare(source.subarray(start, start + length)) < leastSpeech) continue;
    spoken++;
    const values = correlate(sharpSource.subarray(start, start + length), sharpMix, expected - radius);
    const peak = clearPeak(values);
    if (peak === null) continue;
    const foundAt = expected - radius + peak.position;
    windows.push({
      sourceSeconds: start / ANALYSIS_RATE,
      offsetMs: ((foundAt - (spokenAt + start)) / ANALYSIS_RATE) * 1_000,
      correlation: peak.value,
    });
  }
  const offsets = windows.map((window) => window.offsetMs);
  return {
    offsetMs: median(offsets),
    rangeMs: offsets.length === 0 ? null : { min: Math.min(...offsets), max: Math.max(...offsets) },
    windows,
    spoken,
  };
}

function overlaps({ fromMs, toMs }: Stretch, first: number, end: number): boolean {
  return first < (toMs / 1_000) * ANALYSIS_RATE && end > (fromMs / 1_000) * ANALYSIS_RATE;
}

export interface Alignment {
  readonly a: number | null;
  readonly b: number | null;
  /** The largest distance between any found window of the one voice and any of the other; null when one is missing. */
  readonly betweenMs: number | null;
  /** The largest change within one voice; null when one is missing. */
  readonly wanderMs: number | null;
}

/** Puts two located voices side by side. */
export function compare(a: Located, b: Located): Alignment {
  const bothFound = a.rangeMs !== null && b.rangeMs !== null;
  return {
    a: a.offsetMs,
    b: b.offsetMs,
    betweenMs: bothFound ? Math.max(a.rangeMs.max - b.rangeMs.min, b.rangeMs.max - a.rangeMs.min) : null,
    wanderMs: bothFound ? Math.max(a.rangeMs.max - a.rangeMs.min, b.rangeMs.max - b.rangeMs.min) : null,
  };
}

/** From 48 kHz to the analysis rate, chunk by chunk; source and recording go through the same filter. */
export function createDecimator(): (chunk: Float32Array) => Float32Array {
  const factor = 48_000 / ANALYSIS_RATE;
  const taps = 48;
  const cutoff = 7_400 / 48_000;
  const filter = Float64Array.from({ length: taps + 1 }, (_, i) => {
    const x = i - taps / 2;
    const blackman =
      0.42 - 0.5 * Math.cos((2 * Math.PI * i) / taps) + 0.08 * Math.cos((4 * Math.PI * i) / taps);
    return (x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x)) * blackman;
  });
  let waiting = new Float32Array(taps);
  return (chunk) => {
    const input = new Float32Array(waiting.length + chunk.length);
    input.set(waiting);
    input.set(chunk, waiting.length);
    const count = Math.max(0, Math.floor((input.length - taps - 1) / factor) + 1);
    const out = new Float32Array(count);
    for (let n = 0; n < count; n++) {
      let sum = 0;
      for (let k = 0; k <= taps; k++) sum += (filter[k] ?? 0) * (input[n * factor + k] ?? 0);
      out[n] = sum;
    }
    waiting = input.slice(count * factor);
    return out;
  };
}

/** Flattens the falling spectrum of speech, so that its pitch does not make one peak look like the next. */
function sharpen(samples: Float32Array): Float32Array {
  const out = new Float32Array(samples.length);
  for (let i = 1; i < samples.length; i++) out[i] = (samples[i] ?? 0) - 0.95 * (samples[i - 1] ?? 0);
  return out;
}

function speechShare(samples: Float32Array): number {
  const frame = ANALYSIS_RATE / 50;
  const frames = Math.floor(samples.length / frame);
  let loud = 0;
  for (let f = 0; f < frames; f++) {
    if (Math.sqrt(energy(samples.subarray(f * frame, (f + 1) * frame)) / frame) > speechLevel) loud++;
  }
  return loud / frames;
}

function energy(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return sum;
}

/** Normalised correlation of a window of `length` at `places` places in a row, the first at `from` (may lie outside). */
function createCorrelator(length: number, places: number) {
  const size = 2 ** Math.ceil(Math.log2(length + places));
  const fft = createFft(size);
  return (window: Float32Array, mix: Float32Array, from: number): Float64Array => {
    const needle = spectrum(fft.size);
    needle.re.set(window);
    fft.forward(needle);
    const hay = spectrum(fft.size);
    for (let i = 0; i < length + places - 1; i++) hay.re[i] = mix[from + i] ?? 0;
    const squares = new Float64Array(length + places);
    for (let i = 0; i < length + places - 1; i++) squares[i + 1] = (squares[i] ?? 0) + (hay.re[i] ?? 0) ** 2;
    fft.forward(hay);
    for (let i = 0; i < fft.size; i++) {
      const hayRe = hay.re[i] ?? 0;
      const hayIm = hay.im[i] ?? 0;
      const re = needle.re[i] ?? 0;
      const im = -(needle.im[i] ?? 0);
      hay.re[i] = hayRe * re - hayIm * im;
      hay.im[i] = hayRe * im + hayIm * re;
    }
    fft.inverse(hay);
    const own = energy(window);
    return Float64Array.from({ length: places }, (_, place) => {
      const there = (squares[place + length] ?? 0) - (squares[place] ?? 0);
      // A voice may have been recorded with its poles swapped; it would still be there.
      return there > 1e-9 && own > 0 ? Math.abs(hay.re[place] ?? 0) / Math.sqrt(own * there) : 0;
    });
  };
}

function spectrum(size: number): Spectrum {
  return { re: new Float64Array(size), im: new Float64Array(size) };
}

/** The best place with a fraction of a sample, or null when it does not stand out. */
function clearPeak(values: Float64Array): { readonly position: number; readonly value: number } | null {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  const value = values[best] ?? 0;
  if (value < leastCorrelation) return null;
  const near = (neighbourhoodMs / 1_000) * ANALYSIS_RATE;
  const second = values.reduce((most, v, i) => (Math.abs(i - best) > near && v > most ? v : most), 0);
  if (second > clearlyWorse * value) return null;
  const left = values[best - 1] ?? value;
  const right = values[best + 1] ?? value;
  const bend = left - 2 * value + right;
  return { position: best + (bend === 0 ? 0 : (0.5 * (left - right)) / bend), value };
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
