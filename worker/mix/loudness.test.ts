import { spawn } from 'node:child_process';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { createLoudnessMeter } from './loudness.ts';
import { createRandom } from './simulate.ts';

const ffmpegBin = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const SECONDS = 20;

/** Interleaved voices, each in its turns, with a little of the other in each. */
function voices(): Float32Array {
  const random = createRandom(2);
  return Float32Array.from({ length: 2 * SECONDS * 48_000 }, (_, at) => {
    const seconds = Math.floor(at / 2) / 48_000;
    const isTurn = Math.floor(seconds / 3) % 2 === at % 2;
    const common = 0.01 * Math.sin(2 * Math.PI * 300 * seconds);
    const syllable = Math.sin(2 * Math.PI * 3 * seconds) ** 2;
    return common + (isTurn ? (at % 2 === 0 ? 0.3 : 0.05) * syllable * (2 * random() - 1) : 0);
  });
}

async function byFfmpeg(sound: Float32Array): Promise<number> {
  const meter = 'aformat=sample_fmts=dbl:channel_layouts=mono,ebur128=dualmono=true:framelog=verbose';
  const input = ['-f', 'f32le', '-ar', '48000', '-ac', '1', '-i', 'pipe:0'];
  const ffmpeg = spawn(ffmpegBin, ['-hide_banner', '-nostats', ...input, '-af', meter, '-f', 'null', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  ffmpeg.stdin.end(Buffer.from(sound.buffer));
  return Number(/I:\s+(\S+) LUFS/.exec((await buffer(ffmpeg.stderr)).toString())?.[1]);
}

describe('the meter', () => {
  it('says what ffmpeg says, of each voice and of a mix with any gains', async () => {
    const both = voices();
    const meter = createLoudnessMeter();
    for (let at = 0; at < both.length; at += 10_002) meter.add(both.subarray(at, at + 10_002));
    const cases = [
      { a: 1, b: 0 },
      { a: 0, b: 1 },
      { a: 0.5, b: 0.5 },
      { a: 0.3, b: 2 },
    ];
    for (const gains of cases) {
      const mix = Float32Array.from(
        { length: both.length / 2 },
        (_, n) => gains.a * (both[2 * n] ?? 0) + gains.b * (both[2 * n + 1] ?? 0),
      );
      expect(Math.abs((meter.integrated(gains) ?? 0) - (await byFfmpeg(mix)))).toBeLessThanOrEqual(0.1);
    }
  });

  it('of silence, and of what is too short to be measured, says nothing', () => {
    const silent = createLoudnessMeter();
    silent.add(new Float32Array(2 * 48_000));
    expect(silent.integrated({ a: 1, b: 1 })).toBeNull();
    const short = createLoudnessMeter();
    short.add(new Float32Array(2 * 9_600).fill(0.5));
    expect(short.integrated({ a: 1, b: 1 })).toBeNull();
  });
});
