import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../setup/command.ts';
import { failureMemo } from '../../setup/failures.ts';
import type { MakeOptions } from './mediasoup-worker.ts';

const downloadStallMs = 20_000;

/** Has mediasoup's own install script download the worker of its release; undefined where that does not work. */
export async function downloadPrebuilt({
  log,
  cacheDir,
  packageDir,
  version,
  scratchDir,
}: MakeOptions): Promise<string | undefined> {
  const failure = failureMemo(cacheDir, `mediasoup-worker-${version}`);
  if (failure.isFresh()) return undefined;
  log('downloading the prebuilt one');
  const name = process.platform === 'win32' ? 'mediasoup-worker.exe' : 'mediasoup-worker';
  const downloaded = join(packageDir, 'worker/out/Release', name);
  const { code } = await runCommand(process.execPath, ['npm-scripts.mjs', 'postinstall'], {
    cwd: packageDir,
    // When the download fails, the script turns to a build of its own by Python. Ours is the one
    // that works without internet, so it is given a Python that is not there, and gives up.
    env: { ...process.env, PYTHON: join(scratchDir, 'no-python') },
    stall: { file: downloaded, limitMs: downloadStallMs },
  });
  if (code !== 0 || !existsSync(downloaded)) {
    rmSync(downloaded, { force: true });
    failure.note();
    return undefined;
  }
  const result = join(scratchDir, name);
  copyFileSync(downloaded, result);
  rmSync(downloaded);
  return result;
}
