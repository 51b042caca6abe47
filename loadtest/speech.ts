/**
 * Two voices that hold a conversation: real speech by espeak-ng, laid out in turns on one timeline.
 * Needs the program `espeak-ng`. Knows nothing of servers or of who will speak it.
 */
import { spawn } from 'node:child_process';
import { seededRandom } from './random.ts';
import { tell, type Teller } from './stories.ts';

/** Hz; what WebRTC's Opus runs at (RFC 7587 §4.1). */
export const SAMPLE_RATE = 48_000;

export interface Voice {
  readonly teller: Teller;
  /** An espeak-ng voice, a variant after `+`. */
  readonly voice: string;
  readonly wordsPerMinute: number;
}

export interface Turn {
  readonly speaker: 'a' | 'b';
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

export interface Dialogue {
  /** Mono, 16 bit, at `SAMPLE_RATE`; both of one length, sample 0 at the same moment. */
  readonly a: Int16Array<ArrayBuffer>;
  readonly b: Int16Array<ArrayBuffer>;
  readonly turns: readonly Turn[];
}

const voices: Readonly<Record<'a' | 'b', Voice>> = {
  a: { teller: 'boatbuilder', voice: 'en-gb+m3', wordsPerMinute: 158 },
  b: { teller: 'nurse', voice: 'en-us+f2', wordsPerMinute: 172 },
};

/** Silence between two turns, ms; below zero one speaks into the other's last words. */
const gapsMs = [420, -650, 300, 780, -1_100, 240, 560, -380] as const;
const sentencesPerTurn = [1, 2, 1, 2] as const;
const firstWordAtMs = 600;

/**
 * Speech for `seconds`, turn by turn, cut off where the time is over.
 * @throws when espeak-ng is missing or fails.
 */
export async function createDialogue(o: {
  readonly seconds: number;
  readonly seed: number;
  readonly onProgress?: (done: number) => void;
}): Promise<Dialogue> {
  const length = Math.ceil(o.seconds * SAMPLE_RATE);
  const tracks = { a: new Int16Array(length), b: new Int16Array(length) };
  const stories = {
    a: tell(voices.a.teller, o.seed),
    b: tell(voices.b.teller, o.seed + 1),
  };
  const random = seededRandom(o.seed + 2);
  const turns: Turn[] = [];
  let startMs = firstWordAtMs;
  while (startMs < o.seconds * 1_000) {
    const speaker = turns.length % 2 === 0 ? 'a' : 'b';
    const count = pick(sentencesPerTurn, random);
    const text = Array.from({ length: count }, () => stories[speaker].next().value).join(' ');
    const sound = await speak(voices[speaker], text);
    const at = Math.round((startMs / 1_000) * SAMPLE_RATE);
    tracks[speaker].set(sound.subarray(0, Math.max(0, length - at)), at);
    const endMs = startMs + (sound.length / SAMPLE_RATE) * 1_000;
    turns.push({ speaker, startMs, endMs, text });
    startMs = Math.max(startMs + 500, endMs + pick(gapsMs, random));
    o.onProgress?.(Math.min(1, startMs / (o.seconds * 1_000)));
  }
  return { ...tracks, turns };
}

/** One text in one voice. */
export async function speak(voice: Voice, text: string): Promise<Int16Array<ArrayBuffer>> {
  const wav = await run('espeak-ng', ['-v', voice.voice, '-s', `${voice.wordsPerMinute}`, '--stdout', text]);
  const { sampleRate, samples } = readWav(wav);
  return trimSilence(resample(samples, sampleRate, SAMPLE_RATE));
}

/** Mono 16-bit PCM out of a WAV file. espeak-ng, writing to a pipe, leaves its lengths open: the data goes to the end. */
export function readWav(wav: Buffer): { readonly sampleRate: number; readonly samples: Int16Array } {
  if (wav.toString('latin1', 0, 4) !== 'RIFF') throw new Error('espeak-ng gave no WAV file');
  let sampleRate = 0;
  for (let at = 12; at + 8 <= wav.length;) {
    const name = wav.toString('latin1', at, at + 4);
    const bytes = wav.readUInt32LE(at + 4);
    at += 8;
    if (name === 'fmt ') {
      if (wav.readUInt16LE(at + 2) !== 1 || wav.readUInt16LE(at + 14) !== 16)
        throw new Error('espeak-ng gave a WAV file that is not mono with 16 bits');
      sampleRate = wav.readUInt32LE(at + 4);
    }
    if (name === 'data') {
      const count = Math.floor(Math.min(bytes, wav.length - at) / 2);
      const samples = Int16Array.from({ length: count }, (_, i) => wav.readInt16LE(at + 2 * i));
      return { sampleRate, samples };
    }
    at += bytes + (bytes % 2);
  }
  throw new Error('espeak-ng gave a WAV file without sound');
}

const zeroCrossings = 16;

/** Band-limited interpolation (windowed sinc); upward only, so that the input's own band is the limit. */
export function resample(samples: Int16Array, from: number, to: number): Int16Array<ArrayBuffer> {
  if (from > to) throw new Error('resample only goes up');
  const out = new Int16Array(Math.floor((samples.length * to) / from));
  for (let n = 0; n < out.length; n++) {
    const position = (n * from) / to;
    const first = Math.floor(position) - zeroCrossings + 1;
    let sum = 0;
    for (let k = first; k < first + 2 * zeroCrossings; k++) {
      const sample = samples[k];
      if (sample !== undefined) sum += sample * windowedSinc(position - k);
    }
    out[n] = Math.max(-32_768, Math.min(32_767, Math.round(sum)));
  }
  return out;
}

/** Table of the kernel: 1,024 steps between two samples is finer than 16 bits can tell. */
const kernelSteps = 1_024;
const kernel = Float64Array.from({ length: zeroCrossings * kernelSteps + 1 }, (_, i) => {
  const x = i / kernelSteps;
  const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / zeroCrossings);
  return x === 0 ? 1 : (Math.sin(Math.PI * x) / (Math.PI * x)) * window;
});

function windowedSinc(x: number): number {
  return kernel[Math.round(Math.abs(x) * kernelSteps)] ?? 0;
}

const quietBelow = 200;

/** espeak-ng begins and ends with silence; turns are placed by their words. */
function trimSilence(samples: Int16Array<ArrayBuffer>): Int16Array<ArrayBuffer> {
  const first = samples.findIndex((sample) => Math.abs(sample) > quietBelow);
  const last = samples.findLastIndex((sample) => Math.abs(sample) > quietBelow);
  return first === -1 ? new Int16Array(0) : samples.slice(first, last + 1);
}

function pick<T>(items: readonly [T, ...T[]] | readonly T[], random: () => number): T {
  return items[Math.floor(random() * items.length)] as T;
}

/** The whole standard output of a program. */
async function run(program: string, args: readonly string[]): Promise<Buffer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${program} cannot be run (${error.message}): install it`, { cause: error })),
    );
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${program} failed (${code}): ${Buffer.concat(said).toString().trim()}`);
  return Buffer.concat(out);
}
