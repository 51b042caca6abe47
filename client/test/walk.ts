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
  const way = page.locator('.finding').last();
  await way.filter({ hasNotText: 'trying' }).waitFor({ timeout: 10_000 });
  tell(`${name}'s way: ${await way.textContent()}`);
  await press(page, 'Play a sound');
  const echo = page.locator('.check-play .finding');
  await echo.waitFor({ timeout: 6000 });
  tell(`${name}'s echo: ${await echo.textContent()}`);
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
  await a.getByText('’s microphone is off.').first().waitFor({ timeout: 10_000 });
  tell('a is told that b is muted');
  await snap(a, 'a-partner-muted');
  await snap(b, 'b-muted');
  await press(b, 'Unmute');
  await press(b, 'Camera on');
  await press(a, 'Something is wrong');
  await a.getByRole('radio', { name: 'I can’t hear' }).check();
  await press(a, 'Tell them');
  await a.getByText('We have told').waitFor();
  await snap(a, 'a-told');
  tell('a has reported');
  await press(a, 'Close');
  if (f === null) {
    await press(a, 'A little more time?');
    await b.getByText('would like').first().waitFor();
    await snap(b, 'b-asked-for-more');
    await press(b, 'Yes, a little more');
    await a.locator('.hint').filter({ hasText: 'more.' }).waitFor();
    await snap(a, 'a-extended');
    tell('both made it longer');
  }
  await press(a, 'Leave');
  await snap(a, 'a-leave');
  await press(a, 'Stay');
  await a.getByRole('heading', { name: 'Say goodbye' }).waitFor({ timeout: 120_000 });
  tell('farewell');
  await snap(a, 'a-farewell');
  await snap(b, 'b-farewell');
  await a.getByRole('heading', { name: 'May others hear' }).waitFor({ timeout: 60_000 });
  tell('decision');
  await snap(a, 'a-decision-preparing');
  const audio = a.locator('audio');
  await audio.waitFor({ timeout: 60_000 });
  await a.waitForTimeout(1500);
  await snap(a, 'a-decision-listen');
  const heard = (): Promise<{ at: number; of: number; trouble: string | null }> =>
    audio.evaluate((element: HTMLAudioElement) => ({
      at: element.currentTime,
      of: element.duration,
      trouble: element.error?.message ?? null,
    }));
  await audio.evaluate((element: HTMLAudioElement) => {
    element.muted = true;
    void element.play();
  });
  await a.waitForTimeout(2000);
  const { at, of, trouble } = await heard();
  tell(`a listened to ${at.toFixed(1)} s of ${of.toFixed(1)} s, ${trouble ?? 'without trouble'}`);
  const downloading = a.waitForEvent('download', { timeout: 10_000 });
  await press(a, 'Download a copy');
  tell(`a has downloaded ${(await downloading).suggestedFilename()}`);
  await a.getByRole('button', { name: 'Yes, others may hear it' }).click();
  await a.getByText('Your answer').first().waitFor();
  await snap(a, 'a-decision');
  await b.getByRole('button', { name: 'Yes, others may hear it' }).click();
  await b.getByText('You have both said').first().waitFor();
  await snap(b, 'b-agreed');
  await a.waitForTimeout(500);
  await snap(a, 'a-after-both');
  await press(b, 'Withdraw my consent: the recording is deleted');
  await snap(b, 'b-withdraw');
  await press(b, 'Yes, delete it for good');
  await b.getByRole('heading', { name: 'You have taken your consent back.' }).waitFor();
  await a.getByRole('heading', { name: 'The recording was taken back.' }).waitFor();
  await a.getByText('The recording is deleted').first().waitFor({ timeout: 20_000 });
  await snap(a, 'a-withdrawn');
  await snap(b, 'b-withdrawn');
  if (f !== null) await snap(f, 'f-ended');
  tell('done');
} finally {
  await browser.close();
}
