import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadPrograms } from './load-programs.ts';
import { ConfigError } from './problems.ts';
import { programFile } from './programs-schema.ts';

const root = mkdtempSync(join(tmpdir(), 'parley-programs-'));
afterAll(() => rmSync(root, { recursive: true }));

const minute = 60_000;
const shipped = loadPrograms(import.meta.dirname);

type Json = Record<string, unknown>;

/** The shipped folder with one file changed. */
function changed(file: string, change: (json: Json) => unknown): string {
  const folder = mkdtempSync(join(root, 'x-'));
  for (const part of ['programs', 'decks', 'consent']) {
    cpSync(join(import.meta.dirname, part), join(folder, part), { recursive: true });
  }
  const path = join(folder, file);
  const json = JSON.parse(readFileSync(path, 'utf8')) as Json;
  const next = change(json);
  writeFileSync(path, typeof next === 'string' ? next : JSON.stringify(next));
  return folder;
}

function problems(folder: string): readonly string[] {
  try {
    loadPrograms(folder);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ key, why }) => `${key}: ${why}`);
    throw error;
  }
  return [];
}

describe('the programs that Parley ships', () => {
  test('are two, each in English and Spanish', () => {
    expect(shipped.ids()).toEqual(['congress', 'one-small-step']);
    for (const id of shipped.ids()) expect(shipped.languages(id)).toEqual(['en', 'es']);
  });

  test('one-small-step is 50 minutes and may have a facilitator; what it does not say has its default', () => {
    expect(shipped.resolve('one-small-step', 'en')?.program).toEqual({
      id: 'one-small-step',
      name: 'One small step',
      texts: {
        about: expect.stringMatching(/^Two people who have not met/),
        afterwards: expect.stringMatching(/^You both have until/),
        public: expect.stringMatching(/^Anyone may listen/),
        private: expect.stringMatching(/^It is not published/),
        withdrawal: expect.stringMatching(/^You can take everything back/),
      },
      facilitation: 'optional',
      durationMs: 50 * minute,
      farewellMs: minute,
      graceMs: 15_000,
      pauseAllowanceMs: 10 * minute,
      pauses: { facilitator: true },
      extension: { stepMs: 5 * minute, atMostMs: 10 * minute, together: true },
      offers: 'clock',
      opensBeforeMs: 15 * minute,
      noShowAfterMs: 15 * minute,
      decideWithinMs: 14 * 24 * 60 * minute,
      warningsMs: [10 * minute, 5 * minute, minute],
      outputs: { master: 'stereo', listening: true, originals: false },
      copies: true,
      retentionMs: null,
    });
  });

  test('congress is 30 minutes and always facilitated', () => {
    expect(shipped.resolve('congress', 'es')?.program).toMatchObject({
      durationMs: 30 * minute,
      facilitation: 'always',
      extension: { stepMs: 5 * minute, atMostMs: 5 * minute, together: false },
    });
  });

  test.each(['one-small-step', 'congress'])(
    '%s says what withdrawing does, in each language its own',
    (id) => {
      const [en, es] = ['en', 'es'].map((language) => shipped.resolve(id, language));
      const texts = [en, es].flatMap((resolved) => Object.values(resolved?.program.texts ?? {}));
      expect(texts).toHaveLength(10);
      expect(new Set(texts).size).toBe(10);
      expect(en?.consent.text).toContain('is deleted everywhere we keep it, with both voices');
      expect(es?.consent.text).toContain(
        'se borra en todos los lugares donde lo guardamos, con las dos voces',
      );
    },
  );

  test.each(['one-small-step', 'congress'])('%s says the same cards in both languages, none twice', (id) => {
    const [en, es] = ['en', 'es'].map((language) => shipped.resolve(id, language)?.deck.prompts ?? []);
    expect(en?.length).toBeGreaterThanOrEqual(10);
    expect(es?.map(({ id: card, atMs }) => [card, atMs])).toEqual(
      en?.map(({ id: card, atMs }) => [card, atMs]),
    );
    const texts = [...(en ?? []), ...(es ?? [])].map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(new Set(en?.map(({ section }) => section)).size).toBe(4);
    expect(en?.[0]?.atMs).toBe(0);
  });

  test('the hash of a consent is that of the text exactly as it is shown', () => {
    const en = shipped.resolve('one-small-step', 'en')?.consent;
    const es = shipped.resolve('one-small-step', 'es')?.consent;
    expect(en?.hash).toBe(
      createHash('sha256')
        .update(Buffer.from(en?.text ?? ''))
        .digest('hex'),
    );
    expect(en?.text).toContain('\n\nWhat is recorded: ');
    expect(es?.hash).not.toBe(en?.hash);
    expect(es?.version).toBe(en?.version);
  });

  test('another program or language is null, also one of Object’s', () => {
    for (const [id, language] of [
      ['nobody', 'en'],
      ['one-small-step', 'fr'],
      ['__proto__', 'en'],
      ['one-small-step', 'constructor'],
      ['../decks/congress', 'en'],
    ] as const) {
      expect(shipped.resolve(id, language)).toBeNull();
    }
  });
});

test('durations of a demonstration may be milliseconds', () => {
  const folder = changed('programs/one-small-step.json', (json) => ({
    ...json,
    duration: '3000001 ms',
    warnings: ['2400 ms', '1.2 s'],
    farewell: '0 s',
  }));
  expect(loadPrograms(folder).resolve('one-small-step', 'en')?.program).toMatchObject({
    durationMs: 3_000_001,
    warningsMs: [2_400, 1_200],
    farewellMs: 0,
  });
});

test('where a program is silent nobody extends, and where it speaks each key has its own default', () => {
  const silent = changed('programs/congress.json', (json) => ({ ...json, extension: undefined }));
  expect(loadPrograms(silent).resolve('congress', 'en')?.program).toMatchObject({
    pauses: { facilitator: true },
    extension: { stepMs: 5 * minute, atMostMs: 0, together: false },
    offers: 'clock',
    outputs: { master: 'stereo', listening: true, originals: false },
    copies: true,
    retentionMs: null,
  });
  const speaking = changed('programs/congress.json', (json) => ({
    ...json,
    extension: { atMost: '7 min' },
    facilitatorMayPause: false,
    offers: 'nobody',
    outputs: { originals: true },
    copies: false,
    retention: '365 d',
  }));
  expect(loadPrograms(speaking).resolve('congress', 'en')?.program).toMatchObject({
    pauses: { facilitator: false },
    extension: { stepMs: 5 * minute, atMostMs: 7 * minute, together: false },
    offers: 'nobody',
    outputs: { master: 'stereo', listening: true, originals: true },
    copies: false,
    retentionMs: 365 * 24 * 60 * minute,
  });
});

test('of the default warnings a short program has those that fit', () => {
  const folder = changed('programs/congress.json', (json) => ({ ...json, duration: '28 min' }));
  expect(loadPrograms(folder).resolve('congress', 'en')?.program.warningsMs).toHaveLength(3);
});

describe('programs/README.md', () => {
  const prose = readFileSync(join(import.meta.dirname, 'programs/README.md'), 'utf8');
  const example = /```json\n([^`]+)```/.exec(prose)?.[1] ?? '';

  /** `extension.step` for what lies in `extension`; a text per language is one key. */
  const keysOf = (shape: Readonly<Record<string, unknown>>): readonly string[] =>
    Object.entries(shape).flatMap(([key, value]) => {
      const inner = (value as { unwrap?: () => unknown }).unwrap?.() ?? value;
      const shapeInside = (inner as { shape?: Readonly<Record<string, unknown>> }).shape;
      return shapeInside === undefined ? [key] : keysOf(shapeInside).map((inside) => `${key}.${inside}`);
    });

  test('tells every key of a program, and none that is not there', () => {
    const told = [...prose.matchAll(/^\| `([A-Za-z.]+)` +\|/gm)].map(([, key]) => key);
    expect(new Set(told)).toEqual(new Set(keysOf(programFile.shape)));
    expect(new Set(told).size).toBe(told.length);
  });

  test('has an example that says everything and works', () => {
    const folder = changed('programs/congress.json', () => example);
    expect(loadPrograms(folder).resolve('congress', 'es')?.program).toMatchObject({
      name: 'Una hora para dos',
      durationMs: 60 * minute,
      retentionMs: 365 * 24 * 60 * minute,
    });
    expect(new Set(Object.keys(JSON.parse(example) as Json))).toEqual(
      new Set(Object.keys(programFile.shape)),
    );
  });
});

describe('a mistake is named by file and key', () => {
  const program = 'programs/congress.json';
  const deck = 'decks/congress.json';
  const consent = 'consent/congress.json';

  test.each<[string, (json: Json) => unknown, string[]]>([
    [program, (json) => ({ ...json, lenght: '3 min' }), [`${program}: lenght: there is no such key`]],
    [
      program,
      (json) => ({ ...json, duration: '30' }),
      [
        `${program}: duration: must be a length of time with its unit, like "50 min", "15 s", "14 d" or "2400 ms"`,
      ],
    ],
    [
      program,
      (json) => ({ ...json, duration: '0 s' }),
      [`${program}: duration: must be longer than nothing`],
    ],
    [
      program,
      (json) => ({ ...json, duration: '20 min' }),
      [`${program}: deck: "next" of congress comes after the duration is over`],
    ],
    [
      program,
      (json) => ({ ...json, warnings: ['1 min', '5 min'] }),
      [`${program}: warnings: must be shorter than the duration, and falling`],
    ],
    [program, (json) => ({ ...json, deck: 'nobody' }), [`${program}: deck: there is no decks/nobody.json`]],
    [
      program,
      (json) => ({ ...json, consent: 'nobody' }),
      [`${program}: consent: there is no consent/nobody.json`],
    ],
    [
      program,
      (json) => ({ ...json, name: { en: 'Name', fr: 'Nom' } }),
      [
        ...['about', 'afterwards', 'public', 'private', 'withdrawal'].map(
          (text) => `${program}: texts.${text}: is missing in fr`,
        ),
        `${program}: deck: congress is not whole in fr`,
        `${program}: consent: congress is missing in fr`,
      ],
    ],
    [program, (json) => ({ ...json, texts: undefined }), [`${program}: texts: is missing`]],
    [
      program,
      (json) => ({ ...json, texts: { ...(json['texts'] as Json), withdrawal: { en: ' ', es: 'x' } } }),
      [`${program}: texts.withdrawal.en: expected string to have >=1 characters`],
    ],
    [
      program,
      (json) => ({ ...json, extension: { step: '0 s', atMost: '5 min' } }),
      [`${program}: extension.step: must be longer than nothing`],
    ],
    [
      program,
      (json) => ({ ...json, extension: { step: '1 min', atMost: '90 s', upTo: '2 min' } }),
      [`${program}: extension.upTo: there is no such key`],
    ],
    [program, (json) => ({ ...json, master: 'mono' }), [`${program}: master: there is no such key`]],
    [program, (json) => ({ ...json, name: undefined }), [`${program}: name: is missing`]],
    [
      program,
      () => '{',
      [`${program}: Expected property name or '}' in JSON at position 1 (line 1 column 2)`],
    ],
    [consent, (json) => ({ ...json, version: undefined }), [`${consent}: version: is missing`]],
    [
      deck,
      (json) => ({ ...json, prompts: (json['prompts'] as Json[]).toReversed() }),
      Array.from(
        { length: 9 },
        (_, i) => `${deck}: prompts.${i + 1}.at: must not be earlier than the one before`,
      ),
    ],
    [
      deck,
      (json) => ({
        ...json,
        prompts: (json['prompts'] as Json[]).map((card) => Object.assign(card, { id: 'same' })),
      }),
      Array.from({ length: 9 }, (_, i) => `${deck}: prompts.${i + 1}.id: "same" is there twice`),
    ],
    [
      deck,
      (json) => ({ ...json, prompts: [{ ...(json['prompts'] as Json[])[0], section: 'middle' }] }),
      [`${deck}: prompts.0.section: there is no section "middle"`],
    ],
  ])('%s, %s', (file, change, expected) => {
    expect(problems(changed(file, change))).toEqual(expected);
  });

  test('a folder that is not there, and a file of a name that nobody can refer to', () => {
    expect(problems(join(root, 'nowhere'))).toEqual([
      expect.stringMatching(/^programs\/: ENOENT/),
      expect.stringMatching(/^decks\/: ENOENT/),
      expect.stringMatching(/^consent\/: ENOENT/),
    ]);
    const folder = changed(program, (json) => json);
    writeFileSync(join(folder, 'programs', 'My Program.json'), '{}');
    expect(problems(folder)).toEqual([
      'programs/My Program.json: the name of a file must be lower-case letters, digits and "-"',
    ]);
  });
});
