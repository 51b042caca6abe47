import { fileURLToPath } from 'node:url';
import type { Say } from './tell.ts';

/** What every step gets. */
export type SetupContext = {
  /** The checkout. */
  readonly root: string;
  /** Where fetched and built things are kept for every checkout of this person. run.mjs makes it. */
  readonly cacheDir: string;
  readonly say: Say;
};

export const root = fileURLToPath(new URL('..', import.meta.url));
