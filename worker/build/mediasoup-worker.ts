import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { runCommand } from '../../setup/command.ts';
import { SetupError } from '../../setup/errors.ts';
import { withLock } from '../../setup/lock.ts';
import { buildFromSource, recipeVersion } from './from-source.ts';
import { downloadPrebuilt } from './prebuilt.ts';

export type Log = (text: string) => void;

export type MakeOptions = {
  readonly log: Log;
  readonly cacheDir: string;
  /** The installed npm package, and its version. */
  readonly packageDir: string;
  readonly version: string;
  /** An empty folder for whatever is made on the way; removed afterwards. */
  readonly scratchDir: string;
};

/** Answers the path of a fresh worker, or undefined where this way leads nowhere. */
export type Make = (options: MakeOptions) => Promise<string | undefined>;

export type EnsureOptions = {
  /** Told what is going on, only if something has to be done. */
  readonly log: Log;
  readonly cacheDir: string;
  /** Tried in turn when the cache has no good worker. */
  readonly makes?: readonly Make[];
};

/** mediasoup's own check that a worker runs here: its exit code without MEDIASOUP_VERSION in the environment. */
const exitCodeOfGoodWorker = 41;

/**
 * Answers the path of a mediasoup worker that runs on this machine.
 *
 * In this order: MEDIASOUP_WORKER_BIN; the cache; mediasoup's prebuilt one;
 * one built from the source in mediasoup's npm package.
 */
export async function ensureMediasoupWorker(options: EnsureOptions): Promise<string> {
  const { log, cacheDir, makes = [downloadPrebuilt, buildFromSource] } = options;
  const given = process.env['MEDIASOUP_WORKER_BIN'];
  if (given) {
    if (await runsHere(given)) return given;
    throw new SetupError(
      `MEDIASOUP_WORKER_BIN is ${given}, and that does not run here as a mediasoup worker: correct it, or unset it to have one made.`,
    );
  }

  const manifest = findPackageJSON('mediasoup', import.meta.url);
  if (!manifest) throw new SetupError('mediasoup is not installed: run npm ci.');
  const packageDir = dirname(manifest);
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const key = `${version}-${process.platform}-${process.arch}-recipe-${recipeVersion()}`;
  const folder = join(cacheDir, 'mediasoup-worker', key);
  if (await isGood(folder)) return binaryIn(folder);

  return withLock(
    `${folder}.lock`,
    () => log('waiting for another set-up'),
    async () => {
      if (await isGood(folder)) return binaryIn(folder);
      if (existsSync(binaryIn(folder))) log('the one in the cache is broken, making it again');
      const scratchDir = `${folder}.making`;
      try {
        for (const make of makes) {
          // Also clears what a set-up left that was killed: nobody else is here, by the lock.
          rmSync(scratchDir, { recursive: true, force: true });
          mkdirSync(scratchDir, { recursive: true });
          const made = await make({ log, cacheDir, packageDir, version, scratchDir });
          if (made !== undefined && (await runsHere(made))) return keep(made, folder);
        }
      } finally {
        rmSync(scratchDir, { recursive: true, force: true });
      }
      throw new SetupError(
        `No mediasoup worker ${version} could be had for this machine: name one in MEDIASOUP_WORKER_BIN.`,
      );
    },
  );
}

export function binaryIn(folder: string): string {
  return join(folder, process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker');
}

/** The stamp is written after the binary: a binary without, or with another's, was not finished. */
function keep(made: string, folder: string): string {
  const binary = binaryIn(folder);
  mkdirSync(folder, { recursive: true });
  const fresh = `${binary}.${randomBytes(4).toString('hex')}`;
  copyFileSync(made, fresh);
  chmodSync(fresh, 0o755);
  const hash = hashOf(fresh);
  renameSync(fresh, binary);
  writeFileSync(`${binary}.sha256`, hash);
  return binary;
}

/** Whole, and running: a cache may have been filled on a machine with other libraries. */
async function isGood(folder: string): Promise<boolean> {
  const binary = binaryIn(folder);
  const stamp = `${binary}.sha256`;
  if (!existsSync(binary) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === hashOf(binary) && (await runsHere(binary));
}

async function runsHere(binary: string): Promise<boolean> {
  const { code } = await runCommand(binary, [], { env: {} });
  return code === exitCodeOfGoodWorker;
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
