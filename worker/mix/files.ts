/** Files that are whole or not there: written aside, synced, renamed. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { syncFolder } from '../sync-folder.ts';

/** What is being written; nobody's name for a finished file begins so. */
export const UNFINISHED = '.unfinished-';

/** Where `path` is written before it is renamed. Two processes don't meet. */
export function aside(path: string): string {
  return join(dirname(path), `${UNFINISHED}${process.pid}-${basename(path)}`);
}

/** Replaces the file in one step; durable (survives power loss) when it resolves. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(aside(path), 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside(path), path);
  await syncFolder(dirname(path));
}

/** Gives what was written aside its name; durable when it resolves. */
export async function finish(path: string): Promise<void> {
  const file = await open(aside(path), 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside(path), path);
  await syncFolder(dirname(path));
}

export async function digest(path: string): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') };
}

/** The first bytes of a file. */
export async function head(path: string, bytes: number): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
