/** What a file sounds like, by ffmpeg: the programme's own word for how long it is and what is in it. */
import { spawn } from 'node:child_process';
import { createDecimator } from './correlate.ts';
import { SAMPLE_RATE } from './speech.ts';

export interface Decoded {
  readonly durationSeconds: number;
  /** All channels in one, at `ANALYSIS_RATE`. */
  readonly sound: Float32Array;
}

const bytesPerSample = 4;

/**
 * Decodes a whole file. Without `channel` all are averaged: a voice that is only in one of them lies in the sum all
 * the same.
 * @throws when ffmpeg is missing or finds any fault in the file.
 */
export async function decode(path: string, channel?: 0 | 1): Promise<Decoded> {
  const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
  const mono = channel === undefined ? ['-ac', '1'] : ['-af', `pan=mono|c0=c${channel}`];
  const args = ['-v', 'error', '-i', path, '-f', 'f32le', ...mono, '-ar', `${SAMPLE_RATE}`, 'pipe:1'];
  const child = spawn(ffmpeg, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${ffmpeg} cannot be run`, { cause: error })));
    child.once('close', resolve);
  });
  closed.catch(() => {});

  const decimate = createDecimator();
  const pieces: Float32Array[] = [];
  let samples = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of child.stdout) {
    const bytes = Buffer.concat([rest, chunk as Buffer]);
    const whole = bytes.length - (bytes.length % bytesPerSample);
    rest = bytes.subarray(whole);
    const floats = Float32Array.from({ length: whole / bytesPerSample }, (_, i) =>
      bytes.readFloatLE(i * bytesPerSample),
    );
    samples += floats.length;
    pieces.push(decimate(floats));
  }
  const code = await closed;
  const complaints = Buffer.concat(said).toString().trim();
  if (code !== 0 || complaints !== '') throw new Error(`ffmpeg on ${path} (${code}): ${complaints}`);
  return { durationSeconds: samples / SAMPLE_RATE, sound: joined(pieces) };
}

/** What was spoken, through the same filter. */
export function forAnalysis(sound: Int16Array): Float32Array {
  return createDecimator()(Float32Array.from(sound, (sample) => sample / 32_768));
}

function joined(pieces: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(pieces.reduce((total, piece) => total + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
