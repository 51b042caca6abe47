import { expect, test } from 'vitest';
import { keptVerdict, voiceOf } from './sound-check.ts';

test('who was heard well stays so when they stop talking, but not when they shout', () => {
  expect(keptVerdict('good', 'silent')).toBe('good');
  expect(keptVerdict('good', 'loud')).toBe('loud');
  expect(keptVerdict('quiet', 'silent')).toBe('silent');
});

test('who goes on before the verdict is reported by what little was heard', () => {
  expect(voiceOf('listening', true)).toBe('soft');
  expect(voiceOf('listening', false)).toBe('silent');
});
