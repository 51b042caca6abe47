import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { VersionConflict } from '../app/ports.ts';
import { createdEvent, storeContract } from './contract.ts';
import { openSqliteStore, StoreUnusable } from './sqlite.ts';

let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-store-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function newFile(): string {
  count += 1;
  return join(folder, String(count), 'conversations.sqlite');
}

storeContract('on SQLite', () => openSqliteStore(newFile()));

test('a file opened again holds all', async () => {
  const file = newFile();
  const first = openSqliteStore(file);
  await first.append('one', 0, [createdEvent('one')], true);
  await first.append('two', 0, [createdEvent('two')], false);
  await first.beat(5);
  await first.close();

  const second = openSqliteStore(file);
  expect(await second.load('one')).toEqual([createdEvent('one')]);
  expect((await second.list({ limit: 9, after: null })).map(({ id }) => id)).toEqual(['two', 'one']);
  expect(await second.unfinished()).toEqual(['one']);
  expect(await second.lastBeat()).toBe(5);
  await second.append('one', 1, [{ type: 'cancelled', at: 6 }], false);
  await second.close();
});

test('a file is readable by its owner only', async () => {
  const file = newFile();
  const store = openSqliteStore(file);
  await store.append('one', 0, [createdEvent('one')], true);
  for (const suffix of ['', '-wal', '-shm']) {
    expect(statSync(file + suffix).mode & 0o077).toBe(0);
  }
  await store.close();
});

test('of two processes that append at the same version, one gets a conflict', async () => {
  const file = newFile();
  const here = openSqliteStore(file);
  const there = openSqliteStore(file);
  await here.append('one', 0, [createdEvent('one')], true);
  await there.append('one', 1, [{ type: 'arrived', at: 1, seat: 'a' }], true);
  await expect(here.append('one', 1, [{ type: 'arrived', at: 1, seat: 'b' }], true)).rejects.toThrow(
    VersionConflict,
  );
  expect(await here.load('one')).toEqual(await there.load('one'));
  await here.close();
  await there.close();
});

test('what was appended survives kill -9 of the process that wrote it', async () => {
  const file = newFile();
  const script = `
    const { openSqliteStore } = await import(${JSON.stringify(import.meta.resolve('./sqlite.ts'))});
    const store = openSqliteStore(${JSON.stringify(file)});
    await store.append('one', 0, [${JSON.stringify(createdEvent('one'))}], true);
    for (let at = 1; ; at += 1) {
      await store.append('one', at, [{ type: 'arrived', at, seat: 'a' }], true);
      process.stdout.write(at + '\\n');
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let acknowledged = 0;
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      acknowledged = Math.max(acknowledged, ...text.trim().split('\n').map(Number));
      if (acknowledged >= 20) child.kill('SIGKILL');
    });
    child.on('close', () => resolve());
  });

  const store = openSqliteStore(file);
  const log = (await store.load('one')) ?? [];
  expect(log.length - 1).toBeGreaterThanOrEqual(acknowledged);
  expect(log.slice(1).map(({ at }) => at)).toEqual(log.slice(1).map((_, index) => index + 1));
  await store.close();
});

test('a file that is not a database is one clear error', () => {
  const file = join(folder, 'garbage.sqlite');
  writeFileSync(file, 'this is no database '.repeat(500));
  expect(() => openSqliteStore(file)).toThrow(StoreUnusable);
  expect(() => openSqliteStore(file)).toThrow(/garbage\.sqlite is damaged.*Put a backup in its place/);
});

test('a damaged or cut database is one clear error', async () => {
  const file = newFile();
  const store = openSqliteStore(file);
  for (let i = 0; i < 50; i += 1) await store.append(`c${i}`, 0, [createdEvent(`c${i}`)], true);
  await store.close();
  const whole = readFileSync(file);

  const scribbled = Buffer.from(whole).fill(0xa5, 4096, whole.length - 4096);
  writeFileSync(file, scribbled);
  expect(() => openSqliteStore(file)).toThrow(StoreUnusable);

  writeFileSync(file, whole);
  truncateSync(file, Math.floor(whole.length / 2));
  expect(() => openSqliteStore(file)).toThrow(StoreUnusable);
});

test('a file of a newer Parley is refused and left as it is', async () => {
  const file = newFile();
  await openSqliteStore(file).close();
  const db = new DatabaseSync(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  expect(() => openSqliteStore(file)).toThrow(/newer Parley/);
});

test('an event of another form is an error that names the file', async () => {
  const file = newFile();
  const store = openSqliteStore(file);
  await store.append('one', 0, [createdEvent('one')], true);
  const db = new DatabaseSync(file);
  db.exec(`UPDATE event SET body = '{"type":"arrived","at":"noon","seat":"a"}'`);
  db.close();
  await expect(store.load('one')).rejects.toThrow(/holds an event that cannot be read/);
  await store.close();
});

test('a folder that cannot be made is one clear error', () => {
  const blocked = join(folder, 'plain-file');
  writeFileSync(blocked, '');
  expect(() => openSqliteStore(join(blocked, 'x.sqlite'))).toThrow(StoreUnusable);
});
