import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensureDependencies, lacksOnlyOptional } from './dependencies.ts';

const lock = (version: string): string =>
  JSON.stringify({
    packages: {
      '': { version: '0.1.0' },
      'node_modules/thing': {
        version,
        integrity: `sha512-${version}`,
        optionalDependencies: { '@thing/mac': version },
      },
      'node_modules/@thing/mac': { version, integrity: 'sha512-mac', optional: true },
    },
  });

describe('ensureDependencies', () => {
  let root: string;
  let installs: number;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-dependencies-'));
    installs = 0;
    writeFileSync(join(root, 'package-lock.json'), lock('1.0.0'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const ensure = (code = 0): Promise<void> =>
    ensureDependencies({ root, cacheDir: join(root, 'cache'), say: () => {} }, async () => {
      installs += 1;
      rmSync(join(root, 'node_modules'), { recursive: true, force: true });
      mkdirSync(join(root, 'node_modules'));
      return { code, said: 'what npm says' };
    });

  it('installs on a fresh clone, and then no more', async () => {
    await ensure();
    await ensure();
    expect(installs).toBe(1);
  });

  it('installs again when the lock file has changed', async () => {
    await ensure();
    writeFileSync(join(root, 'package-lock.json'), lock('1.0.1'));
    await ensure();
    expect(installs).toBe(2);
  });

  it('installs once when two come at the same time', async () => {
    await Promise.all([ensure(), ensure()]);
    expect(installs).toBe(1);
  });

  it('leaves alone what somebody installed by hand, other platforms’ packages apart', async () => {
    mkdirSync(join(root, 'node_modules'));
    const { '': _, 'node_modules/@thing/mac': __, ...installed } = JSON.parse(lock('1.0.0')).packages;
    writeFileSync(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: installed }));
    await ensure();
    expect(installs).toBe(0);
  });

  it('does not trust an installation by hand of other versions', async () => {
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(join(root, 'node_modules/.package-lock.json'), lock('0.9.0'));
    await ensure();
    expect(installs).toBe(1);
  });

  it('says what npm said when it fails, and leaves no stamp', async () => {
    await expect(ensure(1)).rejects.toThrow(/npm ended with 1.*what npm says/s);
    expect(existsSync(join(root, 'node_modules/.parley-lock-sha256'))).toBe(false);
  });

  it('forgives a lock file without an optional package, and no other lack', () => {
    const optional = 'npm error Missing: @thing/mac@ from lock file';
    expect(lacksOnlyOptional(root, [optional])).toBe(true);
    expect(lacksOnlyOptional(root, [optional, 'npm error Missing: other@2.0.0 from lock file'])).toBe(false);
    expect(lacksOnlyOptional(root, [optional, 'npm error Invalid: lock file’s thing@1.0.0'])).toBe(false);
    expect(lacksOnlyOptional(root, ['npm error network is unreachable'])).toBe(false);
  });
});
