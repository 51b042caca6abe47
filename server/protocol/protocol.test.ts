import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ERROR_CODES } from './errors.ts';
import { NOTICES, REQUESTS } from './events.ts';

const prose = readFileSync(new URL('PROTOCOL.md', import.meta.url), 'utf8');

describe('PROTOCOL.md and the schemas say the same', () => {
  test('every code has its row, with its meaning, and no row has a code that is not there', () => {
    const rows = [...prose.matchAll(/^\| `([a-z-]+)` +\| (.+?) +\|$/gm)]
      .map(([, code, meaning]) => [code, meaning])
      .filter(([code]) => code !== undefined);
    expect(Object.fromEntries(rows)).toEqual(ERROR_CODES);
  });

  test('every request and every notice is told', () => {
    const told = new Set([...prose.matchAll(/`([a-z]+:[a-z-]+)/g)].map(([, name]) => name));
    const inSchemas = [...Object.keys(REQUESTS), ...Object.keys(NOTICES)];
    expect(told).toEqual(new Set(inSchemas));
  });
});
