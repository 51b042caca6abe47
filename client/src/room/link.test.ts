import { expect, test } from 'vitest';
import { linkFromFragment, opensAt } from './link.ts';

const encoded = (value: unknown): string => btoa(JSON.stringify(value)).replaceAll('=', '');
const link = `${encoded({ alg: 'HS256' })}.${encoded({ nbf: 1_800_000_000 })}.c2lnbmF0dXJl`;

test('a link is read from the fragment, also when a messenger escaped it', () => {
  expect(linkFromFragment(`#${link}`)).toBe(link);
  expect(linkFromFragment(`#${encodeURIComponent(link)}`)).toBe(link);
});

test('a page without a link, or with a torn one, has none', () => {
  expect(linkFromFragment('')).toBeNull();
  expect(linkFromFragment('#')).toBeNull();
  expect(linkFromFragment('#abc.def')).toBeNull();
  expect(linkFromFragment('#%E0%A4%A')).toBeNull();
});

test('an early guest can be told when the link opens', () => {
  expect(opensAt(link)).toBe(1_800_000_000_000);
  expect(opensAt('a.b.c')).toBeNull();
  expect(opensAt(`x.${encoded({ exp: 1 })}.y`)).toBeNull();
});
