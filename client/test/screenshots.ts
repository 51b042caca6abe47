/**
 * Takes a picture of every view, at three sizes, light and dark, in each language, and asks axe-core about each:
 * `npm run screenshots -- [<folder, else screenshots>] [<language, else all>] [<only scenes that contain this>]`.
 * Exits with 1 where axe finds something against WCAG 2.2 AA, a page scrolls sideways, or throws.
 */
import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { LANGUAGES } from '../src/words/words.ts';
import { launch } from './chromium.ts';
import { SCENES, type Scene } from './stage/scenes.ts';

const [folder = 'screenshots', wanted = 'all', only = ''] = process.argv.slice(2);
const languages = Object.keys(LANGUAGES).filter((one) => wanted === 'all' || wanted === one);
if (languages.length === 0) throw new Error(`There are no words in ${wanted}.`);

const SIZES = { upright: [390, 844], lying: [844, 390], desk: [1440, 900] } as const;
const THEMES = ['light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const root = fileURLToPath(new URL('../..', import.meta.url));
const vite = await createServer({
  configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
  server: {
    port: 0,
    host: '127.0.0.1',
    hmr: false,
    // The typefaces come from there, also where it is a link to somewhere else.
    fs: { allow: [root, realpathSync(join(root, 'node_modules'))] },
  },
  logLevel: 'warn',
});
await vite.listen();
const base = vite.resolvedUrls?.local[0] ?? '';
const browser = await launch();
const complaints: string[] = [];
let pictures = 0;

async function prepare(page: Page, language: string, name: string, scene: Scene): Promise<void> {
  await page.goto(`${base}test/stage/index.html?scene=${name}&language=${language}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.evaluate(() => document.fonts.ready);
  for (const words of 'press' in scene ? (scene.press ?? []) : [])
    await page
      .getByRole('button', { name: words })
      .or(page.getByRole('radio', { name: words }))
      .first()
      .click();
  // A dialog opens in the frame after the press.
  if ('press' in scene && scene.press !== undefined) await page.waitForTimeout(150);
  // Hints are shown only when what they tell lasts.
  if (/^room-.*-(muted|silent|weak)$/.test(name)) await page.locator('.hint').first().waitFor();
}

async function judge(page: Page, where: string): Promise<void> {
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (sideways > 0) complaints.push(`${where}: scrolls sideways by ${sideways} px`);
  await page.evaluate(axeSource);
  const results = await page.evaluate(
    (values) =>
      (
        globalThis as unknown as { axe: { run(context: Document, options: object): Promise<AxeResults> } }
      ).axe.run(document, { runOnly: { type: 'tag', values } }),
    RULES,
  );
  for (const { id, help, nodes } of results.violations) {
    const targets = nodes.map(
      ({ target, failureSummary }) => `${target.join(' ')} (${failureSummary ?? ''})`,
    );
    complaints.push(`${where}: ${id}: ${help}: ${targets.join('; ')}`);
  }
}

async function picture(language: string, size: keyof typeof SIZES, colorScheme: Theme): Promise<void> {
  const [width, height] = SIZES[size];
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme,
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  mkdirSync(join(folder, language), { recursive: true });
  for (const [name, scene] of Object.entries(SCENES)) {
    if (!name.includes(only)) continue;
    await prepare(page, language, name, scene);
    await page.screenshot({ path: join(folder, language, `${name}.${size}.${colorScheme}.png`) });
    await judge(page, `${language} ${name} ${size} ${colorScheme}`);
    pictures += 1;
  }
  await context.close();
  console.log(`${language} ${size} ${colorScheme}: done`);
}

try {
  for (const language of languages)
    for (const size of Object.keys(SIZES) as (keyof typeof SIZES)[])
      for (const theme of THEMES) await picture(language, size, theme);
} finally {
  await browser.close();
  await vite.close();
}
for (const complaint of complaints) console.log(complaint);
console.log(`${pictures} pictures in ${folder}, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
