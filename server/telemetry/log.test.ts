import { expect, test } from 'vitest';
import { createLog } from './log.ts';

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJjb252ZXJzYXRpb24iOiJ4In0.c2lnbmF0dXJl_-8';

function logged(say: (log: ReturnType<typeof createLog>) => void, secrets: readonly string[] = []): string[] {
  const lines: string[] = [];
  say(createLog('info', { secrets, write: (line) => void lines.push(line) }));
  return lines;
}

test('a line is JSON with level, time, what and about what', () => {
  const [line = ''] = logged((log) => log.info({ conversationId: 'c1' }, 'started'));
  expect(JSON.parse(line)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    conversationId: 'c1',
    msg: 'started',
  });
});

test('links, sessions, names and keys are left out, also inside', () => {
  const [line = ''] = logged((log) =>
    log.info(
      {
        link: 'L1',
        names: { a: 'Ana', b: 'Bo' },
        conversation: { names: ['Ana', 'Bo'], links: [{ url: 'L1' }] },
        request: { headers: { authorization: 'A1' } },
        session: 'S1',
      },
      'created',
    ),
  );
  for (const secret of ['L1', 'Ana', 'Bo', 'A1', 'S1']) expect(line).not.toContain(secret);
});

test('a token is left out wherever it stands: message, deep inside, stack', () => {
  const lines = logged((log) => {
    log.info(`came with ${token}`);
    log.info({ a: { b: { c: { d: [`https://talk.example.org/join#${token}`] } } } }, 'deep');
    log.error({ err: new Error(`no ${token}`) }, 'failed');
    log.info('half of one: eyJhbGciOiJIUzI1NiJ9.eyJjb252ZXJz');
    log.info('GET /recordings/c/f?expires=1&signature=abcDEF-_ Authorization: Bearer abcDEF-_');
  });
  expect(lines).toHaveLength(5);
  for (const line of lines) {
    expect(line).not.toMatch(/eyJ|c2lnbmF0dXJl|abcDEF/);
    expect(() => void JSON.parse(line)).not.toThrow();
  }
  expect(lines[2]).toContain('log.test.ts');
});

test('the secrets of the house are left out in any place', () => {
  const [line] = logged(
    (log) => log.info({ config: { deep: { odd: 'x-house-secret-x' } } }, 'm'),
    ['house-secret', ''],
  );
  expect(line).toContain('x-[secret]-x');
});

test('below its level nothing is said', () => {
  expect(logged((log) => log.debug('hush'))).toEqual([]);
});
