import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand, type Outcome } from './command.ts';
import type { SetupContext } from './context.ts';
import { SetupError } from './errors.ts';
import { lockFile, withLock } from './lock.ts';

type LockFile = { readonly packages: Readonly<Record<string, LockedPackage>> };
type LockedPackage = { readonly version?: string; readonly integrity?: string; readonly optional?: boolean };

type Installer = (root: string) => Promise<Outcome>;

/** Makes node_modules what package-lock.json says, by `npm ci` without install scripts. */
export async function ensureDependencies(
  { root, cacheDir, say }: SetupContext,
  install: Installer = npmCi,
): Promise<void> {
  const stamp = join(root, 'node_modules', '.parley-lock-sha256');
  const wanted = hashOf(readFileSync(join(root, 'package-lock.json')));
  if (matches(root, stamp, wanted)) return;

  const lock = lockFile(cacheDir, 'dependencies', root);
  await withLock(
    lock,
    () => say('waiting for another set-up'),
    async () => {
      if (matches(root, stamp, wanted)) return;
      say('installing by npm ci');
      const { code, said } = await install(root);
      if (code !== 0) {
        throw new SetupError(
          `The dependencies could not be installed: npm ci ended with ${code}. Is npm's registry in reach? npm said:\n${said}`,
        );
      }
      writeFileSync(stamp, wanted);
    },
  );
}

/** npm ci removes node_modules first, and the stamp with it: a half-made one has none. */
function matches(root: string, stamp: string, wanted: string): boolean {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  if (!installedByHand(root)) return false;
  writeFileSync(stamp, wanted);
  return true;
}

/** Whoever ran npm themselves has npm's own record of what lies in node_modules: don't install it again. */
function installedByHand(root: string): boolean {
  const record = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  const installed = JSON.parse(readFileSync(record, 'utf8')) as LockFile;
  return Object.entries(locked.packages).every(([path, { version, integrity, optional }]) => {
    const found = installed.packages[path];
    if (path === '') return true;
    if (!found) return optional === true;
    return found.version === version && found.integrity === integrity;
  });
}

function npmCi(root: string): Promise<Outcome> {
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  // Under `npm start` the npm in use says where it is; it may be another than the first on PATH.
  const cli = process.env['npm_execpath'];
  return cli && basename(cli) === 'npm-cli.js'
    ? runCommand(process.execPath, [cli, ...args], { cwd: root })
    : runCommand('npm', args, { cwd: root });
}

function hashOf(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
