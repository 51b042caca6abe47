import { describe, expect, test } from 'vitest';
import { LANGUAGES, languageFor } from './words.ts';

/** Every text of a catalog, those made by functions with plausible values. */
function texts(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return texts(value(...samples(path)), path);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, path === '' ? key : `${path}.${key}`));
}

function samples(path: string): unknown[] {
  const last = path.split('.').at(-1) ?? '';
  if (['and', 'welcomeTitle'].includes(last)) return [['Ana', 'Jo']];
  if (path === 'desk.reports.told') return ['Ana', 'Technical trouble'];
  if (path === 'desk.shownAt') return [['4:12', '19:03']];
  if (path === 'desk.standing.away') return [['Ana'], 90_000];
  if (/^desk\.(standing\.|clock\.extend)/.test(path)) return [90_000];
  if (path === 'outline.lines') return [3_000_000, true];
  if (['until', 'opens', 'planned', 'moment'].includes(last)) return [1_795_000_000_000];
  if (last === 'plain') return ['One small step', 3_000_000];
  if (last === 'unnamed') return ['Microphone', 2];
  if (last === 'count') return [1, 9];
  if (/^extension\.(asked|partnerAsks)/.test(path)) return ['Ana', 300_000];
  if (['extension.extended', 'link.notYet.soon'].includes(path)) return [300_000];
  if (path === 'trouble.paused') return ['Ana', 90_000];
  const takesTime = /(^time\.|left$|pausedPlain|takeover\.body)/.test(path);
  return takesTime ? [90_000] : ['Ana'];
}

/** look.md: what people must never read. */
const NEVER = /\b(error|session|sesión|peer|producer|failed|undefined|NaN|null)\b|\[object/i;

describe.each(Object.entries(LANGUAGES))('the words in %s', (_language, words) => {
  const all = texts(words);

  test('every text is there', () => {
    expect(all.length).toBeGreaterThan(200);
    expect(all.filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('none speaks like a machine', () => {
    expect(all.filter(([, text]) => NEVER.test(text))).toEqual([]);
  });
});

describe('the language', () => {
  test('is the first wish that can be met, by its first part', () => {
    expect(languageFor(['fr-CA', 'es-MX', 'en'])).toBe('es');
    expect(languageFor(['EN-gb'])).toBe('en');
  });

  test('is English where no wish can be met', () => {
    expect(languageFor(['fr', 'constructor'])).toBe('en');
    expect(languageFor([])).toBe('en');
  });
});
