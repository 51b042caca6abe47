import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRecordings } from './recordings.ts';

let folder: string;
let conversationsFolder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-recordings-'));
  conversationsFolder = join(folder, 'conversations');
  mkdirSync(conversationsFolder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function record(id: string): void {
  for (const part of ['journal', 'recording'])
    mkdirSync(join(conversationsFolder, id, part), { recursive: true });
  for (const file of [
    'journal/000001.seg',
    'recording/listening-v1.mp3',
    'recording/.unfinished-1-master-v2.flac',
    'events.ndjson',
    '.unfinished-1-events.ndjson',
  ])
    writeFileSync(join(conversationsFolder, id, file), 'a voice');
}

test('everything of the one conversation goes, whatever was left unfinished too, and nothing of others', async () => {
  const { remove } = createRecordings({ conversationsFolder });
  record('one');
  record('one-more');
  await remove('one');
  expect(readdirSync(conversationsFolder)).toEqual(['one-more']);
  expect(readdirSync(join(conversationsFolder, 'one-more'))).toHaveLength(4);
  await remove('one');
  await remove('never-recorded');
  expect(readdirSync(conversationsFolder)).toEqual(['one-more']);
});

test('no id leads out of the folder', async () => {
  const { remove } = createRecordings({ conversationsFolder });
  record('one');
  for (const id of ['', '.', '..', '../conversations', 'one/journal', '/etc', 'one\0', 'x'.repeat(65)])
    await expect(remove(id)).rejects.toThrow(TypeError);
  const outside = join(folder, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'kept'), '');
  symlinkSync(outside, join(conversationsFolder, 'linked'));
  await remove('linked');
  expect(readdirSync(outside)).toEqual(['kept']);
  expect(readdirSync(conversationsFolder)).toEqual(['one']);
});

test('where the folder of all cannot be made durable it is not said to be done', async () => {
  const { remove } = createRecordings({ conversationsFolder: join(folder, 'nowhere') });
  await expect(remove('one')).rejects.toThrow('ENOENT');
});
