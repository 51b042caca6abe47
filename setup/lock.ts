import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DatabaseSync } from 'node:sqlite';

/** SQLite's result code for "another one holds it". https://sqlite.org/rescode.html#busy */
const sqliteBusy = 5;
const askAgainMs = 200;

/** The lock file for a kind of work, and for one folder where the work lies in a checkout. */
export function lockFile(cacheDir: string, kind: string, folder?: string): string {
  const suffix = folder ? `-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}` : '';
  return join(cacheDir, 'locks', kind + suffix);
}

/**
 * Does the work while no other process does any under the same lock file.
 *
 * The lock is SQLite's own on an empty database, which is the kernel's file
 * lock. It ends with its holder, however that ends: there is no stale lock to
 * detect, and the file may stay.
 */
export async function withLock<T>(file: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    while (!tryLock(database)) {
      onWait();
      await delay(askAgainMs);
    }
    return await work();
  } finally {
    database.close();
  }
}

function tryLock(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === sqliteBusy) return false;
    throw error;
  }
}
