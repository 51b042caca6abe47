import { describe, expect, test } from 'vitest';
import { ownHint, partnerHint } from './hints.ts';

describe('a hint about the other', () => {
  test('tells of the microphone before the line', () => {
    expect(partnerHint({ microphone: 'silent', connection: 'weak' })).toBe('silent');
    expect(partnerHint({ microphone: 'on', connection: 'weak' })).toBe('weak');
    expect(partnerHint({ microphone: 'unknown', connection: 'lost' })).toBe('lost');
  });

  test('is none where all is well, or nothing is known', () => {
    expect(partnerHint({ microphone: 'on', connection: 'good' })).toBeNull();
    expect(partnerHint({ microphone: 'unknown', connection: 'unknown' })).toBeNull();
  });
});

describe('a hint about oneself', () => {
  test('leaves a silent microphone to its own notice', () => {
    expect(ownHint('silent', 'good')).toBeNull();
    expect(ownHint('silent', 'weak')).toBe('weak');
  });

  test('says first what the person did themselves', () => {
    expect(ownHint('muted', 'weak')).toBe('muted');
  });
});
