import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import type { SetupContext } from './context.ts';
import { SetupError } from './errors.ts';
import { lockFile, withLock } from './lock.ts';

/** What the browser's half is made of: change one of these and it is built again. */
const sources = ['client/**/*', 'server/protocol/**/*', 'package-lock.json'];
const notSources = ['client/dist/**', 'client/test/**', '**/*.test.ts'];

/** Builds client/ into client/dist when its sources have changed since. */
export async function ensureClient({ root, cacheDir, say }: SetupContext): Promise<void> {
  if (!existsSync(join(root, 'client/index.html'))) return;
  const dist = join(root, 'client/dist');
  const stamp = join(dist, '.stamp');
  const isCurrent = (hash: string): boolean => existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
  if (isCurrent(hashOfSources(root))) return;

  const lock = lockFile(cacheDir, 'client', root);
  await withLock(
    lock,
    () => say('waiting for another set-up'),
    async () => {
      const hash = hashOfSources(root);
      if (isCurrent(hash)) return;
      say('building');
      // Made beside and put in place at once: a running server never serves half a build.
      const fresh = join(root, 'node_modules', `.parley-client-${randomBytes(4).toString('hex')}`);
      const replaced = `${fresh}-replaced`;
      try {
        const vite = join(root, 'node_modules/vite/bin/vite.js');
        const args = [vite, 'build', 'client', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn'];
        const { code, said } = await runCommand(process.execPath, args, { cwd: root });
        if (code !== 0) throw new SetupError(`The client could not be built. vite said:\n${said}`);
        writeFileSync(join(fresh, '.stamp'), hash);
        if (existsSync(dist)) renameSync(dist, replaced);
        renameSync(fresh, dist);
      } finally {
        rmSync(fresh, { recursive: true, force: true });
        rmSync(replaced, { recursive: true, force: true });
      }
    },
  );
}

function hashOfSources(root: string): string {
  const hash = createHash('sha256');
  for (const path of globSync(sources, { cwd: root, exclude: notSources }).toSorted()) {
    const file = join(root, path);
    if (!statSync(file).isFile()) continue;
    hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex');
}
