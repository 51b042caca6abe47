import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SetupError } from '../../setup/errors.ts';
import { ensureMediasoupWorker, type Make, type MakeOptions } from './mediasoup-worker.ts';

/** Behaves as a mediasoup worker does when it is only asked whether it runs. */
const goodWorker = '#!/bin/sh\nexit 41\n';

describe('ensureMediasoupWorker', () => {
  let cacheDir: string;
  let made: number;
  const log = vi.fn<(text: string) => void>();

  beforeEach(() => {
    cacheDir = mkdtempSync(join(tmpdir(), 'parley-worker-'));
    made = 0;
    log.mockClear();
    vi.stubEnv('MEDIASOUP_WORKER_BIN', undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(cacheDir, { recursive: true });
  });

  const make: Make = async ({ scratchDir }) => {
    made += 1;
    return script(join(scratchDir, 'worker'), goodWorker);
  };
  const ensure = (...makes: readonly Make[]): Promise<string> =>
    ensureMediasoupWorker({ log, cacheDir, makes });

  it('takes a given worker that runs, and makes none', async () => {
    const given = script(join(cacheDir, 'given'), goodWorker);
    vi.stubEnv('MEDIASOUP_WORKER_BIN', given);
    expect(await ensure(make)).toBe(given);
    expect(made).toBe(0);
  });

  it.each(['/nowhere/mediasoup-worker', '/bin/true'])(
    'says in a sentence that a given %s does not run',
    async (given) => {
      vi.stubEnv('MEDIASOUP_WORKER_BIN', given);
      await expect(ensure(make)).rejects.toThrow(
        new SetupError(
          `MEDIASOUP_WORKER_BIN is ${given}, and that does not run here as a mediasoup worker: ` +
            `correct it, or unset it to have one made.`,
        ),
      );
    },
  );

  it('makes one once, and then takes it from the cache without a word', async () => {
    const first = await ensure(make);
    log.mockClear();
    expect(await ensure(make)).toBe(first);
    expect(made).toBe(1);
    expect(log).not.toHaveBeenCalled();
  });

  it('leaves nothing of the making in the cache', async () => {
    const binary = await ensure(make);
    expect(existsSync(join(binary, '../../', `${folderName(binary)}.making`))).toBe(false);
  });

  it.each<[string, (binary: string) => void]>([
    ['cut short', (binary) => truncateSync(binary, 12)],
    ['changed, though it runs', (binary) => writeFileSync(binary, `${goodWorker}# more\n`)],
    ['not executable', (binary) => chmodSync(binary, 0o644)],
    ['without its stamp', (binary) => rmSync(`${binary}.sha256`)],
    ['gone', (binary) => rmSync(binary)],
  ])('makes a cached worker again that is %s', async (_, spoil) => {
    const binary = await ensure(make);
    spoil(binary);
    expect(await ensure(make)).toBe(binary);
    expect(readFileSync(binary, 'utf8')).toBe(goodWorker);
    expect(made).toBe(2);
  });

  it('makes one for two that come at the same time', async () => {
    const [one, other] = await Promise.all([ensure(make), ensure(make)]);
    expect(one).toBe(other);
    expect(made).toBe(1);
  });

  it('goes on to the next way when one leads nowhere, or to a worker that does not run here', async () => {
    expect(readFileSync(await ensure(nowhere, foreign, make), 'utf8')).toBe(goodWorker);
  });

  it('says in a sentence that none can be had', async () => {
    await expect(ensure(nowhere)).rejects.toThrow(/^No mediasoup worker .* could be had/);
  });
});

async function nowhere(): Promise<undefined> {}

async function foreign({ scratchDir }: MakeOptions): Promise<string> {
  return script(join(scratchDir, 'worker'), '#!/bin/sh\nexit 1\n');
}

function script(path: string, source: string): string {
  writeFileSync(path, source, { mode: 0o755 });
  return path;
}

function folderName(binary: string): string {
  return binary.split('/').at(-2) ?? '';
}
