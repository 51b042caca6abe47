/**
 * Takes a picture of every view, at three sizes, light and dark, and asks axe-core about each:
 * `node client/test/screenshots.ts <folder> [<language>] [<only scenes that contain this>]`.
 * Exits with 1 where axe finds something against WCAG 2.2 AA, or a page scrolls sideways.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { createServer } from 'vite';
import { launch } from './chromium.ts';
import { SCENES, type Scene } from './stage/scenes.ts';

const [folder, language = 'en', only = ''] = process.argv.slice(2);
if (folder === undefined) throw new Error('screenshots.ts <folder> [<language>] [<only>]');
mkdirSync(folder, { recursive: true });

const SIZES = { upright: [390, 844], lying: [844, 390], desk: [1440, 900] } as const;
const THEMES = ['light', 'dark'] as const;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const vite = await createServer({
  configFile: fileURLToPath(new URL('../vite.config.ts', import.meta.url)),
  server: { port: 0, host: '127.0.0.1', hmr: false },
  logLevel: 'warn',
});
await vite.listen();
const base = vite.resolvedUrls?.local[0] ?? '';
const browser = await launch();
const complaints: string[] = [];

async function prepare(page: Page, name: string, scene: Scene): Promise<void> {
  await page.goto(`${base}test/stage/index.html?scene=${name}&language=${language}`);
  await page.locator('h1').first().waitFor({ state: 'attached' });
  await page.evaluate(() => document.fonts.ready);
  for (const words of 'press' in scene ? (scene.press ?? []) : [])
    await page
      .getByRole('button', { name: words })
      .or(page.getByRole('radio', { name: words }))
      .first()
      .click();
  // Hints are shown only when what they tell lasts.
  if (/-(partner|both)-/.test(name)) await page.locator('.hint').first().waitFor();
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

try {
  for (const [size, [width, height]] of Object.entries(SIZES)) {
    for (const colorScheme of THEMES) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        reducedMotion: 'reduce',
        timezoneId: 'America/New_York',
      });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
      for (const [name, scene] of Object.entries(SCENES)) {
        if (!name.includes(only)) continue;
        await prepare(page, name, scene);
        await page.screenshot({ path: join(folder, `${name}.${size}.${colorScheme}.png`) });
        await judge(page, `${name} ${size} ${colorScheme}`);
      }
      await context.close();
      console.log(`${size} ${colorScheme}: done`);
    }
  }
} finally {
  await browser.close();
  await vite.close();
}
for (const complaint of complaints) console.log(complaint);
console.log(`${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
