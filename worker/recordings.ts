/** `Recordings` in the data folder: one folder a conversation, and in it nothing but what comes from its sound. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recordings } from '../server/app/ports.ts';
import { syncFolder } from './sync-folder.ts';

/** Ids are ours, but a folder is made of one: nothing that could lead elsewhere. */
const SAFE_ID = /^[\w-]{1,64}$/;

/**
 * @param o.conversationsFolder Holds a folder for each conversation, named by its id, with journals, mixes, the copy of
 * its log for the mix, and whatever was left unfinished. It goes whole, so that nothing in it can be forgotten. The log
 * itself is in the store.
 */
export function createRecordings(o: { readonly conversationsFolder: string }): Recordings {
  return {
    async remove(conversationId) {
      if (!SAFE_ID.test(conversationId)) throw new TypeError('not a conversation id');
      // A link in its place is removed, not followed.
      await rm(join(o.conversationsFolder, conversationId), { recursive: true, force: true, maxRetries: 3 });
      await syncFolder(o.conversationsFolder);
    },
  };
}
