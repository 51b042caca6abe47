import { describe, expect, test } from 'vitest';
import { NOTICES, REQUESTS, type RequestName } from './events.ts';

const parsed = (name: RequestName, payload: unknown) => REQUESTS[name].payload.safeParse(payload).data;
const check = { voice: 'good', echo: 'none', device: 'Built-in', udp: 'yes', tcp: 'yes', turn: 'unknown' };

describe('what people write', () => {
  test('is kept without blanks around it', () => {
    expect(parsed('nudge:send', { to: 'both', text: '  Slowly. \n' })).toEqual({
      to: 'both',
      text: 'Slowly.',
    });
    expect(parsed('mark:set', { note: ' her father ' })).toEqual({ note: 'her father' });
    expect(parsed('trouble:report', { kind: 'not-safe', note: null })).toEqual({
      kind: 'not-safe',
      note: null,
    });
  });

  test.each<[string, RequestName, unknown]>([
    ['an empty nudge', 'nudge:send', { to: 'a', text: '   ' }],
    ['a nudge of 201 characters', 'nudge:send', { to: 'a', text: 'x'.repeat(201) }],
    ['a nudge to the facilitator', 'nudge:send', { to: 'facilitator', text: 'x' }],
    ['a mark of 201 characters', 'mark:set', { note: 'x'.repeat(201) }],
    ['trouble of 501 characters', 'trouble:report', { kind: 'technical', note: 'x'.repeat(501) }],
    ['trouble of another kind', 'trouble:report', { kind: 'boring', note: null }],
    ['a device of 201 characters', 'sound:checked', { check: { ...check, device: 'x'.repeat(201) } }],
    ['an answer that names no recording', 'decision:answer', { answer: 'public' }],
    ['an answer about version 0', 'decision:answer', { answer: 'public', recordingVersion: 0 }],
    ['a microphone in a state of its own', 'room:report', { microphone: 'tired' }],
    ['a withdrawal for somebody else', 'conversation:withdraw', { seat: 'b' }],
  ])('%s is refused', (_, name, payload) => {
    expect(REQUESTS[name].payload.safeParse(payload).success).toBe(false);
  });
});

test('quality is told of both, or not at all', () => {
  const a = { microphone: 'muted', connection: 'weak' };
  const b = { microphone: 'unknown', connection: 'unknown' };
  expect(NOTICES['room:quality'].parse({ a, b })).toEqual({ a, b });
  expect(NOTICES['room:quality'].safeParse({ a }).success).toBe(false);
});
