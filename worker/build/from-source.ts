import { createHash } from 'node:crypto';
import { cpSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../setup/command.ts';
import { SetupError } from '../../setup/errors.ts';
import { commandNeed, ensurePackages, libraryNeed } from '../../setup/packages.ts';
import type { MakeOptions } from './mediasoup-worker.ts';

const recipeDir = join(import.meta.dirname, 'recipe');

const needs = [
  commandNeed('pkg-config'),
  commandNeed('g++'),
  commandNeed('ninja', 'ninja-build'),
  commandNeed('meson'),
  commandNeed('flatc', 'flatbuffers-compiler'),
  libraryNeed('flatbuffers', 'libflatbuffers-dev'),
  libraryNeed('libuv', 'libuv1-dev'),
  libraryNeed('openssl', 'libssl-dev'),
  libraryNeed('libsrtp2', 'libsrtp2-dev'),
  libraryNeed('absl_strings', 'libabsl-dev'),
];

/** A change to mediasoup's own files. Each must match exactly once, so that a new mediasoup cannot slip by unchanged. */
type Edit = { readonly file: string; readonly find: string; readonly put: string };

/** What a compiler process takes at its largest, with the precompiled header. */
const bytesPerJob = 1.2 * 2 ** 30;

/** Builds the worker from the source in mediasoup's npm package, against the system's libraries. recipe/README.md says how. */
export async function buildFromSource({
  log,
  cacheDir,
  packageDir,
  scratchDir,
}: MakeOptions): Promise<string> {
  if (process.platform !== 'linux') {
    throw new SetupError(
      `mediasoup's prebuilt worker could not be downloaded, and only on Linux can Parley build one: ` +
        `try again with internet, or name one in MEDIASOUP_WORKER_BIN.`,
    );
  }
  await ensurePackages(needs, { cacheDir, say: log });

  log('building it from source');
  const source = join(scratchDir, 'worker');
  cpSync(join(packageDir, 'worker'), source, { recursive: true });
  for (const wrap of globSync('subprojects/*.wrap', { cwd: source })) rmSync(join(source, wrap));
  cpSync(recipeDir, source, { recursive: true });
  for (const edit of readEdits()) applyEdit(source, edit);

  const build = join(scratchDir, 'build');
  await runOrExplain('meson', ['setup', build, '--buildtype', 'release', '-Db_ndebug=true'], source);
  const jobs = Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / bytesPerJob)));
  await runOrExplain('ninja', ['-C', build, '-j', String(jobs), 'mediasoup-worker'], source, (line) => {
    const progress = /^\[\d+\/\d+\]/.exec(line);
    if (progress) log(`building it from source, once, some minutes: ${progress[0]}`);
  });
  const binary = join(build, 'mediasoup-worker');
  await runOrExplain('strip', [binary], source);
  return binary;
}

/** Changes whenever anything of the recipe does but its description, so that no worker outlives its recipe. */
export function recipeVersion(): string {
  const hash = createHash('sha256');
  for (const path of globSync('**/*', { cwd: recipeDir }).toSorted()) {
    const file = join(recipeDir, path);
    if (path === 'README.md' || !statSync(file).isFile()) continue;
    hash.update(`${path}\0`).update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 8);
}

export function readEdits(): readonly Edit[] {
  return JSON.parse(readFileSync(join(recipeDir, 'edits.json'), 'utf8')) as Edit[];
}

function applyEdit(source: string, { file, find, put }: Edit): void {
  const path = join(source, file);
  const parts = readFileSync(path, 'utf8').split(find);
  if (parts.length !== 2) {
    throw new SetupError(
      `The recipe for the mediasoup worker does not fit this version of mediasoup: ` +
        `${file} has ${parts.length - 1} places, not one, that read: ${find}`,
    );
  }
  writeFileSync(path, parts.join(put));
}

async function runOrExplain(
  command: string,
  args: readonly string[],
  cwd: string,
  onLine?: (line: string) => void,
): Promise<void> {
  const { code, said } = await runCommand(command, args, { cwd, ...(onLine ? { onLine } : {}) });
  if (code === 0) return;
  throw new SetupError(
    `The mediasoup worker could not be built: ${command} ended with ${code} and said:\n${said}`,
  );
}
