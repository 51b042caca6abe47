/** The recording as anybody would get it: by its signed addresses, byte for byte, and what is in it. */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RecordingAnswer } from '../server/protocol/http.ts';
import type { RecordedFile } from './demo-report.ts';
import { decode } from './decode.ts';

export interface Downloaded {
  readonly files: readonly RecordedFile[];
  /** The master's sound, all channels in one, at `ANALYSIS_RATE`, and how long it is. */
  readonly master: { readonly sound: Float32Array; readonly durationSeconds: number };
}

/** @throws when a file cannot be had or decoded, or when there is no master. */
export async function download(
  recording: RecordingAnswer,
  folder: string,
  say: (words: string) => void,
): Promise<Downloaded> {
  await mkdir(folder, { recursive: true });
  const files: RecordedFile[] = [];
  let master: Downloaded['master'] | null = null;
  for (const { name, format, bytes, sha256, durationSeconds, url } of recording.files) {
    const path = join(folder, basename(name));
    const foundSha256 = await fetchTo(url, path);
    const decoded = await decode(path);
    if (format === 'flac') master = decoded;
    files.push({
      path,
      format,
      bytes,
      sha256,
      durationSeconds,
      found: {
        bytes: (await stat(path)).size,
        sha256: foundSha256,
        durationSeconds: decoded.durationSeconds,
      },
    });
    say(`${path}: ${bytes} bytes, ${durationSeconds} s`);
  }
  if (master === null) throw new Error('the recording has no FLAC master');
  return { files, master };
}

/** Answers the SHA-256 of what came. */
async function fetchTo(url: string, path: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok || response.body === null) throw new Error(`${new URL(url).pathname}: ${response.status}`);
  const hash = createHash('sha256');
  const counted = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.from(response.body), counted, createWriteStream(path));
  return hash.digest('hex');
}
