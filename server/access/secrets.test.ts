import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadSecrets, readSecrets, SecretsUnusable } from './secrets.ts';

const root = mkdtempSync(join(tmpdir(), 'parley-secrets-'));
afterAll(() => rmSync(root, { recursive: true }));
let count = 0;
function newFolder(): string {
  count += 1;
  return join(root, String(count));
}

test('the first start makes secrets that only their owner can read, the next reads the same', () => {
  const dataFolder = newFolder();
  expect(readSecrets(dataFolder)).toBeNull();
  const made = loadSecrets({ dataFolder });
  expect(loadSecrets({ dataFolder })).toEqual(made);
  expect(readSecrets(dataFolder)).toEqual(made);
  expect(statSync(join(dataFolder, 'secrets.json')).mode & 0o777).toBe(0o600);
  expect(statSync(dataFolder).mode & 0o777).toBe(0o700);
  expect(readdirSync(dataFolder)).toEqual(['secrets.json']);
});

test('no two secrets are the same, in one house or between two', () => {
  const all = [newFolder(), newFolder()].flatMap((dataFolder) => {
    const { apiKey, sessionKey, addressKey, linkKeys } = loadSecrets({ dataFolder });
    return [apiKey, sessionKey, addressKey].concat(linkKeys.map(({ secret }) => secret));
  });
  expect(all).toHaveLength(8);
  expect(new Set(all).size).toBe(8);
  for (const secret of all) expect(secret).toHaveLength(43);
});

test('what the configuration gives goes before what is kept, and is not written down', () => {
  const dataFolder = newFolder();
  const kept = loadSecrets({ dataFolder });
  const linkKeys = [{ id: 'given', secret: 'g'.repeat(40) }];
  const given = loadSecrets({ dataFolder, given: { apiKey: 'k'.repeat(40), linkKeys } });
  expect(given).toEqual({ ...kept, apiKey: 'k'.repeat(40), linkKeys });
  expect(readSecrets(dataFolder)).toEqual(kept);
});

test('starts at once all get the same secrets', async () => {
  const dataFolder = newFolder();
  const script = `
    const { loadSecrets } = await import(${JSON.stringify(import.meta.resolve('./secrets.ts'))});
    process.stdin.once('data', () => {
      console.log(JSON.stringify(loadSecrets({ dataFolder: ${JSON.stringify(dataFolder)} })));
      process.exit();
    });
    console.log('ready');`;
  const children = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  const said = children.map(() => '');
  await Promise.all(
    children.map(
      (child, index) =>
        new Promise<void>((resolve) => {
          child.stdout.setEncoding('utf8').on('data', (text: string) => {
            said[index] += text;
            resolve();
          });
        }),
    ),
  );
  const closed = children.map((child) => new Promise((resolve) => void child.on('close', resolve)));
  for (const child of children) child.stdin.write('go\n');
  await Promise.all(closed);

  const got = said.map((text) => text.split('\n')[1]);
  expect(got[0]).toBe(JSON.stringify(readSecrets(dataFolder)));
  expect(new Set(got).size).toBe(1);
  expect(readdirSync(dataFolder)).toEqual(['secrets.json']);
});

test('a damaged file is refused, kept as it is, and not repeated in the complaint', () => {
  const dataFolder = newFolder();
  loadSecrets({ dataFolder });
  const file = join(dataFolder, 'secrets.json');
  const whole = readFileSync(file, 'utf8');
  const { apiKey } = JSON.parse(whole) as { apiKey: string };
  const damaged = [
    '',
    whole.slice(0, -20),
    whole.replace('"form": 1', '"form": 2'),
    whole.replace(apiKey, 'short'),
    whole.replace('"apiKey"', '"apyKey"'),
    '[]',
  ];
  for (const text of damaged) {
    writeFileSync(file, text);
    expect(() => loadSecrets({ dataFolder })).toThrow(SecretsUnusable);
    expect(() => loadSecrets({ dataFolder })).toThrow(/^\S+secrets\.json is damaged\. Put a backup[^"]*$/);
    expect(readFileSync(file, 'utf8')).toBe(text);
  }
});

test('a file that others could read is closed to them', () => {
  const dataFolder = newFolder();
  loadSecrets({ dataFolder });
  const file = join(dataFolder, 'secrets.json');
  chmodSync(file, 0o644);
  loadSecrets({ dataFolder });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
