/**
 * The listening copy: both voices equally loud, the whole as loud as such things are, no peak too high, no pause long.
 * All gains are static: a quiet passage stays quiet.
 */
import { writeFile } from 'node:fs/promises';
import { ffmetadata, type Chapter, type Stretch } from './chapters.ts';
import { decodeSamples, encodeListening, measureLoudness, type Measured } from './ffmpeg.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import { createLoudnessMeter, type LoudnessMeter } from './loudness.ts';

/** Of a mono file as two loudspeakers play it (EBU R128, `dualmono`). */
export const TARGET_LUFS = -16;
export const HIGHEST_TRUE_PEAK_DBTP = -1;
/** Before encoding; an MP3 overshoots. */
const CEILING_DBTP = -2;
/** LAME multiplies by 0.95 before it encodes at 128 kbit/s (measured; its option is not ffmpeg's). */
const ENCODER_LOSS_DB = 0.45;
const HIGHEST_SPEAKER_GAIN_DB = 12;
/** Nobody's speech is that quiet over a whole conversation: it is noise, and made loud it would only be loud noise. */
const QUIETEST_SPEECH_LUFS = -50;
/** Of the half LU that is allowed; ffmpeg tells tenths. */
const TOLERANCE_LU = 0.4;
const SETTLED_LU = 0.1;
const SETTLING_ROUNDS = 5;
/** Steps stay small where the limiter takes nearly all. */
const LEAST_BROUGHT = 0.2;
/** The second encoding's overshoot is not quite the first one's. */
const SPARE_DB = 0.3;

/** LUFS are integrated, gated, of the whole; null: nothing above the gate, or digital silence. */
export interface Loudness {
  readonly targetLufs: number;
  readonly highestTruePeakDbtp: number;
  /** As recorded, each alone, and the static gain each was given. */
  readonly speakers: Readonly<Record<'a' | 'b', SpeakerLoudness>>;
  readonly programme: {
    /** With the speakers' gains, without its own and the limiter. */
    readonly before: Measured;
    readonly gainDb: number;
    readonly ceilingDbtp: number;
    /** Of the MP3, decoded; by ffmpeg's ebur128. */
    readonly after: Measured;
    /** The first encoding missed, so it was encoded once more. */
    readonly corrected: boolean;
  };
}

export interface SpeakerLoudness {
  readonly integratedLufs: number | null;
  readonly gainDb: number;
}

/** @throws EncodingFailed; errors of the file system; the signal's reason. */
export async function makeListeningCopy(o: {
  readonly ffmpegBin: string;
  readonly signal: AbortSignal;
  /** `a` left, `b` right. */
  readonly voicesPath: string;
  /** Has heard all of both voices. */
  readonly meter: LoudnessMeter;
  readonly cuts: readonly Stretch[];
  readonly chapters: readonly Chapter[];
  readonly path: string;
  readonly chaptersPath: string;
  /** Samples of the copy that are done. */
  readonly onProgress: (samples: number) => void;
}): Promise<Loudness> {
  const speakers = speakersOf(o.meter);
  // Half of each: with no gain at all it cannot clip unless a voice does.
  const gains = { a: factorOf(speakers.a.gainDb) / 2, b: factorOf(speakers.b.gainDb) / 2 };
  const integratedLufs = o.meter.integrated(gains);
  const isSpeech = integratedLufs !== null && integratedLufs > QUIETEST_SPEECH_LUFS;
  await writeFile(o.chaptersPath, ffmetadata(o.chapters), { mode: 0o600 });

  const mixed = (
    settings: Settings,
    limiter: Limiter,
    onProgress: (samples: number) => void,
  ): AsyncGenerator<Float32Array<ArrayBuffer>, void, void> => {
    const factor = factorOf(settings.gainDb);
    return mixdown(decodeSamples({ ...o, path: o.voicesPath, channels: 2 }), {
      gains: { a: gains.a * factor, b: gains.b * factor },
      cuts: o.cuts,
      limiter,
      onProgress,
    });
  };
  const encode = async (settings: Settings): Promise<{ readonly peak: number; readonly after: Measured }> => {
    const limiter = createLimiter(factorOf(settings.ceilingDbtp));
    await encodeListening({ ...o, blocks: mixed(settings, limiter, o.onProgress) });
    return { peak: limiter.truePeak() / factorOf(settings.gainDb), after: await measureLoudness(o) };
  };
  /** What the limiter leaves of a gain, without encoding it. */
  const limited = async (settings: Settings): Promise<number | null> => {
    const meter = createLoudnessMeter();
    const limiter = createLimiter(factorOf(settings.ceilingDbtp));
    for await (const block of mixed(settings, limiter, () => undefined)) meter.add(besideNothing(block));
    return meter.integrated({ a: 1, b: 0 });
  };

  const first: Settings = {
    gainDb: isSpeech ? TARGET_LUFS + ENCODER_LOSS_DB - integratedLufs : 0,
    ceilingDbtp: CEILING_DBTP,
  };
  const made = await encode(first);
  const wanted = correction(first, made.after, isSpeech);
  const better =
    wanted === null || wanted.gainDb === first.gainDb
      ? wanted
      : await settled(wanted, limited, await aimOf(made.after, first, limited));
  const { after } = better === null ? made : await encode(better);
  const { gainDb, ceilingDbtp } = better ?? first;
  return {
    targetLufs: TARGET_LUFS,
    highestTruePeakDbtp: HIGHEST_TRUE_PEAK_DBTP,
    speakers,
    programme: {
      before: {
        integratedLufs: rounded(integratedLufs),
        truePeakDbtp: made.peak > 0 ? rounded(20 * Math.log10(made.peak)) : null,
      },
      gainDb: rounded(gainDb),
      ceilingDbtp: rounded(ceilingDbtp),
      after,
      corrected: better !== null,
    },
  };
}

interface Settings {
  readonly gainDb: number;
  readonly ceilingDbtp: number;
}

/** Null: nothing is to be corrected. */
function correction({ gainDb, ceilingDbtp }: Settings, after: Measured, isSpeech: boolean): Settings | null {
  const missing = isSpeech && after.integratedLufs !== null ? TARGET_LUFS - after.integratedLufs : 0;
  const excess = (after.truePeakDbtp ?? Number.NEGATIVE_INFINITY) - HIGHEST_TRUE_PEAK_DBTP;
  if (Math.abs(missing) <= TOLERANCE_LU && excess <= 0) return null;
  return {
    gainDb: gainDb + missing,
    ceilingDbtp: excess > 0 ? ceilingDbtp - excess - SPARE_DB : ceilingDbtp,
  };
}

/** What is to go into the encoder, which takes some of it away, as it did before. */
async function aimOf(
  after: Measured,
  settings: Settings,
  limited: (settings: Settings) => Promise<number | null>,
): Promise<number> {
  const given = await limited(settings);
  const lost = given !== null && after.integratedLufs !== null ? given - after.integratedLufs : 0;
  return TARGET_LUFS + lost;
}

/** The more gain, the more of it the limiter takes away again: so long is more given, until it is enough. */
async function settled(
  settings: Settings,
  limited: (settings: Settings) => Promise<number | null>,
  aimLufs: number,
): Promise<Settings> {
  let { gainDb } = settings;
  let before: { readonly gainDb: number; readonly missing: number } | null = null;
  for (let round = 0; round < SETTLING_ROUNDS; round += 1) {
    const missing = aimLufs - ((await limited({ ...settings, gainDb })) ?? aimLufs);
    if (Math.abs(missing) <= SETTLED_LU) break;
    // What a decibel of gain brings, by the last two rounds.
    const brought = before === null ? 1 : (before.missing - missing) / (gainDb - before.gainDb);
    before = { gainDb, missing };
    gainDb += missing / Math.max(LEAST_BROUGHT, Math.min(1, brought));
  }
  return { ...settings, gainDb };
}

function besideNothing(mono: Float32Array): Float32Array {
  const voices = new Float32Array(2 * mono.length);
  for (let n = 0; n < mono.length; n += 1) voices[2 * n] = mono[n] as number;
  return voices;
}

/** Both meet in the middle, so that neither is moved further than need be. Who says nothing is left alone. */
function speakersOf(meter: LoudnessMeter): Loudness['speakers'] {
  const a = meter.integrated({ a: 1, b: 0 });
  const b = meter.integrated({ a: 0, b: 1 });
  const apart = isSpoken(a) && isSpoken(b) ? b - a : 0;
  const gainDb = Math.max(-HIGHEST_SPEAKER_GAIN_DB, Math.min(HIGHEST_SPEAKER_GAIN_DB, apart / 2));
  return {
    a: { integratedLufs: rounded(a), gainDb: rounded(gainDb) },
    b: { integratedLufs: rounded(b), gainDb: rounded(gainDb === 0 ? 0 : -gainDb) },
  };
}

function isSpoken(lufs: number | null): lufs is number {
  return lufs !== null && lufs > QUIETEST_SPEECH_LUFS;
}

/** One channel of two, with gains, without what is cut, limited. Each block is valid until the next is asked for. */
async function* mixdown(
  voices: AsyncIterable<Float32Array<ArrayBuffer>>,
  o: {
    readonly gains: { readonly a: number; readonly b: number };
    readonly cuts: readonly Stretch[];
    readonly limiter: Limiter;
    readonly onProgress: (samples: number) => void;
  },
): AsyncGenerator<Float32Array<ArrayBuffer>, void, void> {
  const { a, b } = o.gains;
  let at = 0;
  let done = 0;
  for await (const block of voices) {
    const count = block.length / 2;
    const mono = new Float32Array(count);
    let kept = 0;
    for (const { from, to } of keptOf(at, at + count, o.cuts)) {
      for (let n = from - at; n < to - at; n += 1) {
        mono[kept] = a * (block[2 * n] as number) + b * (block[2 * n + 1] as number);
        kept += 1;
      }
    }
    at += count;
    done += kept;
    const limited = o.limiter.process(mono.subarray(0, kept));
    if (limited.length > 0) yield limited;
    o.onProgress(done);
  }
  yield o.limiter.flush();
}

/** What of samples `from` to `to` is left; cuts are in order. */
function keptOf(from: number, to: number, cuts: readonly Stretch[]): readonly Stretch[] {
  const kept: Stretch[] = [];
  let at = from;
  for (const cut of cuts) {
    if (cut.to <= at) continue;
    if (cut.from >= to) break;
    if (cut.from > at) kept.push({ from: at, to: cut.from });
    at = cut.to;
  }
  if (at < to) kept.push({ from: at, to });
  return kept;
}

function factorOf(decibels: number): number {
  return 10 ** (decibels / 20);
}

/** To a hundredth: finer is noise. */
function rounded(value: number): number;
function rounded(value: number | null): number | null;
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 100) / 100;
}
