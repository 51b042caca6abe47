/** Two people and a facilitator in real Chromium windows, from link to decision, and both voices in the mix. */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { loadPrograms } from '../../config/load-programs.ts';
import { launch } from '../../client/test/chromium.ts';
import { locate } from '../../loadtest/correlate.ts';
import { decode, forAnalysis } from '../../loadtest/decode.ts';
import { get, post } from '../../loadtest/http.ts';
import { download } from '../../loadtest/recording-files.ts';
import { writeScaledPrograms } from '../../loadtest/scale.ts';
import { startServer } from '../../loadtest/server-process.ts';
import { createDialogue, SAMPLE_RATE } from '../../loadtest/speech.ts';
import { both } from '../../loadtest/talk.ts';
import { en as words } from '../../client/src/words/en.ts';
import { conversationAnswer, createdAnswer, recordingAnswer } from '../protocol/http.ts';
import { pictured, prepare, press, recorded, shown } from './conversing.ts';

const SECONDS = 30;
const DIALOGUE_SECONDS = 20;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** What is said, without the silence in which the other speaks. */
function withoutPauses(sound: Int16Array): Int16Array {
  const piece = SAMPLE_RATE / 100;
  const spoken: number[] = [];
  for (let at = 0; at + piece <= sound.length; at += piece) {
    const samples = sound.subarray(at, at + piece);
    if (samples.some((sample) => Math.abs(sample) > 200)) spoken.push(...samples);
  }
  return Int16Array.from(spoken);
}

/** RFC 2361 / WAVE: PCM, 16 bit, mono. */
function wav(sound: Int16Array): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + sound.byteLength, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(sound.byteLength, 40);
  return Buffer.concat([header, Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength)]);
}

test('two windows and a facilitator’s go from link to decision, and the mix has both voices', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-browsers-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const programsFolder = join(folder, 'config');
  const from = join(import.meta.dirname, '../../config');
  await writeScaledPrograms({
    from,
    to: programsFolder,
    programId: 'one-small-step',
    seconds: SECONDS,
    least: { decideWithinMs: 8_000, farewellMs: 2_000 },
  });
  const apiKey = randomBytes(24).toString('base64url');
  const dialogue = await createDialogue({ seconds: DIALOGUE_SECONDS, seed: 5 });
  const voices = { a: withoutPauses(dialogue.a), b: withoutPauses(dialogue.b) };

  const server = await startServer({ folder, programsFolder, apiKey });
  closing.push(() => server.stop());
  await server.ready;
  const { conversation, links } = await post(
    new URL('/api/conversations', server.address),
    { program: 'one-small-step', names: ['Ada', 'Ben'] },
    createdAnswer,
    apiKey,
  );

  const open = async (seat: 'a' | 'b' | 'facilitator'): Promise<Page> => {
    const voice = join(folder, `${seat}.wav`);
    if (seat !== 'facilitator') writeFileSync(voice, wav(voices[seat]));
    const browser = await launch(seat === 'facilitator' ? {} : { voice });
    closing.push(() => browser.close());
    const context = await browser.newContext({ viewport: { width: 1024, height: 768 } });
    const page = await context.newPage();
    page.on('pageerror', (error) => expect.soft(error).toBeNull());
    await page.goto(links.find((link) => link.seat === seat)?.url ?? '');
    return page;
  };
  const { a, b } = await both(open);
  const facilitator = await open('facilitator');
  await Promise.all([prepare(a, words), prepare(b, words), press(facilitator, words.desk.sit)]);
  await press(a, words.ready.go);
  await press(b, words.ready.go);
  await press(facilitator, words.desk.start);

  await recorded([a, b]);
  await Promise.all([a, b, facilitator].map(pictured));
  const card = facilitator.locator('.deck-button').nth(1);
  const asked = loadPrograms(programsFolder).resolve('one-small-step', 'en')?.deck.prompts[1]?.text;
  await card.click();
  for (const page of [a, b])
    await page
      .getByText(asked ?? '')
      .first()
      .waitFor();

  for (const page of [a, b])
    await page.getByRole('heading', { name: words.farewell.title }).waitFor({ timeout: SECONDS * 1_000 });
  for (const page of [a, b])
    await page.getByRole('heading', { name: words.decision.title }).waitFor({ timeout: 20_000 });
  await press(a, words.decision.public);
  await press(b, words.decision.private);
  for (const page of [a, b]) await shown(page, words.decision.chosen).waitFor();

  const url = (what: string): URL => new URL(`/api/conversations/${conversation.id}${what}`, server.address);
  await expect
    .poll(() => get(url(''), conversationAnswer, apiKey), { timeout: 30_000 })
    .toMatchObject({ phase: 'closed', outcome: 'private', recording: { state: 'ready' } });
  mkdirSync(join(folder, 'recording'));
  const { files, master } = await download(
    await get(url('/recording'), recordingAnswer, apiKey),
    join(folder, 'recording'),
    () => {},
  );
  expect(master.durationSeconds).toBeGreaterThan(SECONDS);
  const flac = files.find(({ format }) => format === 'flac')?.path ?? '';
  for (const [channel, seat] of [
    [0, 'a'],
    [1, 'b'],
  ] as const) {
    const { sound } = await decode(flac, channel);
    // Each voice goes round and round from whenever its browser began: it lies somewhere within one round.
    const roundMs = (voices[seat].length / SAMPLE_RATE) * 1_000;
    const { windows, spoken } = locate({
      source: forAnalysis(voices[seat]),
      mix: sound,
      spokenAtMs: roundMs,
      radiusMs: roundMs / 2 - 100,
    });
    expect(spoken).toBeGreaterThan(0);
    expect(windows.length, `voice of ${seat}`).toBeGreaterThan(0);
  }
}, 180_000);
