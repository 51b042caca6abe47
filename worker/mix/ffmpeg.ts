/** ffmpeg as an encoder and nothing else: it reads our samples from its standard input and no file of anybody's. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { SAMPLE_RATE } from './opus.ts';

/** ffmpeg is missing, failed, was killed or stood still. */
export class EncodingFailed extends Error {
  override readonly name = 'EncodingFailed';
}

/** An encoder that takes nothing for so long hangs; a busy machine at nice 19 does not take that long. */
const STALLED_AFTER_MS = 120_000;
const KEPT_STDERR_CHARACTERS = 4_000;

const LISTENING_KBIT = 128;

/**
 * Encodes interleaved float samples to a FLAC of 48 kHz and 24 bit, unprocessed, and to a mono MP3 of half of each
 * channel, so that it cannot clip unless the master does. Repeatable: no dates, no encoder's name.
 * @returns SHA-256, in hex, of all samples as little-endian float32.
 * @throws EncodingFailed; what the blocks throw; the signal's reason.
 */
export async function encode(o: {
  readonly ffmpegBin: string;
  readonly layout: 'stereo' | 'mono';
  readonly blocks: AsyncIterable<Float32Array<ArrayBuffer>>;
  readonly masterPath: string;
  readonly listeningPath: string;
  readonly signal: AbortSignal;
}): Promise<string> {
  o.signal.throwIfAborted();
  const ffmpeg = spawn(o.ffmpegBin, argumentsFor(o), { stdio: ['pipe', 'ignore', 'pipe'] });
  let stderr = '';
  ffmpeg.stderr.setEncoding('utf8');
  ffmpeg.stderr.on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_CHARACTERS);
  });
  // A broken pipe is told by the write that meets it, and by the exit.
  ffmpeg.stdin.on('error', () => undefined);
  const ended = once(ffmpeg, 'close').then(
    ([code, killedBy]): string | null =>
      code === 0 ? null : `ffmpeg ended with ${killedBy ?? `code ${String(code)}`}: ${stderr.trim()}`,
    (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? `there is no ffmpeg at ${o.ffmpegBin}` : `ffmpeg: ${error.message}`,
  );
  const abort = (): boolean => ffmpeg.kill('SIGKILL');
  o.signal.addEventListener('abort', abort);

  let stalled = false;
  const stall = (): void => {
    stalled = true;
    abort();
  };
  let watch = setTimeout(stall, STALLED_AFTER_MS);
  const alive = (): void => {
    clearTimeout(watch);
    watch = setTimeout(stall, STALLED_AFTER_MS);
  };

  const hash = createHash('sha256');
  try {
    let isOpen = true;
    for await (const block of o.blocks) {
      const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
      hash.update(bytes);
      isOpen = await write(ffmpeg.stdin, bytes);
      alive();
      if (!isOpen) break;
    }
    if (isOpen) ffmpeg.stdin.end();
    const failure = await ended;
    o.signal.throwIfAborted();
    if (stalled) throw new EncodingFailed(`ffmpeg took nothing for ${STALLED_AFTER_MS / 1000} s`);
    if (failure !== null) throw new EncodingFailed(failure);
    if (!isOpen) throw new EncodingFailed('ffmpeg ended before all was written');
    return hash.digest('hex');
  } finally {
    clearTimeout(watch);
    o.signal.removeEventListener('abort', abort);
    abort();
    await ended;
  }
}

/** Resolves when the bytes may be used again; false when nobody reads them any more. */
async function write(to: Writable, bytes: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    to.write(bytes, (error) => resolve(error === null || error === undefined));
  });
}

function argumentsFor(o: {
  readonly layout: 'stereo' | 'mono';
  readonly masterPath: string;
  readonly listeningPath: string;
}): readonly string[] {
  const repeatable = ['-map_metadata', '-1', '-fflags', '+bitexact', '-flags:a', '+bitexact'];
  const isStereo = o.layout === 'stereo';
  return [
    '-hide_banner',
    '-nostdin',
    '-loglevel',
    'error',
    '-y',
    '-f',
    'f32le',
    '-ar',
    String(SAMPLE_RATE),
    '-ac',
    isStereo ? '2' : '1',
    '-i',
    'pipe:0',
    ...(isStereo ? ['-filter_complex', '[0:a]pan=mono|c0=0.5*c0+0.5*c1[listening]'] : []),
    // 24 bits of the 32 that ffmpeg's FLAC encoder asks for.
    '-map',
    '0:a',
    '-c:a',
    'flac',
    '-sample_fmt',
    's32',
    '-bits_per_raw_sample',
    '24',
    ...repeatable,
    '-f',
    'flac',
    o.masterPath,
    '-map',
    isStereo ? '[listening]' : '0:a',
    '-c:a',
    'libmp3lame',
    '-b:a',
    `${LISTENING_KBIT}k`,
    ...repeatable,
    '-f',
    'mp3',
    o.listeningPath,
  ];
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
