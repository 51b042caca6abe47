/**
 * Whole conversations in Chromium, on programs with seconds for minutes: one that the two guide themselves, in Spanish,
 * and one with a facilitator, in English. Whatever may happen between people happens in each.
 */
import { statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterEach, expect, test } from 'vitest';
import { CAPS } from '../../client/src/views/desk/keys.ts';
import {
  button,
  converse,
  heading,
  listen,
  pictured,
  prepare,
  press,
  recorded,
  secondsShown,
  shown,
  timeDifference,
  type Conversing,
} from './conversing.ts';

/** A person's time is not scaled: to come back, to say goodbye, to make up one's mind. */
const rules = {
  grace: '2 s',
  pauses: '30 s',
  farewell: '3 s',
  decideWithin: '50 s',
} as const;

let conversing: Conversing | undefined;
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(await conversing?.shown(), conversing?.faults);
  await conversing?.close();
  conversing = undefined;
});

async function expectOneClock(pages: readonly Page[], plannedSeconds: number): Promise<void> {
  expect(await timeDifference(pages, plannedSeconds * 1_000)).toBeLessThanOrEqual(100);
  const apart = async (): Promise<number> => {
    const seconds = await Promise.all(pages.map(secondsShown));
    return Math.max(...seconds) - Math.min(...seconds);
  };
  await expect.poll(apart).toBeLessThanOrEqual(1);
}

async function takeOver(from: Page, seat: 'a' | 'b', { words, open }: Conversing): Promise<Page> {
  const other = await open(seat);
  await heading(other, words.secondDevice.title).waitFor();
  await press(from.getByRole('dialog'), words.takeover.allow);
  await heading(from, words.lost['taken-over'].title).waitFor();
  await press(other, words.returning.go);
  await from.close();
  return other;
}

/** Both say goodbye, the first listens, and they do not agree. */
async function decideDifferently(a: Page, b: Page, conversing: Conversing): Promise<void> {
  const { words } = conversing;
  const pages = [a, b];
  await Promise.all(pages.map((page) => heading(page, words.farewell.title).waitFor({ timeout: 30_000 })));
  await Promise.all(pages.map((page) => heading(page, words.decision.title).waitFor()));
  const seconds = await listen(a, words);
  expect(seconds).toBeGreaterThan(10);
  const [copy] = await Promise.all([a.waitForEvent('download'), press(a, words.listening.download)]);
  expect(statSync(await copy.path()).size).toBeGreaterThan(10_000);
  await press(a, words.decision.public);
  await press(b, words.decision.private);
  for (const page of pages) await shown(page, words.decision.chosen).waitFor();
  await expect.poll(() => button(a, words.decision.public).getAttribute('aria-pressed')).toBe('true');
  await expect.poll(() => button(b, words.decision.private).getAttribute('aria-pressed')).toBe('true');
  for (const page of pages)
    for (const said of [words.decision.agreed.public, words.decision.agreed.private])
      expect(await page.getByText(said).count()).toBe(0);
  // Until the conversation is closed, staff reads that somebody has answered, and not what.
  const decided = await of(conversing, 'decided');
  expect(decided).toMatchObject([{ seat: 'a' }, { seat: 'b' }]);
  for (const event of decided) expect(event).not.toHaveProperty('answer');
}

/** `who` takes the recording back: it is gone from the disk, both are told, and so is whoever reads the log. */
async function withdraw(who: Page, other: Page, { words, answer, events, files }: Conversing): Promise<void> {
  expect(files().some((path) => path.endsWith('.flac'))).toBe(true);
  await press(who, words.withdrawal.button);
  await press(who.getByRole('dialog'), words.withdrawal.sure);
  await heading(who, words.withdrawal.yours).waitFor();
  await heading(other, words.withdrawal.theirs).waitFor();
  for (const page of [who, other]) await shown(page, words.withdrawal.deleted).waitFor();
  expect(files()).toEqual([]);
  expect(await answer()).toMatchObject({
    withdrawn: true,
    deletedAt: expect.any(String),
    recording: { state: 'deleted', files: [] },
  });
  expect((await events()).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['withdrawn', 'recording-deleted']),
  );
}

const of = async ({ events }: Conversing, type: string): Promise<Record<string, unknown>[]> =>
  (await events()).filter((event) => event.type === type);

test('two people guide themselves, in Spanish, through a drop-out, more time, another device, and a withdrawal', async () => {
  conversing = await converse({
    program: 'one-small-step',
    language: 'es',
    names: ['Ana', 'Beto'],
    seconds: 25,
    rules: { ...rules, extension: { step: '5 s', atMost: '5 s', together: true } },
  });
  const { words, cards, open, reopen } = conversing;
  let [a, b] = await Promise.all([open('a'), open('b')]);
  await Promise.all([prepare(a, words), prepare(b, words)]);
  await press(a, words.ready.go);
  await press(b, words.ready.go);
  await recorded([a, b]);
  await Promise.all([a, b].map(pictured));
  await expectOneClock([a, b], 25);

  const onTable = (await a.getByRole('region', { name: words.card.label }).innerText()).trim();
  const index = cards.findIndex((card) => onTable.includes(card));
  await press(a, words.card.next);
  await shown(b, cards[index + 1] ?? '').waitFor();

  await b.close();
  await shown(a, words.room.notRecordingPaused).waitFor();
  b = await reopen(b, 'b');
  await press(b, words.returning.go);
  await recorded([a, b]);
  await Promise.all([a, b].map(pictured));

  a = await takeOver(a, 'a', conversing);
  await recorded([a, b]);
  await Promise.all([a, b].map(pictured));

  await press(a, words.extension.ask);
  await press(b, words.extension.yes);
  for (const page of [a, b]) await shown(page, words.extension.extended(5_000)).waitFor();

  await decideDifferently(a, b, conversing);
  expect(await of(conversing, 'paused')).toMatchObject([{ reason: 'absence' }]);
  expect(await of(conversing, 'resumed')).toHaveLength(1);
  expect(await of(conversing, 'extended')).toMatchObject([{ byMs: 5_000, by: 'both' }]);
  expect(await of(conversing, 'ended')).toMatchObject([{ reason: 'time' }]);
  await withdraw(a, b, conversing);
  expect(conversing.faults).toEqual([]);
}, 90_000);

test('a facilitator guides two people, in English, through a drop-out, a pause, notes, more time, and a withdrawal', async () => {
  conversing = await converse({
    program: 'congress',
    language: 'en',
    names: ['Ada', 'Ben'],
    seconds: 34,
    rules: { ...rules, extension: { step: '5 s', atMost: '5 s' } },
  });
  const { words, cards, open, answer } = conversing;
  const { desk } = words;
  const [a, firstB, guide] = await Promise.all([open('a'), open('b'), open('facilitator')]);
  let b = firstB;
  await Promise.all([prepare(a, words), prepare(b, words), press(guide, desk.sit)]);
  await press(a, words.ready.go);
  await press(b, words.ready.go);
  await press(guide, desk.start);
  await recorded([a, b]);
  await Promise.all([a, b, guide].map(pictured));
  await expectOneClock([a, b, guide], 34);

  // Nothing says that this one is gone but its silence.
  await a.context().setOffline(true);
  await shown(a, words.trouble.reconnecting).waitFor();
  await shown(b, words.room.notRecordingPaused).waitFor();
  await a.context().setOffline(false);
  await recorded([a, b]);
  await Promise.all([a, b, guide].map(pictured));

  await guide.keyboard.press(CAPS.pause.toLowerCase());
  for (const page of [a, b]) {
    await shown(page, words.trouble.pausedByGuide).waitFor();
    await shown(page, words.room.notRecordingPaused).waitFor();
  }
  await press(guide.getByRole('region', { name: desk.deck }), cards[2] ?? '');
  for (const page of [a, b]) await shown(page, cards[2] ?? '').waitFor();
  await guide.getByRole('radio', { name: 'Ada' }).check();
  await guide.getByRole('textbox', { name: desk.nudge.text }).fill('Ask her about the river.');
  await press(guide, desk.nudge.send);
  await a.getByRole('region', { name: words.nudge.label }).getByText('Ask her about the river.').waitFor();
  await press(guide, desk.clock.resume);
  await recorded([a, b]);
  expect(await b.getByRole('region', { name: words.nudge.label }).count()).toBe(0);

  await guide.getByRole('textbox', { name: desk.marks.note }).fill('The river');
  await press(guide, desk.marks.set);
  await guide.getByRole('region', { name: desk.marks.title }).getByText('The river').waitFor();
  await press(b, words.help.button);
  await b.getByRole('radio', { name: words.help.kinds['cannot-hear'] }).check();
  await press(b.getByRole('dialog'), words.help.send);
  await b.getByText(words.help.toldGuide).waitFor();
  await press(b.getByRole('dialog'), words.common.close);
  await shown(guide, desk.reports.title('Ben')).waitFor();

  await guide.keyboard.press(CAPS.extend.toLowerCase());
  for (const page of [a, b]) await shown(page, words.extension.extended(5_000)).waitFor();

  b = await takeOver(b, 'b', conversing);
  await recorded([a, b]);
  await Promise.all([a, b].map(pictured));

  await decideDifferently(a, b, conversing);
  expect(await of(conversing, 'paused')).toMatchObject([{ reason: 'absence' }, { reason: 'facilitator' }]);
  expect(await of(conversing, 'extended')).toMatchObject([{ byMs: 5_000, by: 'facilitator' }]);
  expect(await of(conversing, 'nudged')).toMatchObject([{ to: 'a', text: 'Ask her about the river.' }]);
  expect(await of(conversing, 'ended')).toMatchObject([{ reason: 'time' }]);
  expect(await answer()).toMatchObject({
    marks: [{ note: 'The river' }],
    troubles: [{ seat: 'b', kind: 'cannot-hear' }],
    soundChecks: { a: { voice: 'good' }, b: { voice: 'good' } },
  });
  await withdraw(b, a, conversing);
  expect(conversing.faults).toEqual([]);
}, 90_000);
