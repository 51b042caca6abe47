import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** So that a machine without internet waits for a download once a day and not at every start. */
const rememberedMs = 24 * 60 * 60 * 1000;

/** Remembers in the cache that a download did not work; `name` holds the version wanted. */
export function failureMemo(
  cacheDir: string,
  name: string,
): { isFresh(): boolean; note(): void; forget(): void } {
  const file = join(cacheDir, 'failures', name);
  return {
    isFresh: () => {
      const notedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
      return notedAt !== undefined && Date.now() - notedAt < rememberedMs;
    },
    note: () => {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, '');
    },
    forget: () => rmSync(file, { force: true }),
  };
}
