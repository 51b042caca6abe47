/**
 * Two people in Firefox, from link to decision, against a server of their own; for firefox.test.ts, which runs it in a
 * network of its own. `firefox-walk.ts <folder> <address that Firefox reaches>` leaves `recording/` in the folder, and
 * tells as JSON, on its last line, what it saw.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { z } from 'zod';
import { en as words } from '../../client/src/words/en.ts';
import { launchFirefox } from '../../client/test/firefox.ts';
import { startNullSpeaker } from '../../client/test/null-speaker.ts';
import { get, post } from '../../loadtest/http.ts';
import { download } from '../../loadtest/recording-files.ts';
import { writeScaledPrograms } from '../../loadtest/scale.ts';
import { startServer } from '../../loadtest/server-process.ts';
import { both } from '../../loadtest/talk.ts';
import { conversationAnswer, createdAnswer, recordingAnswer } from '../protocol/http.ts';

export const walked = z.object({
  outcome: z.string().nullable(),
  master: z.string(),
  durationSeconds: z.number(),
  /** What pages threw. */
  faults: z.array(z.string()),
});

/** The length of the conversation, and how long its first person is muted in it. */
export const SECONDS = 16;
export const MUTED_MS = 4_000;

const soonMs = 15_000;

if (import.meta.main) {
  const [folder, address] = process.argv.slice(2);
  if (folder === undefined || address === undefined) throw new Error('firefox-walk.ts <folder> <address>');
  console.log(JSON.stringify(await walk(folder, address)));
}

async function walk(folder: string, announcedAddress: string): Promise<z.infer<typeof walked>> {
  const closing: (() => Promise<unknown>)[] = [];
  const faults: string[] = [];
  const pages = new Set<Page>();
  try {
    const programsFolder = join(folder, 'config');
    await writeScaledPrograms({
      from: join(import.meta.dirname, '../../config'),
      to: programsFolder,
      programId: 'one-small-step',
      seconds: SECONDS,
      least: { decideWithinMs: 8_000, farewellMs: 2_000 },
    });
    const apiKey = randomBytes(24).toString('base64url');
    const server = await startServer({ folder, programsFolder, apiKey, announcedAddress });
    closing.push(() => server.stop());
    const speaker = await startNullSpeaker(folder);
    closing.push(() => speaker.stop());
    await server.ready;
    const { conversation, links } = await post(
      new URL('/api/conversations', server.address),
      { program: 'one-small-step', names: ['Ada', 'Ben'] },
      createdAnswer,
      apiKey,
    );

    const { a, b } = await both(async (seat) => {
      const browser = await launchFirefox({ env: speaker.env });
      closing.push(() => browser.close());
      const page = await browser.newPage();
      pages.add(page);
      page.on('pageerror', (error) => faults.push(`${seat}: ${String(error)}`));
      await page.setViewport({ width: 1024, height: 768 });
      await page.goto(links.find((link) => link.seat === seat)?.url ?? '');
      await prepare(page);
      return page;
    });
    await press(a, words.ready.go);
    await press(b, words.ready.go);
    await Promise.all([a, b].map((page) => page.waitForSelector('.sign-recording', { timeout: soonMs })));
    await Promise.all([a, b].map(pictured));
    await press(a, words.room.mute);
    // Silence is known by how long it lasts.
    await sleep(MUTED_MS);
    await press(a, words.room.unmute);
    await Promise.all([a, b].map((page) => shows(page, words.farewell.title, SECONDS * 1_000)));
    await Promise.all([a, b].map((page) => shows(page, words.decision.title)));
    for (const page of [a, b]) {
      await press(page, words.decision.public);
      await shows(page, words.decision.chosen);
    }

    const url = (what: string): URL =>
      new URL(`/api/conversations/${conversation.id}${what}`, server.address);
    const until = performance.now() + 40_000;
    for (;;) {
      const { phase, recording, outcome } = await get(url(''), conversationAnswer, apiKey);
      if (phase === 'closed' && recording.state === 'ready') {
        const answer = await get(url('/recording'), recordingAnswer, apiKey);
        const { files, master } = await download(answer, join(folder, 'recording'), () => {});
        const flac = files.find(({ format }) => format === 'flac')?.path ?? '';
        return { outcome, master: flac, durationSeconds: master.durationSeconds, faults };
      }
      if (performance.now() > until) throw new Error(`it stays ${phase}, its recording ${recording.state}`);
      await sleep(200);
    }
  } catch (error) {
    for (const page of pages) {
      const text = await page.evaluate('document.body.innerText').catch(String);
      console.error(`--- a page showed:\n${String(text)}`);
    }
    console.error(faults.join('\n'));
    throw error;
  } finally {
    for (const close of closing.toReversed()) await close();
  }
}

/** From the link to "Are you ready?", as a person would go. */
async function prepare(page: Page): Promise<void> {
  for (const name of [words.welcome.go, words.outline.go, words.consent.agree, words.check.turnOn])
    await press(page, name);
  await shows(page, words.check.verdict.good);
  await press(page, words.check.go);
  await shows(page, words.ready.title);
}

/** What is asked for is in the button, or its name for those who do not see. */
async function press(page: Page, name: string): Promise<void> {
  const here = `contains(normalize-space(.), "${name}") or contains(@aria-label, "${name}")`;
  await page.locator(`::-p-xpath(//button[${here}])`).setTimeout(soonMs).click();
}

async function shows(page: Page, text: string, timeout: number = soonMs): Promise<void> {
  await page.locator(`::-p-text(${text})`).setTimeout(timeout).wait();
}

async function pictured(page: Page): Promise<void> {
  const played = `(() => {
    const video = document.querySelector('.person video');
    return video !== null && video.videoWidth > 0 && video.currentTime > 1;
  })()`;
  await page.waitForFunction(played, { timeout: soonMs });
}
