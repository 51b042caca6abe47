import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('./', import.meta.url);

/** Rule numbers at the head of a rule, and in the titles of tests. */
const rulesOf = (text: string) => [...text.matchAll(/^- \*\*([A-Z]\d+)\*\* /gm)].map((match) => match[1]);
const quotedIn = (text: string) => [...text.matchAll(/\[([A-Z]\d+)\]/g)].map((match) => match[1]);

test('every rule of SPEC.md is quoted by a test, and every number quoted is a rule', () => {
  const rules = rulesOf(readFileSync(new URL('SPEC.md', folder), 'utf8'));
  const quoted = readdirSync(folder)
    .filter((name) => name.endsWith('.test.ts'))
    .flatMap((name) => quotedIn(readFileSync(new URL(name, folder), 'utf8')));
  expect(rules.length).toBeGreaterThan(50);
  expect(new Set(rules).size).toBe(rules.length);
  expect(new Set(quoted)).toEqual(new Set(rules));
});
