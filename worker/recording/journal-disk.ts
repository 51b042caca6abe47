/** The few things a journal's writer asks of a disk: a port, so that tests can make it fail. */
import { mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../sync-folder.ts';

export interface JournalFile {
  /** Answers how many bytes were taken, which may be fewer. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Content is durable when it resolves (`fdatasync`). */
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

export interface JournalDisk {
  /** Makes the folder and all above it, durably. */
  makeFolder(folder: string): Promise<void>;
  /** Never opens what is there already. */
  create(path: string): Promise<JournalFile>;
  remove(path: string): Promise<void>;
  /** Makes the folder's entries durable. */
  syncFolder(folder: string): Promise<void>;
}

export const realDisk: JournalDisk = {
  async makeFolder(folder) {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let at = folder; ; at = dirname(at)) {
      await syncFolder(at);
      if (at.length < first.length || at === dirname(at)) return;
    }
  },
  async create(path) {
    // Not world-readable: it is what two people said to each other.
    const handle = await open(path, 'wx', 0o600);
    return {
      write: async (bytes, position) => (await handle.write(bytes, 0, bytes.length, position)).bytesWritten,
      sync: () => handle.datasync(),
      truncate: (length) => handle.truncate(length),
      close: () => handle.close(),
    };
  },
  remove: (path) => rm(path, { force: true }),
  syncFolder,
};
