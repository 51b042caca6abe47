import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFile, withLock } from './lock.ts';

const noWait = (): void => {
  throw new Error('nobody else should hold this lock');
};

describe('withLock', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one work at a time, and tells the other that it waits', async () => {
    const file = join(folder, 'lock');
    const told: string[] = [];
    const { promise: release, resolve: letGo } = Promise.withResolvers<void>();
    const { promise: held, resolve: hold } = Promise.withResolvers<void>();
    const first = withLock(file, noWait, async () => {
      hold();
      await release;
      told.push('first');
    });
    await held;
    const second = withLock(file, letGo, async () => void told.push('second'));
    await Promise.all([first, second]);
    expect(told).toEqual(['first', 'second']);
  });

  it('is free again after work that failed, and hands on the failure', async () => {
    const file = join(folder, 'lock');
    await expect(withLock(file, noWait, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await withLock(file, noWait, async () => 'free')).toBe('free');
  });

  it('is free at once when its holder was killed', async () => {
    const file = join(folder, 'lock');
    const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', holderSource(file)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    let waited = false;
    const work = withLock(
      file,
      () => {
        if (!waited) holder.kill('SIGKILL');
        waited = true;
      },
      async () => 'free',
    );
    expect(await work).toBe('free');
    expect(waited).toBe(true);
  });

  it('differs between checkouts where the work lies in one', () => {
    expect(lockFile('/cache', 'client', '/a')).not.toBe(lockFile('/cache', 'client', '/b'));
    expect(lockFile('/cache', 'packages')).toBe(join('/cache', 'locks', 'packages'));
  });
});

function holderSource(file: string): string {
  return `
    import { withLock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    setInterval(() => {}, 1000);
    await withLock(${JSON.stringify(file)}, () => {}, () => { console.log('held'); return new Promise(() => {}); });
  `;
}
