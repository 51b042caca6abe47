/** ffmpeg as an encoder, a decoder of what it encoded, and a meter: it reads no file of anybody's but us. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, Readable, type Writable } from 'node:stream';
import { SAMPLE_RATE } from './opus.ts';

/** ffmpeg is missing, failed, was killed or stood still. */
export class EncodingFailed extends Error {
  override readonly name = 'EncodingFailed';
}

/** An ffmpeg that does nothing for so long hangs; a busy machine at nice 19 does not take that long. */
const STALLED_AFTER_MS = 120_000;
const KEPT_STDERR_CHARACTERS = 4_000;

const LISTENING_KBIT = 128;

export type Blocks = AsyncIterable<Float32Array<ArrayBuffer>>;

interface Run {
  readonly ffmpegBin: string;
  readonly signal: AbortSignal;
}

/**
 * Encodes both voices, interleaved, to a FLAC of 48 kHz and 24 bit, unprocessed: stereo, or half of each in mono. Then
 * the voices are kept apart too, in a FLAC at `voicesPath`. Repeatable: no dates, no encoder's name.
 * @throws EncodingFailed; what the blocks throw; the signal's reason.
 */
export async function encodeMaster(
  o: Run & {
    readonly layout: 'stereo' | 'mono';
    readonly blocks: Blocks;
    readonly masterPath: string;
    readonly voicesPath: string;
  },
): Promise<void> {
  const isMono = o.layout === 'mono';
  await feed(o, o.blocks, [
    ...samplesFrom('pipe:0', 2),
    ...(isMono ? ['-filter_complex', '[0:a]pan=mono|c0=0.5*c0+0.5*c1[mono]'] : []),
    '-map',
    isMono ? '[mono]' : '0:a',
    ...FLAC,
    o.masterPath,
    ...(isMono ? ['-map', '0:a', ...FLAC, o.voicesPath] : []),
  ]);
}

/**
 * Encodes mono samples to an MP3, with the chapters of an ffmetadata file.
 * @throws EncodingFailed; what the blocks throw; the signal's reason.
 */
export async function encodeListening(
  o: Run & { readonly blocks: Blocks; readonly chaptersPath: string; readonly path: string },
): Promise<void> {
  await feed(o, o.blocks, [
    ...samplesFrom('pipe:0', 1),
    ...'-f ffmetadata -i'.split(' '),
    o.chaptersPath,
    ...'-map 0:a -map_chapters 1 -c:a libmp3lame -b:a'.split(' '),
    `${LISTENING_KBIT}k`,
    // All metadata but the chapters' titles.
    ...'-map_metadata:g -1 -map_metadata:s -1 -fflags +bitexact -flags:a +bitexact -f mp3'.split(' '),
    o.path,
  ]);
}

/**
 * All samples of a file that has so many channels, interleaved; each block is valid until the next is asked for.
 * @throws EncodingFailed; the signal's reason.
 */
export async function* decodeSamples(
  o: Run & { readonly path: string; readonly channels: 1 | 2 },
): AsyncGenerator<Float32Array<ArrayBuffer>, void, void> {
  const ffmpeg = start(
    o,
    [...QUIET, '-i', o.path, '-f', 'f32le', '-ac', String(o.channels), 'pipe:1'],
    ['ignore', 'pipe'],
  );
  const frame = 4 * o.channels;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of ffmpeg.stdout) {
      ffmpeg.alive();
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = bytes.length - (bytes.length % frame);
      // A typed array begins where its own kind may begin; a chunk begins anywhere.
      const block = new Float32Array(whole / 4);
      bytes.copy(Buffer.from(block.buffer), 0, 0, whole);
      rest = bytes.subarray(whole);
      yield block;
      ffmpeg.alive();
    }
    await ffmpeg.succeeded();
  } finally {
    await ffmpeg.end();
  }
}

/** Null: nothing above the gate, or digital silence. */
export interface Measured {
  readonly integratedLufs: number | null;
  readonly truePeakDbtp: number | null;
}

/**
 * EBU R128 of a mono file as two loudspeakers play it, decoded as anybody would.
 * @throws EncodingFailed; the signal's reason.
 */
export async function measureLoudness(o: Run & { readonly path: string }): Promise<Measured> {
  const filter =
    'aformat=sample_fmts=dbl:channel_layouts=mono,ebur128=dualmono=true:peak=true:framelog=verbose';
  const ffmpeg = start(
    o,
    [
      '-hide_banner',
      '-nostdin',
      '-nostats',
      '-loglevel',
      'info',
      '-i',
      o.path,
      '-af',
      filter,
      '-f',
      'null',
      '-',
    ],
    ['ignore', 'ignore'],
  );
  try {
    await ffmpeg.succeeded();
  } finally {
    await ffmpeg.end();
  }
  const told = ffmpeg.said();
  const integrated = /\bI:\s+(-?[\d.]+|-?inf|nan) LUFS/.exec(told)?.[1];
  const peak = /\bPeak:\s+(-?[\d.]+|-?inf|nan) dBFS/.exec(told)?.[1];
  if (integrated === undefined || peak === undefined)
    throw new EncodingFailed(`ffmpeg measured nothing: ${told}`);
  const lufs = Number(integrated);
  return {
    // Nothing above the gate is told as the gate itself.
    integratedLufs: lufs > -70 ? lufs : null,
    truePeakDbtp: Number.isFinite(Number(peak)) ? Number(peak) : null,
  };
}

const QUIET = ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y'] as const;
// 24 bits of the 32 that ffmpeg's FLAC encoder asks for.
const FLAC =
  '-c:a flac -sample_fmt s32 -bits_per_raw_sample 24 -map_metadata -1 -fflags +bitexact -flags:a +bitexact -f flac'.split(
    ' ',
  );

function samplesFrom(pipe: string, channels: 1 | 2): readonly string[] {
  return [...QUIET, '-f', 'f32le', '-ar', String(SAMPLE_RATE), '-ac', String(channels), '-i', pipe];
}

/** Writes the blocks to ffmpeg's standard input and waits for its end. */
async function feed(o: Run, blocks: Blocks, args: readonly string[]): Promise<void> {
  const ffmpeg = start(o, args, ['pipe', 'ignore']);
  try {
    let isOpen = true;
    for await (const block of blocks) {
      isOpen = await write(ffmpeg.stdin, Buffer.from(block.buffer, block.byteOffset, block.byteLength));
      ffmpeg.alive();
      if (!isOpen) break;
    }
    if (isOpen) ffmpeg.stdin.end();
    await ffmpeg.succeeded();
    if (!isOpen) throw new EncodingFailed('ffmpeg ended before all was written');
  } finally {
    await ffmpeg.end();
  }
}

interface Ffmpeg {
  readonly stdin: Writable;
  readonly stdout: AsyncIterable<Buffer>;
  /** It did something: for so long it is not taken for one that hangs. */
  alive(): void;
  /** The end of what it wrote to its standard error. */
  said(): string;
  /** Resolves at its end. @throws EncodingFailed, the signal's reason. */
  succeeded(): Promise<void>;
  /** Ends it if it has not ended, and resolves when it has. */
  end(): Promise<void>;
}

function start(
  { ffmpegBin, signal }: Run,
  args: readonly string[],
  [stdin, stdout]: readonly ['pipe' | 'ignore', 'pipe' | 'ignore'],
): Ffmpeg {
  signal.throwIfAborted();
  const ffmpeg = spawn(ffmpegBin, args, { stdio: [stdin, stdout, 'pipe'] });
  const none = Readable.from([]);
  let stderr = '';
  ffmpeg.stderr?.setEncoding('utf8');
  ffmpeg.stderr?.on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_CHARACTERS);
  });
  // A broken pipe is told by the write that meets it, and by the exit.
  ffmpeg.stdin?.on('error', () => undefined);
  const ended = once(ffmpeg, 'close').then(
    ([code, killedBy]): string | null =>
      code === 0 ? null : `ffmpeg ended with ${killedBy ?? `code ${String(code)}`}: ${stderr.trim()}`,
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? `there is no ffmpeg at ${ffmpegBin}` : `ffmpeg: ${error.message}`,
  );
  const abort = (): boolean => ffmpeg.kill('SIGKILL');
  signal.addEventListener('abort', abort);

  let stalled = false;
  const stall = (): void => {
    stalled = true;
    abort();
  };
  let watch = setTimeout(stall, STALLED_AFTER_MS);
  return {
    stdin: ffmpeg.stdin ?? new PassThrough(),
    stdout: ffmpeg.stdout ?? none,
    alive() {
      clearTimeout(watch);
      watch = setTimeout(stall, STALLED_AFTER_MS);
    },
    said: () => stderr,
    async succeeded() {
      const failure = await ended;
      signal.throwIfAborted();
      if (stalled) throw new EncodingFailed(`ffmpeg did nothing for ${STALLED_AFTER_MS / 1000} s`);
      if (failure !== null) throw new EncodingFailed(failure);
    },
    async end() {
      clearTimeout(watch);
      signal.removeEventListener('abort', abort);
      abort();
      await ended;
    },
  };
}

/** Resolves when the bytes may be used again; false when nobody reads them any more. */
async function write(to: Writable, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    to.write(bytes, (error) => resolve(error === null || error === undefined));
  });
}

/** The first line of what ffmpeg says of itself. @throws EncodingFailed */
export async function ffmpegVersion(ffmpegBin: string): Promise<string> {
  const ffmpeg = spawn(ffmpegBin, ['-hide_banner', '-version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  let told = '';
  ffmpeg.stdout.setEncoding('utf8');
  ffmpeg.stdout.on('data', (text: string) => (told += text));
  try {
    await once(ffmpeg, 'close');
  } catch {
    throw new EncodingFailed(`there is no ffmpeg at ${ffmpegBin}`);
  }
  return told.split('\n')[0]?.trim() ?? '';
}
