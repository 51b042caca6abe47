/** One server at a time in a data folder: two would both go on with the same conversations. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** Another server has the folder; the message says what to do. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

/** A server that is just closing lets go within this. */
const waitMs = 5_000;

/**
 * Node has no file locks of its own; SQLite's is one of the operating system's, gone with the process however it ends.
 * The answer lets go; idempotent.
 *
 * @throws FolderInUse when another server keeps it.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(folder, 'in-use'), { timeout: waitMs });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    throw new FolderInUse(
      `Another Parley uses the data folder ${folder}. Stop it first, or choose another folder with PARLEY_DATA.`,
      { cause: error },
    );
  }
  return () => {
    if (lock.isOpen) lock.close();
  };
}
