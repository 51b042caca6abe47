/**
 * `kill -9` in the middle of a conversation, on real parts: server, media worker, mediasoup, bots with real voices,
 * ffmpeg. What was said up to a second before is in the recording, and the conversation goes on.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { createBot, type Bot } from '../../loadtest/bot.ts';
import { locate, type Located } from '../../loadtest/correlate.ts';
import { forAnalysis } from '../../loadtest/decode.ts';
import { eventsAnswer, summaryOf } from '../../loadtest/event-log.ts';
import { get, post } from '../../loadtest/http.ts';
import { descendants, isRunning } from '../../loadtest/processes.ts';
import { download } from '../../loadtest/recording-files.ts';
import { writeScaledPrograms } from '../../loadtest/scale.ts';
import { startServer } from '../../loadtest/server-process.ts';
import { createDialogue } from '../../loadtest/speech.ts';
import { both, type Pair } from '../../loadtest/talk.ts';
import { readJournal } from '../../worker/recording/journal-reader.ts';
import { conversationAnswer, createdAnswer, recordingAnswer } from '../protocol/http.ts';

const SECONDS = 26;
/** By then there is enough before it to look for, and enough time after it. */
const KILLED_AFTER_MS = 12_000;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Comes in, consents where that is still to be done, and can be heard. */
async function sitDown(server: string, link: string): Promise<Bot> {
  const bot = await createBot({ server, link });
  closing.push(() => bot.leave());
  const { consent, people, seat } = bot.view();
  if (seat !== 'facilitator' && !people[seat].consented) {
    await bot.request('conversation:consent', { version: consent.version, hash: consent.hash });
  }
  await bot.openMedia();
  return bot;
}

test('a server killed while people talk loses at most a second, and the next one goes on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-killed-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const programsFolder = join(folder, 'config');
  const from = join(import.meta.dirname, '../../config');
  await writeScaledPrograms({ from, to: programsFolder, programId: 'one-small-step', seconds: SECONDS });
  // The real grace, so that a restart within it pauses nothing.
  const programFile = join(programsFolder, 'programs/one-small-step.json');
  const program = JSON.parse(readFileSync(programFile, 'utf8')) as object;
  writeFileSync(programFile, JSON.stringify({ ...program, grace: '15 s' }));
  const apiKey = randomBytes(24).toString('base64url');
  const dialogue = await createDialogue({ seconds: SECONDS, seed: 3 });

  const first = await startServer({ folder, programsFolder, apiKey });
  closing.push(() => first.stop());
  await first.ready;
  const { conversation, links } = await post(
    new URL('/api/conversations', first.address),
    { program: 'one-small-step', names: ['Ada', 'Ben'] },
    createdAnswer,
    apiKey,
  );
  const linkOf = (seat: 'a' | 'b'): string => links.find((link) => link.seat === seat)?.url ?? '';

  const before = await both((seat) => sitDown(first.address, linkOf(seat)));
  await both((seat) => before[seat].request('conversation:ready', { ready: true }));
  const { view } = await before.a.until('it starts', ({ phase }) => phase === 'live', 10_000);
  const endsAt = view.clock?.endsAt;
  const firstTake = { a: before.a.speak(dialogue.a), b: before.b.speak(dialogue.b) };
  await before.a.until('it is recorded', ({ recording }) => recording, 5_000);

  await sleep(KILLED_AFTER_MS);
  const family = descendants(first.pid);
  expect(family.length).toBeGreaterThanOrEqual(2);
  const killedAt = before.a.now();
  process.kill(first.pid, 'SIGKILL');
  for (const bot of Object.values(before)) bot.leave();
  await expect.poll(() => family.filter(isRunning), { timeout: 1_000, interval: 20 }).toEqual([]);

  const second = await startServer({ folder, programsFolder, apiKey });
  closing.push(() => second.stop());
  await second.ready;
  const after = await both((seat) => sitDown(second.address, linkOf(seat)));
  expect(after.a.view()).toMatchObject({ phase: 'live', clock: { endsAt } });
  const secondTake = { a: after.a.speak(dialogue.a), b: after.b.speak(dialogue.b) };

  await after.a.until('it ends', ({ phase }) => phase === 'wrap-up', SECONDS * 1_000);
  const url = (what: string): URL => new URL(`/api/conversations/${conversation.id}${what}`, second.address);
  await expect
    .poll(() => get(url(''), conversationAnswer, apiKey), { timeout: 30_000 })
    .toMatchObject({ phase: 'closed', recording: { state: 'ready' } });
  const log = summaryOf(await get(url('/events'), eventsAnswer, apiKey));
  const { master } = await download(await get(url('/recording'), recordingAnswer, apiKey), folder, () => {});

  const { startedAt } = log;
  expect(log.endsAt).toBe(endsAt);
  expect(log.endedAt - log.endsAt).toBeGreaterThanOrEqual(0);
  expect(log.endedAt - log.endsAt).toBeLessThanOrEqual(250);
  expect(Math.abs(master.durationSeconds * 1_000 - (log.mediaClosedAt - startedAt))).toBeLessThanOrEqual(500);

  /** The take up to `until`, looked for where it was spoken. */
  const find = (take: Pair<{ sound: Int16Array; at: number }>, seat: 'a' | 'b', until: number): Located => {
    const { sound, at: spokenAt } = take[seat];
    const samples = Math.round(((until - spokenAt) / 1_000) * 48_000);
    const source = forAnalysis(sound.slice(0, samples));
    return locate({ source, mix: master.sound, spokenAtMs: spokenAt - startedAt, radiusMs: 200 });
  };
  const early = await both((seat) => Promise.resolve(find(firstTake, seat, killedAt - 1_000)));
  const late = await both((seat) => Promise.resolve(find(secondTake, seat, log.endsAt)));
  expect(early.a.spoken + early.b.spoken).toBeGreaterThan(0);
  for (const seat of ['a', 'b'] as const) {
    expect(early[seat].windows, `${seat} before the kill`).toHaveLength(early[seat].spoken);
    for (const { offsetMs } of [...early[seat].windows, ...late[seat].windows])
      expect(Math.abs(offsetMs)).toBeLessThan(60);
  }
  expect(late.a.windows.length + late.b.windows.length).toBeGreaterThan(0);

  // And to the packet: what the first server's journal holds last of each voice.
  const journal = await readJournal(join(folder, 'data/conversations', conversation.id, 'journal'));
  const killedBoot = journal[0]?.bootId;
  for (const { anchor, records } of journal.filter(({ bootId }) => bootId === killedBoot).slice(-1)) {
    const lastByStream = new Map<number, number>();
    for (const record of records)
      if (record.type === 'rtp')
        lastByStream.set(record.stream, anchor.instantMs + (record.monoNs - anchor.monoNs) / 1e6);
    expect(lastByStream.size).toBe(2);
    for (const last of lastByStream.values()) expect(killedAt - last).toBeLessThan(1_000);
  }
}, 120_000);
