import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from './command.ts';
import { MissingPackagesError, SetupError } from './errors.ts';
import { ensurePackages, type System, type SystemNeed } from './packages.ts';

describe('ensurePackages', () => {
  let cacheDir: string;
  let installed: Set<string>;
  let calls: string[];

  beforeEach(() => {
    cacheDir = mkdtempSync(join(tmpdir(), 'parley-packages-'));
    installed = new Set(['here']);
    calls = [];
  });
  afterEach(() => rmSync(cacheDir, { recursive: true }));

  const need = (debianPackage: string): SystemNeed => ({
    debianPackage,
    present: () => installed.has(debianPackage),
  });
  const system = (overrides: Partial<System> = {}): System => ({
    hasApt: () => true,
    isRoot: () => true,
    apt: async (args) => {
      calls.push(args.join(' '));
      if (args[0] === 'install') for (const name of args.slice(3)) installed.add(name);
      return { code: 0, said: '' };
    },
    ...overrides,
  });
  const ensure = (needs: readonly SystemNeed[], given = system()): Promise<void> =>
    ensurePackages(needs, { cacheDir, say: () => {} }, given);

  it('touches nothing when everything is there', async () => {
    await ensure([need('here')]);
    expect(calls).toEqual([]);
  });

  it('installs as root what is missing, each package once', async () => {
    await ensure([need('here'), need('ffmpeg'), need('ffmpeg'), need('meson')]);
    expect(calls).toEqual(['update -q', 'install -y --no-install-recommends ffmpeg meson']);
  });

  it('touches nothing without root, and names the packages', async () => {
    const attempt = ensure([need('here'), need('ffmpeg'), need('meson')], system({ isRoot: () => false }));
    await expect(attempt).rejects.toThrow(new MissingPackagesError(['ffmpeg', 'meson']));
    expect(calls).toEqual([]);
  });

  it('names what is missing where there is no apt', async () => {
    const attempt = ensure([need('ffmpeg')], system({ hasApt: () => false }));
    await expect(attempt).rejects.toThrow(/^Not on this machine: ffmpeg /);
    expect(calls).toEqual([]);
  });

  it('says so when apt succeeds and the thing is still missing', async () => {
    const given = system({ apt: idleApt });
    await expect(ensure([need('ffmpeg')], given)).rejects.toThrow(SetupError);
  });
});

async function idleApt(): Promise<Outcome> {
  return { code: 0, said: 'nothing to do' };
}
