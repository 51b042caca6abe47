/**
 * Walks two people and a facilitator through a real, running server in real browsers, from link to thanks, and takes
 * pictures on the way. For looking, not for proving: `node client/test/walk.ts <folder> <link a> <link b> [<facilitator>]`.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from './chromium.ts';
import type { Page } from 'playwright-core';

const [folder, linkA, linkB, linkF] = process.argv.slice(2);
if (folder === undefined || linkA === undefined || linkB === undefined)
  throw new Error('walk.ts <folder> <link a> <link b> [<facilitator>]');
mkdirSync(folder, { recursive: true });

const started = Date.now();
const tell = (what: string): void => console.log(`${((Date.now() - started) / 1000).toFixed(1)} s  ${what}`);
const browser = await launch();

async function open(name: string, link: string, viewport: { width: number; height: number }): Promise<Page> {
  const context = await browser.newContext({ viewport, permissions: ['microphone', 'camera'] });
  const page = await context.newPage();
  page.on('console', (message) => tell(`${name} console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => tell(`${name} threw: ${error.stack ?? error.message}`));
  await page.goto(link);
  return page;
}

const snap = async (page: Page, name: string): Promise<void> => {
  await page.screenshot({ path: join(folder, `${name}.png`) });
};
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name }).click();

async function lobby(page: Page, name: string): Promise<void> {
  await press(page, 'Come in');
  await press(page, 'Go on');
  await press(page, 'I agree');
  await press(page, 'Turn on microphone and camera');
  await page.getByText('We hear you well.').waitFor();
  await snap(page, `${name}-check`);
  await press(page, 'This is good');
  await page.getByRole('heading', { name: 'Are you ready?' }).waitFor();
  tell(`${name} has checked the sound`);
}

const hears = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const video = document.querySelector<HTMLVideoElement>('.person video');
    return video !== null && video.videoWidth > 0 && video.currentTime > 0;
  });

try {
  const a = await open('a', linkA, { width: 1440, height: 900 });
  const b = await open('b', linkB, { width: 390, height: 844 });
  const f = linkF === undefined ? null : await open('f', linkF, { width: 1440, height: 900 });
  await lobby(a, 'a');
  await press(a, 'I’m ready');
  await a.getByRole('heading', { level: 1 }).waitFor();
  await snap(a, 'a-waiting');
  await lobby(b, 'b');
  if (f !== null) {
    await press(f, 'Take your seat');
    await snap(f, 'f-desk-lobby');
  }
  await press(b, 'I’m ready');
  if (f !== null) await press(f, 'Begin the conversation');
  await a.getByRole('timer').waitFor();
  tell('it began');
  await a.locator('.sign-recording').waitFor();
  tell('recorded');
  for (let i = 0; i < 50 && !((await hears(a)) && (await hears(b))); i++) await a.waitForTimeout(100);
  tell(`a sees: ${await hears(a)}, b sees: ${await hears(b)}`);
  await a.waitForTimeout(1500);
  await snap(a, 'a-room');
  await snap(b, 'b-room');
  if (f !== null) {
    await f.waitForTimeout(500);
    await snap(f, 'f-desk');
    await f.locator('.deck-button').nth(1).click();
    await a.waitForTimeout(700);
    await snap(a, 'a-card-2');
  }
  await press(b, 'Mute');
  await press(b, 'Camera off');
  await a.waitForTimeout(1000);
  await snap(a, 'a-partner-sound-only');
  await snap(b, 'b-muted');
  await press(a, 'Leave');
  await snap(a, 'a-leave');
  await press(a, 'Stay');
  await a.getByRole('heading', { name: 'Say goodbye' }).waitFor({ timeout: 120_000 });
  tell('farewell');
  await snap(a, 'a-farewell');
  await snap(b, 'b-farewell');
  await a.getByRole('heading', { name: 'May others hear' }).waitFor({ timeout: 60_000 });
  tell('decision');
  await a.getByRole('button', { name: 'Yes, others may hear it' }).click();
  await b.getByRole('button', { name: 'No, keep it private' }).click();
  await a.getByText('Your answer').waitFor();
  await snap(a, 'a-decision');
  await snap(b, 'b-decision');
  await press(a, 'I’m done');
  await a.getByRole('heading', { name: 'Thank you.' }).waitFor();
  await snap(a, 'a-thanks');
  if (f !== null) await snap(f, 'f-ended');
  tell('done');
} finally {
  await browser.close();
}
