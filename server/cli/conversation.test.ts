import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiKey, createTestbed, type Testbed } from '../http/testing.ts';
import { conversationAnswer, createdAnswer, listAnswer } from '../protocol/http.ts';
import { createMemoryStore } from '../store/memory.ts';
import { runConversationCommand } from './conversation.ts';

let testbed: Testbed;
const empty = mkdtempSync(join(tmpdir(), 'parley-cli-'));
beforeAll(async () => {
  testbed = await createTestbed({ store: createMemoryStore() });
});
afterAll(async () => {
  await testbed.close();
  rmSync(empty, { recursive: true });
});

async function run(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await runConversationCommand(args, {
    env: { PARLEY_API_KEY: apiKey, PARLEY_PUBLIC_URL: testbed.origin, PARLEY_DATA: empty, ...env },
    out: (text) => (out += text),
    err: (text) => (err += text),
  });
  return { code, out, err };
}

const create = ['create', '--program', 'one-small-step', '--names', 'Ana María, Bo'];

async function created(...more: readonly string[]) {
  const { out } = await run([...create, ...more, '--json']);
  return createdAnswer.parse(JSON.parse(out));
}

test('create prints what was made and each link on a line of its own', async () => {
  const archive = ['--title', 'T', '--keywords', 'a, b,', '--place', 'P'];
  const when = ['--planned', '2026-12-01T10:00-05:00'];
  const { code, out, err } = await run([...create, '--language', 'es', ...when, ...archive]);
  expect([code, err]).toEqual([0, '']);
  expect(out.replaceAll(/#eyJ\S+/g, '#…').replaceAll(testbed.origin, 'http://x')).toBe(
    [
      'Conversation  conversation-1',
      'Names         Ana María and Bo',
      'Program       one-small-step (es)',
      'Phase         lobby',
      'Planned       2026-12-01T15:00:00.000Z',
      'Title         T',
      'Keywords      a, b',
      'Place         P',
      'Recording     off',
      '',
      'Ana María',
      '  http://x/join#…',
      'Bo',
      '  http://x/join#…',
      'Facilitator',
      '  http://x/join#…',
      '',
    ].join('\n'),
  );
});

test('show, cancel, link and list tell the same to programs and to people', async () => {
  const { conversation, links } = await created();
  const shown = await run(['show', conversation.id, '--json']);
  expect(conversationAnswer.parse(JSON.parse(shown.out))).toEqual(conversation);

  const link = await run(['link', conversation.id, 'b']);
  expect(link.out).toMatch(new RegExp(`^${testbed.origin}/join#eyJ\\S+\n$`));
  expect(link.out.trim()).not.toBe(links[1]?.url);

  const cancelled = await run(['cancel', conversation.id]);
  expect(cancelled.out).toMatch(/^Phase {9}cancelled$/m);

  const list = await run(['list', '--limit', '1']);
  expect(list.out).toMatch(/^ID +PHASE +TIME \(UTC\) +RECORDING +NAMES\n/);
  expect(list.out).toContain(`${conversation.id}  cancelled`);
  expect(list.out).toContain(`There are more: --after ${conversation.id}`);
  const rest = await run(['list', '--after', conversation.id, '--json']);
  expect(listAnswer.parse(JSON.parse(rest.out)).conversations.map(({ id }) => id)).not.toContain(
    conversation.id,
  );
});

test('an id that begins with a dash is an id', async () => {
  const { code, err } = await run(['show', '-abcdefghijklmnopqrstu']);
  expect([code, err]).toEqual([1, 'There is no such thing.\n']);
});

test('what a name hides does not reach the terminal', async () => {
  const { conversation } = await created('--title', 'red \u001b[31m \u202e turned');
  const { out } = await run(['show', conversation.id]);
  expect(out).toContain('red  [31m   turned\n');
});

describe('one clear sentence', () => {
  test.each([
    [['show', 'nobody'], /^There is no such thing\.\n$/],
    [['recording', 'conversation-1'], /^There is no finished recording; it is off\.\n$/],
    [
      ['create', '--program', 'nobody', '--names', 'A,B'],
      /^program: must be one of congress, one-small-step\n$/,
    ],
    [['create', '--program', 'one-small-step'], /required option '--names <names>'/],
    [['create', '--program', 'one-small-step', '--names', 'A'], /Give two names with a comma between them/],
    [[...create, '--planned', 'tomorrow'], /Write a time like 2026-12-01T10:00-05:00/],
    [[...create, '--planned', '2026-13-01T10:00Z'], /Write a time like/],
    [[...create, '--planned', '2020-01-01T10:00Z'], /^plannedAt: lies in the past\n$/],
    [['link', 'conversation-1', '../cancel'], /^There is no such thing\.\n$/],
    [['list', '--limit', '1000'], /^limit: /],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['show', 'conversation-1', '--server', 'nowhere'], /^nowhere is not an address of a server\.\n$/],
  ])('%j', async (args, sentence) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(err).not.toMatch(/\.ts:|at async/);
  });

  test('where no server answers', async () => {
    // Port 1 of this machine: nobody listens there.
    const { code, err } = await run(['list'], { PARLEY_PUBLIC_URL: 'http://127.0.0.1:1' });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^No server answers at http:\/\/127\.0\.0\.1:1 \(.+\)\. Start it with npm start.*\n$/,
    );
  });

  test('where something else answers', async () => {
    const other = createServer((_, response) => void response.writeHead(418).end('teapot'));
    await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    const { err } = await run(['list', '--server', `http://127.0.0.1:${port}/`]);
    other.close();
    expect(err).toBe(`http://127.0.0.1:${port} answered 418: it is not a Parley server.\n`);
  });

  test('where there is no key, a wrong key, a damaged one, or a wrong configuration', async () => {
    const none = await run(['list'], { PARLEY_API_KEY: '' });
    expect(none.err).toContain(`There is no API key in ${empty} yet.`);
    const wrong = await run(['list'], { PARLEY_API_KEY: 'x'.repeat(40) });
    expect(wrong.err).toMatch(/does not know the API key of this configuration/);
    expect(wrong.err).not.toContain('xxxx');
    const folder = join(empty, 'damaged');
    mkdirSync(folder);
    writeFileSync(join(folder, 'secrets.json'), '{');
    const damaged = await run(['list'], { PARLEY_API_KEY: '', PARLEY_DATA: folder });
    expect(damaged.err).toMatch(/secrets\.json is damaged/);
    const config = await run(['list'], { PARLEY_PROT: '1' });
    expect(config.err).toMatch(/PARLEY_PROT: there is no such variable/);
    for (const { code } of [none, wrong, damaged, config]) expect(code).toBe(1);
  });

  test('help is no mistake', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('create');
  });
});
