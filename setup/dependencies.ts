import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { runCommand, type Outcome } from './command.ts';
import type { SetupContext } from './context.ts';
import { SetupError } from './errors.ts';
import { lockFile, withLock } from './lock.ts';

type LockFile = { readonly packages: Readonly<Record<string, LockedPackage>> };
type LockedPackage = {
  readonly version?: string;
  readonly integrity?: string;
  readonly optional?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

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
      say('installing what package-lock.json names');
      const { code, said } = await install(root);
      if (code !== 0) {
        throw new SetupError(
          `The dependencies could not be installed: npm ended with ${code}. Is npm's registry in reach? npm said:\n${said}`,
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

async function npmCi(root: string): Promise<Outcome> {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const complaints: string[] = [];
  const outcome = await npm(root, ['ci', ...flags], (line) => complaints.push(line));
  if (outcome.code === 0 || !lacksOnlyOptional(root, complaints)) return outcome;
  return npm(root, ['install', '--no-save', ...flags]);
}

/**
 * True when npm ci refuses the lock file only for optional packages that it does not name.
 *
 * npm leaves out of a lock file what the registry in reach did not have when it
 * was written, such as binaries for other platforms. `npm install` takes the
 * same versions from it and forgives that.
 */
export function lacksOnlyOptional(root: string, complaints: readonly string[]): boolean {
  const all = complaints.join('\n');
  const missing = [...all.matchAll(/Missing: (@?[^@\s]+)@/g)].map(([, name]) => name);
  if (missing.length === 0 || all.includes('Invalid:')) return false;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as LockFile;
  const optional = new Set(
    Object.values(locked.packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {})),
  );
  return missing.every((name) => name !== undefined && optional.has(name));
}

function npm(
  root: string,
  args: readonly string[],
  onLine: (line: string) => void = () => {},
): Promise<Outcome> {
  // Under `npm start` the npm in use says where it is; it may be another than the first on PATH.
  const cli = process.env['npm_execpath'];
  return cli && basename(cli) === 'npm-cli.js'
    ? runCommand(process.execPath, [cli, ...args], { cwd: root, onLine })
    : runCommand('npm', args, { cwd: root, onLine });
}

function hashOf(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}
