import { open } from 'node:fs/promises';

/** Makes the entries of a folder durable: without it a power loss could take a file's name although its bytes are on disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
