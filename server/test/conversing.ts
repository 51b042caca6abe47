/** For tests in real browsers: a real server with one conversation of a shortened program, and windows of Chromium. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launch } from '../../client/test/chromium.ts';
import { LANGUAGES, type Language, type Words } from '../../client/src/words/words.ts';
import { eventsAnswer, type EventsAnswer } from '../../loadtest/event-log.ts';
import { get, post } from '../../loadtest/http.ts';
import { writeScaledPrograms } from '../../loadtest/scale.ts';
import { startServer } from '../../loadtest/server-process.ts';
import { loadPrograms } from '../../config/load-programs.ts';
import { conversationAnswer, createdAnswer, type ConversationAnswer } from '../protocol/http.ts';

type Seat = 'a' | 'b' | 'facilitator';

export interface Conversing {
  readonly words: Words;
  /** The texts of its cards, in its language. */
  readonly cards: readonly string[];
  /** A window as of a person on a device of their own. */
  open(seat: Seat): Promise<Page>;
  /** A window of its own beside `page`, on the same device. */
  reopen(page: Page, seat: Seat): Promise<Page>;
  answer(): Promise<ConversationAnswer>;
  events(): Promise<EventsAnswer['events']>;
  /** What lies on the server's disk of this conversation, as paths in its folder. */
  files(): readonly string[];
  /** What pages threw. */
  readonly faults: readonly string[];
  /** What every open window shows now, in words; for whoever looks why a test failed. */
  shown(): Promise<string>;
  close(): Promise<void>;
}

/**
 * @param o.seconds How long the conversation is; all of the program's times shrink with it.
 * @param o.rules What the program's file says instead: times in which a person has to do something, for instance.
 */
export async function converse(o: {
  readonly program: string;
  readonly language: Language;
  readonly names: readonly [string, string];
  readonly seconds: number;
  readonly rules: Readonly<Record<string, unknown>>;
}): Promise<Conversing> {
  const closing: (() => Promise<unknown> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const one of closing.splice(0).toReversed()) await one();
  };
  try {
    const folder = mkdtempSync(join(tmpdir(), 'parley-conversing-'));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const programsFolder = join(folder, 'config');
    const from = join(import.meta.dirname, '../../config');
    await writeScaledPrograms({ from, to: programsFolder, programId: o.program, seconds: o.seconds });
    const programPath = join(programsFolder, 'programs', `${o.program}.json`);
    const program = JSON.parse(readFileSync(programPath, 'utf8')) as Record<string, unknown>;
    writeFileSync(programPath, JSON.stringify({ ...program, ...o.rules }));

    const apiKey = randomBytes(24).toString('base64url');
    const server = await startServer({ folder, programsFolder, apiKey });
    closing.push(() => server.stop());
    await server.ready;
    const { conversation, links } = await post(
      new URL('/api/conversations', server.address),
      { program: o.program, names: o.names, language: o.language },
      createdAnswer,
      apiKey,
    );
    const browser: Browser = await launch();
    closing.push(() => browser.close());

    const faults: string[] = [];
    const url = (what = ''): URL => new URL(`/api/conversations/${conversation.id}${what}`, server.address);
    const openIn = async (context: BrowserContext, seat: Seat): Promise<Page> => {
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on('pageerror', (error) => faults.push(`${seat}: ${error.stack ?? error.message}`));
      await page.goto(links.find((link) => link.seat === seat)?.url ?? '');
      return page;
    };
    return {
      words: LANGUAGES[o.language],
      cards:
        loadPrograms(programsFolder)
          .resolve(o.program, o.language)
          ?.deck.prompts.map(({ text }) => text) ?? [],
      async open(seat) {
        const context = await browser.newContext({
          viewport: { width: 1024, height: 768 },
          // Where a page knows nothing of the conversation, it speaks as the device does.
          locale: o.language,
          permissions: ['microphone', 'camera'],
        });
        return openIn(context, seat);
      },
      reopen: (page, seat) => openIn(page.context(), seat),
      answer: () => get(url(), conversationAnswer, apiKey),
      events: async () => (await get(url('/events'), eventsAnswer, apiKey)).events,
      files() {
        const own = join(folder, 'data', 'conversations', conversation.id);
        if (!existsSync(own)) return [];
        return readdirSync(own, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name));
      },
      faults,
      async shown() {
        const open = browser.contexts().flatMap((context) => context.pages());
        const texts = await Promise.all(open.map((page) => page.locator('body').innerText().catch(String)));
        return texts.map((text, i) => `--- window ${i + 1} shows:\n${text}`).join('\n');
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const beginsWith = (text: string): RegExp => new RegExp(`^${RegExp.escape(text)}`);

/** A button by how its name begins: some go on with an explanation or a key. */
export const button = (page: Page | Locator, name: string): Locator =>
  page.getByRole('button', { name: beginsWith(name) });

export const press = (page: Page | Locator, name: string): Promise<void> => button(page, name).click();

export const heading = (page: Page, name: string): Locator =>
  page.getByRole('heading', { name: beginsWith(name) });

/** What a page shows; it may be read out beside that. */
export const shown = (page: Page, text: string): Locator => page.getByRole('main').getByText(text).first();

/** From the link to "Are you ready?", as a person would go. */
export async function prepare(page: Page, words: Words): Promise<void> {
  for (const name of [words.welcome.go, words.outline.go, words.consent.agree, words.check.turnOn])
    await press(page, name);
  await shown(page, words.check.verdict.good).waitFor();
  await press(page, words.check.go);
  await heading(page, words.ready.title).waitFor();
}

/** Resolves when all of them show that they are recorded. */
export const recorded = (pages: readonly Page[]): Promise<unknown> =>
  Promise.all(pages.map((page) => page.locator('.sign-recording').waitFor()));

/** Resolves when the partner's picture plays. */
export async function pictured(page: Page): Promise<void> {
  const playedSeconds = (): Promise<number> =>
    page.evaluate<number>(`(() => {
      const video = document.querySelector('.person video');
      return video !== null && video.videoWidth > 0 ? video.currentTime : 0;
    })()`);
  await expect.poll(playedSeconds, { timeout: 15_000 }).toBeGreaterThan(0.5);
}

/**
 * How far apart pages are in the time left, ms, by the number that each draws its line of time from: a machine that is
 * busy with everybody's pictures draws late now and then, and that says nothing of how well a page knows the time. All
 * pages are on one machine, and so have one clock.
 * @param durationMs How long the conversation was planned; it must not have been made longer.
 * @throws when a page tells no time.
 */
export async function timeDifference(pages: readonly Page[], durationMs: number): Promise<number> {
  const seen = await Promise.all(
    pages.map((page) =>
      page.evaluate<[share: number, at: number][]>(`new Promise((resolve) => {
        const line = document.querySelector('.time-line');
        const told = [];
        const observer = new MutationObserver(() =>
          told.push([Number(line.style.getPropertyValue('--share')), performance.timeOrigin + performance.now()]));
        observer.observe(line, { attributeFilter: ['style'] });
        setTimeout(() => (observer.disconnect(), resolve(told)), 3_000);
      })`),
    ),
  );
  // Whatever lies between reading the clock and being seen makes the end look later, never sooner.
  const endsAt = seen.map((told) => Math.min(...told.map(([share, at]) => at + share * durationMs)));
  if (!endsAt.every(Number.isFinite)) throw new Error(`no time is told: ${JSON.stringify(seen)}`);
  return Math.max(...endsAt) - Math.min(...endsAt);
}

/** The seconds left that a page shows. */
export async function secondsShown(page: Page): Promise<number> {
  return Number(/\d+/.exec(await page.getByRole('timer').innerText())?.[0]);
}

/** Hears the recording on this page for a moment; answers how long it is, s. */
export async function listen(page: Page, words: Words): Promise<number> {
  const audio = page.getByRole('region', { name: words.listening.label }).locator('audio');
  await audio.waitFor({ timeout: 25_000 });
  return await page.evaluate<number>(`new Promise((resolve, reject) => {
    const audio = document.querySelector('.listening audio');
    audio.addEventListener('timeupdate', () => {
      if (audio.currentTime <= 0.3) return;
      audio.pause();
      resolve(audio.duration);
    });
    audio.addEventListener('error', () => reject(audio.error));
    audio.play().catch(reject);
  })`);
}
