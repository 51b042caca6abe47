import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import jwt from 'jsonwebtoken';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadPrograms } from '../../config/load-programs.ts';
import { createAccess } from '../access/access.ts';
import { createSessions } from '../access/sessions.ts';
import { ERROR_CODES } from '../protocol/errors.ts';
import {
  conversationAnswer,
  createdAnswer,
  errorAnswer,
  link,
  listAnswer,
  recordingAnswer,
  sessionAnswer,
  type CreatedAnswer,
} from '../protocol/http.ts';
import { createMemoryStore } from '../store/memory.ts';
import {
  apiKey,
  createTestbed,
  linkKey,
  programsFolder,
  send,
  sendJson,
  type Answer,
  type Testbed,
} from './testing.ts';

const minute = 60_000;
const start = Date.parse('2026-12-01T09:00:00Z');

let testbed: Testbed;
beforeAll(async () => {
  testbed = await createTestbed({ store: createMemoryStore() });
});
afterAll(() => testbed.close());
beforeEach(() => {
  testbed.clock.set(start);
  testbed.lines.length = 0;
});

const wanted = { program: 'one-small-step', names: ['Ana', 'Bo'] };

async function create(more: object = {}): Promise<CreatedAnswer> {
  const answer = await sendJson(testbed, 'POST', '/api/conversations', { ...wanted, ...more });
  expect(answer.status).toBe(201);
  return createdAnswer.parse(answer.json);
}

function tokenOf(created: CreatedAnswer, index: number): string {
  return created.links[index]?.url.split('#')[1] ?? '';
}

function exchange(token: string): Promise<Answer> {
  return send(testbed, 'POST', '/api/session', { body: JSON.stringify({ link: token }), key: null });
}

function codeOf(answer: Answer): string {
  return errorAnswer.parse(answer.json).error.code;
}

/** From the lobby to a finished recording, the answers given. */
async function finish(
  id: string,
  answers: { a?: 'public' | 'private'; b?: 'public' | 'private' },
): Promise<void> {
  const { rooms, clock } = testbed;
  const consent = loadPrograms(programsFolder).resolve('one-small-step', 'en')?.consent;
  if (consent === undefined) throw new Error('no consent');
  for (const seat of ['a', 'b'] as const) {
    await rooms.execute(id, { type: 'arrive', seat });
    await rooms.execute(id, { type: 'consent', seat, version: consent.version, hash: consent.hash });
    await rooms.execute(id, { type: 'set-ready', seat, ready: true });
  }
  await rooms.execute(id, { type: 'wake' });
  await rooms.execute(id, { type: 'note-capture' });
  clock.set(clock.now() + 51 * minute);
  await rooms.execute(id, { type: 'wake' });
  clock.set(clock.now() + 2 * minute);
  await rooms.execute(id, { type: 'wake' });
  await rooms.execute(id, { type: 'note-mix-started' });
  const files = [
    { name: 'mix-1.flac', format: 'flac', bytes: 10, sha256: 'ab', durationSeconds: 3_060 },
    { name: 'mix-1.mp3', format: 'mp3', bytes: 3, sha256: 'cd', durationSeconds: 3_060 },
  ] as const;
  await rooms.execute(id, { type: 'note-mix-finished', mix: { version: 1, durationMs: 3_060_000, files } });
  for (const seat of ['a', 'b'] as const) {
    const answer = answers[seat];
    if (answer !== undefined)
      await rooms.execute(id, { type: 'decide', seat, answer, recordingVersion: null });
  }
  mkdirSync(join(testbed.recordingsFolder, id, 'recording'), { recursive: true });
  writeFileSync(join(testbed.recordingsFolder, id, 'recording', 'mix-1.flac'), '0123456789');
  writeFileSync(join(testbed.recordingsFolder, id, 'recording', 'mix-1.mp3'), 'mp3');
  writeFileSync(join(testbed.recordingsFolder, id, 'journal.seg'), 'never handed out');
}

describe('conversations', () => {
  test('creating one answers it with a link for each seat', async () => {
    const answer = await sendJson(testbed, 'POST', '/api/conversations', {
      ...wanted,
      names: ['  Ana María ', 'Bö'],
      language: 'es',
      plannedAt: '2026-12-01T10:00:00-05:00',
      about: { title: 'T', keywords: ['k1', 'k2'], place: 'P' },
    });
    const { conversation, links } = createdAnswer.parse(answer.json);
    expect(conversation).toEqual({
      id: conversation.id,
      phase: 'lobby',
      program: 'one-small-step',
      names: ['Ana María', 'Bö'],
      language: 'es',
      createdAt: '2026-12-01T09:00:00.000Z',
      plannedAt: '2026-12-01T15:00:00.000Z',
      startedAt: null,
      endsAt: null,
      endedAt: null,
      about: { title: 'T', keywords: ['k1', 'k2'], place: 'P' },
      outcome: null,
      soundChecks: { a: null, b: null },
      troubles: [],
      marks: [],
      withdrawn: false,
      deletedAt: null,
      recording: { state: 'off', version: null, durationSeconds: null, files: [] },
    });
    expect(answer.headers['location']).toBe(`/api/conversations/${conversation.id}`);
    expect(links.map(({ seat }) => seat)).toEqual(['a', 'b', 'facilitator']);
    for (const { url } of links) expect(url).toMatch(new RegExp(`^${testbed.origin}/join#eyJ`));
    const again = await send(testbed, 'GET', `/api/conversations/${conversation.id}`);
    expect(conversationAnswer.parse(again.json)).toEqual(conversation);
  });

  test('they are listed newest first, in pages', async () => {
    const made: string[] = [];
    for (let i = 0; i < 3; i += 1) made.unshift((await create()).conversation.id);
    const first = listAnswer.parse((await send(testbed, 'GET', '/api/conversations?limit=2')).json);
    expect(first.conversations.map(({ id }) => id)).toEqual(made.slice(0, 2));
    expect(first.next).toBe(made[1]);
    const second = listAnswer.parse(
      (await send(testbed, 'GET', `/api/conversations?limit=1&after=${first.next}`)).json,
    );
    expect(second.conversations.map(({ id }) => id)).toEqual(made.slice(2));
    const whole = listAnswer.parse((await send(testbed, 'GET', '/api/conversations')).json);
    expect(whole.next).toBeNull();
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1&limit=2', 'after=nobody', 'after=../x', 'other=1'])(
    'a list asked by %s is refused',
    async (query) => {
      const answer = await send(testbed, 'GET', `/api/conversations?${query}`);
      expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-request']);
    },
  );

  test('one that is cancelled says so; cancelling it again is refused by the domain', async () => {
    const { conversation } = await create();
    const path = `/api/conversations/${conversation.id}/cancel`;
    const answer = await send(testbed, 'POST', path);
    expect(conversationAnswer.parse(answer.json).phase).toBe('cancelled');
    const again = await send(testbed, 'POST', path);
    expect([again.status, codeOf(again)]).toEqual([409, 'already-over']);
  });

  test('the log tells everything but what one has answered while the other may still answer', async () => {
    const { conversation } = await create();
    await finish(conversation.id, { a: 'public' });
    const path = `/api/conversations/${conversation.id}/events`;
    const open = await send(testbed, 'GET', path);
    expect(open.json).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({ type: 'created', at: start, names: { a: 'Ana', b: 'Bo' } }),
        { type: 'started', at: start, endsAt: start + 50 * minute },
        { type: 'decided', at: expect.any(Number) as number, seat: 'a' },
      ]) as unknown[],
    });
    expect(open.text).not.toContain('"answer"');

    await testbed.rooms.execute(conversation.id, {
      type: 'decide',
      seat: 'b',
      answer: 'public',
      recordingVersion: null,
    });
    testbed.clock.set(testbed.clock.now() + 20 * 24 * 60 * minute);
    await testbed.rooms.execute(conversation.id, { type: 'wake' });
    const closed = await send(testbed, 'GET', path);
    expect(closed.text).toContain('"answer":"public"');
    const told = conversationAnswer.parse(
      (await send(testbed, 'GET', `/api/conversations/${conversation.id}`)).json,
    );
    expect(told).toMatchObject({
      phase: 'closed',
      outcome: 'public',
      recording: { state: 'ready', version: 1 },
    });
  });

  test('staff see what the devices found, what went wrong, what was marked, and what was taken back', async () => {
    const { conversation } = await create();
    const { id } = conversation;
    const { rooms } = testbed;
    const check = {
      voice: 'soft',
      echo: 'none',
      device: 'USB',
      udp: 'yes',
      tcp: 'yes',
      turn: 'unknown',
    } as const;
    await rooms.execute(id, { type: 'note-sound-check', seat: 'a', check });
    await finish(id, {});
    const trouble = { troubleId: 't1', seat: 'b', kind: 'technical', note: 'It crackles.' } as const;
    await rooms.execute(id, { type: 'report-trouble', ...trouble });
    await rooms.execute(id, { type: 'withdraw', seat: 'b' });
    const read = async () =>
      conversationAnswer.parse((await send(testbed, 'GET', `/api/conversations/${id}`)).json);
    const at = new Date(testbed.clock.now()).toISOString();
    expect(await read()).toMatchObject({
      soundChecks: { a: check, b: null },
      troubles: [{ ...trouble, at }],
      marks: [],
      withdrawn: true,
      deletedAt: null,
      recording: { state: 'deleting', version: null, files: [] },
    });
    await rooms.execute(id, { type: 'note-recording-deleted' });
    expect(await read()).toMatchObject({ deletedAt: at, recording: { state: 'deleted' } });
  });

  test.each([
    [{}, /program: is missing; names: is missing/],
    [{ ...wanted, program: 'nobody' }, /program: must be one of congress, one-small-step/],
    [{ ...wanted, program: '__proto__' }, /program/],
    [{ ...wanted, language: 'fr' }, /language: must be one of en, es/],
    [{ ...wanted, language: 'constructor' }, /language/],
    [{ ...wanted, names: ['Ana'] }, /names/],
    [{ ...wanted, names: ['Ana', 'Bo', 'Cy'] }, /names/],
    [{ ...wanted, names: ['Ana', '   '] }, /names\.1/],
    [{ ...wanted, names: ['Ana', 'x'.repeat(81)] }, /names\.1/],
    [{ ...wanted, names: { 0: 'Ana', 1: 'Bo' } }, /names/],
    [{ ...wanted, plannedAt: 'tomorrow' }, /plannedAt/],
    [{ ...wanted, plannedAt: '2026-13-45T99:99:99Z' }, /plannedAt/],
    [{ ...wanted, plannedAt: '2026-12-01T10:00:00' }, /plannedAt/],
    [{ ...wanted, plannedAt: '2026-12-01T08:00:00Z' }, /plannedAt: lies in the past/],
    [{ ...wanted, about: { keywords: Array.from({ length: 31 }, () => 'k') } }, /about\.keywords/],
    [{ ...wanted, about: null }, /about/],
    [{ ...wanted, isAdmin: true }, /isAdmin: there is no such key/],
    [[wanted], /expected object/],
  ])('%j makes none', async (body, message) => {
    const before = (await testbed.rooms.list({ limit: 1000, after: null })).length;
    const answer = await sendJson(testbed, 'POST', '/api/conversations', body);
    expect([answer.status, codeOf(answer)]).toEqual([400, 'bad-request']);
    expect(errorAnswer.parse(answer.json).error.message).toMatch(message);
    expect(await testbed.rooms.list({ limit: 1000, after: null })).toHaveLength(before);
  });

  test('keys of Object in a body make nothing and spoil nobody', async () => {
    for (const body of [
      '{"program":"one-small-step","names":["Ana","Bo"],"__proto__":{"isAdmin":true}}',
      '{"program":"one-small-step","names":["Ana","Bo"],"about":{"__proto__":{"title":"x"}}}',
      '{"program":"one-small-step","names":["Ana","Bo"],"constructor":{"prototype":{"isAdmin":true}}}',
    ]) {
      const answer = await send(testbed, 'POST', '/api/conversations', { body });
      expect([201, 400]).toContain(answer.status);
      expect(({} as Record<string, unknown>)['isAdmin']).toBeUndefined();
      expect(answer.text).not.toContain('isAdmin":');
    }
  });
});

describe('who may call', () => {
  const paths = [
    ['POST', '/api/conversations'],
    ['GET', '/api/conversations'],
    ['GET', '/api/conversations/x'],
    ['POST', '/api/conversations/x/cancel'],
    ['POST', '/api/conversations/x/links/a'],
    ['GET', '/api/conversations/x/events'],
    ['GET', '/api/conversations/x/recording'],
    ['GET', '/api/nothing'],
    ['GET', '/API/Conversations'],
    ['GET', '//api/conversations'],
    ['GET', '/api//conversations'],
    ['GET', '/%61pi/conversations'],
    ['GET', '/api/session/../conversations'],
    ['GET', '/api/%2e%2e/api/conversations'],
  ] as const;

  test.each(paths)('%s %s wants the key', async (method, path) => {
    const { conversation } = await create();
    const real = path.replace('/x', `/${conversation.id}`);
    for (const key of [null, 'wrong', `${apiKey}x`, '']) {
      const answer = await send(testbed, method, real, { key });
      // Spellings that meet no route of the API get no further than 404.
      expect([401, 404]).toContain(answer.status);
      expect(['unauthorized', 'not-found']).toContain(codeOf(answer));
      expect(answer.text).not.toContain('Ana');
    }
    const state = await testbed.rooms.read(conversation.id);
    expect([state?.phase, state?.version]).toEqual(['lobby', 1]);
  });

  test('the refusal says how to authenticate, and the log says it once and without the key', async () => {
    const answer = await send(testbed, 'GET', '/api/conversations', { key: 'a-wrong-key-somebody-tried' });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="parley"');
    expect(testbed.lines).toHaveLength(1);
    expect(JSON.parse(testbed.lines[0] ?? '')).toMatchObject({
      level: 'warn',
      status: 401,
      code: 'unauthorized',
    });
    expect(testbed.lines[0]).not.toContain('a-wrong-key');
  });

  test('a participant’s session is no API key', async () => {
    const { session } = sessionAnswer.parse((await exchange(tokenOf(await create(), 0))).json);
    expect((await send(testbed, 'GET', '/api/conversations', { key: session })).status).toBe(401);
  });
});

describe('links', () => {
  test('a link is exchanged for a session of its seat', async () => {
    const created = await create();
    for (const [index, seat] of ['a', 'b', 'facilitator'].entries()) {
      const answer = await exchange(tokenOf(created, index));
      const { session, expiresAt, ...rest } = sessionAnswer.parse(answer.json);
      expect(rest).toEqual({ seat, conversationId: created.conversation.id });
      expect(expiresAt).toBe('2026-12-01T09:15:00.000Z');
      const sessions = createSessions({ key: 'the-session-key-of-the-tests-0123456789' });
      expect(sessions.verify(session, start)).toEqual({ ...rest, linkVersion: 1 });
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test('after a link is issued anew the old one stops, the others go on', async () => {
    const created = await create();
    const { id } = created.conversation;
    const answer = await send(testbed, 'POST', `/api/conversations/${id}/links/a`);
    const fresh = link.parse(answer.json);
    expect(fresh.seat).toBe('a');
    const replayed = await exchange(tokenOf(created, 0));
    expect([replayed.status, codeOf(replayed)]).toEqual([410, 'link-replaced']);
    expect((await exchange(fresh.url.split('#')[1] ?? '')).status).toBe(200);
    expect((await exchange(tokenOf(created, 1))).status).toBe(200);
  });

  test('too early: refused with the time at which it opens', async () => {
    const created = await create({ plannedAt: '2026-12-01T10:00:00Z' });
    const early = await exchange(tokenOf(created, 0));
    expect([early.status, codeOf(early)]).toEqual([403, 'link-not-yet']);
    expect(early.text).toContain('2026-12-01T09:45:00.000Z');
    expect(early.headers['retry-after']).toBe('2700');
    testbed.clock.set(Date.parse('2026-12-01T09:45:00Z'));
    expect((await exchange(tokenOf(created, 0))).status).toBe(200);
  });

  test('too late: expired', async () => {
    const created = await create();
    testbed.clock.set(start + 365 * 24 * 60 * minute);
    const late = await exchange(tokenOf(created, 0));
    expect([late.status, codeOf(late)]).toEqual([410, 'link-expired']);
  });

  test('of a conversation of another house: invalid, though signed with our key', async () => {
    const claims = { conversation: 'elsewhere', seat: 'a', version: 1, aud: 'link' };
    const foreign = jwt.sign(claims, linkKey.secret, { keyid: linkKey.id, expiresIn: '9y' });
    const answer = await exchange(foreign);
    expect([answer.status, codeOf(answer)]).toEqual([401, 'link-invalid']);
  });

  test('forged: invalid', async () => {
    const created = await create();
    const [head = '', body = '', signature = ''] = tokenOf(created, 0).split('.');
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const lifted = Buffer.from(JSON.stringify({ ...claims, seat: 'facilitator' })).toString('base64url');
    const none = Buffer.from(JSON.stringify({ alg: 'none', kid: linkKey.id })).toString('base64url');
    for (const token of [
      `${head}.${lifted}.${signature}`,
      `${none}.${lifted}.`,
      `${head}.${body}`,
      jwt.sign(claims, 'another secret that somebody made up', { keyid: linkKey.id }),
      jwt.sign(claims, linkKey.secret, { keyid: 'other' }),
      'x',
      '\u0000',
      '🪑',
      'a'.repeat(4_096),
    ]) {
      const answer = await exchange(token);
      expect([answer.status, codeOf(answer)]).toEqual([401, 'link-invalid']);
    }
    expect(testbed.lines).toHaveLength(9);
    for (const line of testbed.lines) expect(line).not.toMatch(/eyJ|aaaa/);
  });

  test.each(['c', 'A', 'facilitator ', '__proto__', '..', '%2e%2e', 'a/b'])(
    'seat %j gets no link and changes nothing',
    async (seat) => {
      const { conversation } = await create();
      const answer = await send(
        testbed,
        'POST',
        encodeURI(`/api/conversations/${conversation.id}/links/${seat}`),
      );
      expect(answer.status).toBe(404);
      expect((await testbed.rooms.read(conversation.id))?.version).toBe(1);
    },
  );
});

describe('recordings', () => {
  test('before it is ready there is none', async () => {
    const { conversation } = await create();
    const answer = await send(testbed, 'GET', `/api/conversations/${conversation.id}/recording`);
    expect([answer.status, codeOf(answer)]).toEqual([404, 'not-found']);
  });

  async function recorded() {
    const { conversation } = await create();
    await finish(conversation.id, {});
    const answer = await send(testbed, 'GET', `/api/conversations/${conversation.id}/recording`);
    const recording = recordingAnswer.parse(answer.json);
    const paths = recording.files.map(({ url }) => url.replace(testbed.origin, ''));
    return { id: conversation.id, recording, flac: paths[0] ?? '', mp3: paths[1] ?? '' };
  }

  test('its files have addresses that open without the key', async () => {
    const { id, recording, flac, mp3 } = await recorded();
    expect(recording).toMatchObject({ version: 1, durationSeconds: 3_060 });
    const answer = await send(testbed, 'GET', flac, { key: null });
    expect([answer.status, answer.text]).toEqual([200, '0123456789']);
    expect(answer.headers).toMatchObject({
      'content-type': 'audio/flac',
      'content-length': '10',
      'content-disposition': `attachment; filename="${id}.flac"`,
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-store',
    });
    const other = await send(testbed, 'GET', mp3, { key: null });
    expect([other.text, other.headers['content-type']]).toEqual(['mp3', 'audio/mpeg']);
    const head = await send(testbed, 'HEAD', flac, { key: null });
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', '10']);
    expect(testbed.lines).toEqual([]);
  });

  test('a part can be asked for', async () => {
    const { flac } = await recorded();
    const part = await send(testbed, 'GET', flac, { headers: { Range: 'bytes=2-4' } });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, '234', 'bytes 2-4/10']);
    const beyond = await send(testbed, 'GET', flac, { headers: { Range: 'bytes=50-' } });
    expect([beyond.status, codeOf(beyond), beyond.headers['content-range']]).toEqual([
      416,
      'bad-request',
      'bytes */10',
    ]);
    const odd = await send(testbed, 'GET', flac, { headers: { Range: 'bytes=a-b,,--' } });
    expect(odd.status).toBe(200);
  });

  test('an address for listening is played where it is opened, in parts, for longer', async () => {
    const { id } = await recorded();
    const { addresses } = createAccess({ secrets: testbed.secrets, publicUrl: testbed.origin });
    const { url } = addresses.sign(id, 'mix-1.mp3', testbed.clock.now(), 'listen');
    const path = url.replace(testbed.origin, '');
    testbed.clock.set(testbed.clock.now() + 90 * minute);
    const part = await send(testbed, 'GET', path, { key: null, headers: { Range: 'bytes=1-' } });
    expect([part.status, part.text]).toEqual([206, 'p3']);
    expect(part.headers).toMatchObject({
      'content-type': 'audio/mpeg',
      'content-disposition': `inline; filename="${id}.mp3"`,
      'cross-origin-resource-policy': 'same-origin',
    });
    const kept = await send(testbed, 'GET', path.replace('use=listen', 'use=download'), { key: null });
    expect([kept.status, codeOf(kept)]).toEqual([404, 'not-found']);

    await testbed.rooms.execute(id, { type: 'withdraw', seat: 'a' });
    const taken = await send(testbed, 'GET', path, { key: null });
    expect([taken.status, codeOf(taken)]).toEqual([404, 'not-found']);
  });

  test('after ten minutes an address has expired', async () => {
    const { flac } = await recorded();
    testbed.clock.set(testbed.clock.now() + 10 * minute + 1);
    const answer = await send(testbed, 'GET', flac);
    expect([answer.status, codeOf(answer)]).toEqual([410, 'address-expired']);
  });

  test('an address that was changed in any part opens nothing', async () => {
    const { id, flac } = await recorded();
    const other = await recorded();
    const query = flac.slice(flac.indexOf('?'));
    const signature = new URLSearchParams(query).get('signature') ?? '';
    const expires = new URLSearchParams(query).get('expires') ?? '';
    const tries = [
      [`/recordings/${id}/mix-1.mp3${query}`, 404],
      [`/recordings/${other.id}/mix-1.flac${query}`, 404],
      [`/recordings/${id}/journal.seg${query}`, 404],
      [`/recordings/${id}/${encodeURIComponent('../../secrets.json')}${query}`, 404],
      [`/recordings/${id}/..%2f..%2fsecrets.json${query}`, 404],
      [`/recordings/${id}/%00${query}`, 404],
      [`/recordings/${id}/%c0%ae${query}`, 400],
      [`/recordings/../${id}/mix-1.flac${query}`, 404],
      [`/recordings/${id}/mix-1.flac`, 400],
      [`/recordings/${id}/mix-1.flac?expires=${expires}&signature=${signature}`, 400],
      [`/recordings/${id}/mix-1.flac?use=listen&expires=${expires}&signature=${signature}`, 404],
      [`/recordings/${id}/mix-1.flac?use=inline&expires=${expires}&signature=${signature}`, 400],
      [`/recordings/${id}/mix-1.flac?use=download&expires=9${expires}&signature=${signature}`, 404],
      [`/recordings/${id}/mix-1.flac?use=download&expires=-${expires}&signature=${signature}`, 400],
      [
        `/recordings/${id}/mix-1.flac?use=download&expires=${Number(expires) + 1}&signature=${signature}`,
        404,
      ],
      [
        `/recordings/${id}/mix-1.flac?use=download&expires=${expires}&signature=${signature}&signature=${signature}`,
        400,
      ],
      [`/recordings/${id}/mix-1.flac?use=download&expires=${expires}&signature=${signature.slice(1)}`, 404],
      [`${flac}&download=1`, 400],
    ] as const;
    for (const [path, status] of tries) {
      const answer = await send(testbed, 'GET', path, { key: null });
      expect([path, answer.status]).toEqual([path, status]);
      expect(codeOf(answer)).toBe(status === 404 ? 'not-found' : 'bad-request');
    }
    expect(testbed.lines).toHaveLength(tries.length);
    for (const line of testbed.lines) {
      expect(line).not.toContain(signature);
      expect(line).not.toContain('expires=');
    }
  });

  test('a file that is listed but gone is not found', async () => {
    const { conversation } = await create();
    await finish(conversation.id, {});
    const answer = await send(testbed, 'GET', `/api/conversations/${conversation.id}/recording`);
    const { files } = recordingAnswer.parse(answer.json);
    rmSync(join(testbed.recordingsFolder, conversation.id, 'recording', 'mix-1.mp3'));
    const gone = await send(testbed, 'GET', (files[1]?.url ?? '').replace(testbed.origin, ''));
    expect([gone.status, codeOf(gone)]).toEqual([404, 'not-found']);
    expect(gone.headers).not.toHaveProperty('content-disposition');
    expect(gone.headers['content-type']).toMatch(/^application\/json/);
  });
});

describe('the client', () => {
  test.each(['/', '/join', '/join/'])('%s is the page, kept by nobody', async (path) => {
    const answer = await send(testbed, 'GET', path, { key: null });
    expect([answer.status, answer.text]).toEqual([200, '<!doctype html><title>Parley</title>']);
    expect(answer.headers['content-type']).toMatch(/^text\/html/);
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  test('hashed files are kept for ever, others are asked for again', async () => {
    const hashed = await send(testbed, 'GET', '/assets/index-abc123.js', { key: null });
    expect([hashed.status, hashed.headers['cache-control']]).toEqual([
      200,
      'public, max-age=31536000, immutable',
    ]);
    const plain = await send(testbed, 'GET', '/favicon.svg', { key: null });
    expect([plain.status, plain.headers['cache-control']]).toEqual([200, 'no-cache']);
  });

  test.each([
    ['/nowhere', 404],
    ['/join/more', 404],
    ['/assets', 404],
    ['/assets/', 404],
    ['/assets/gone.js', 404],
    ['/.secret', 404],
    ['/../secrets.json', 404],
    ['/assets/../../secrets.json', 404],
    ['/%2e%2e/secrets.json', 404],
    ['/..%2fsecrets.json', 404],
    ['/%5c..%5csecrets.json', 404],
    ['/%00', 404],
    ['/index.html%00.js', 404],
    ['/%', 404],
    ['/%c0%ae%c0%ae/secrets.json', 404],
    ['/api', 404],
    ['/api/', 404],
    ['/health', 404],
    [`/${'x'.repeat(9_000)}`, 404],
    ['*', 404],
    ['/?a[__proto__]=1', 200],
  ])('%s answers %i, JSON where it is refused', async (path, status) => {
    const answer = await send(testbed, 'GET', path);
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(codeOf(answer)).toBe(status === 404 ? 'not-found' : 'bad-request');
    expect(answer.text).not.toMatch(/secret|at .*\.ts|node_modules/);
  });

  test('where it is not built, the page says so and the rest works', async () => {
    const bare = await createTestbed({ store: createMemoryStore(), clientBuilt: false });
    try {
      const page = await send(bare, 'GET', '/join', { key: null });
      expect(page.status).toBe(503);
      expect(page.text).toContain('<code>npm start</code>');
      expect(page.headers['content-type']).toMatch(/^text\/html/);
      expect((await send(bare, 'GET', '/assets/x.js')).status).toBe(404);
      expect((await send(bare, 'GET', '/health/live')).status).toBe(200);
    } finally {
      await bare.close();
    }
  });
});

describe('headers', () => {
  test('every answer forbids what our pages never do', async () => {
    for (const path of ['/', '/nowhere', '/api/conversations', '/health/live']) {
      const { headers } = await send(testbed, 'GET', path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${testbed.port};`);
      expect(policy).toContain("media-src 'self' blob:");
      expect(policy).not.toContain('unsafe');
      expect(policy).not.toContain('https:');
      expect(headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'permissions-policy': expect.stringContaining('camera=(self), microphone=(self)') as string,
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(headers).not.toHaveProperty('strict-transport-security');
    }
  });
});

describe('health', () => {
  test('live always, ready while nothing speaks against it', async () => {
    expect((await send(testbed, 'GET', '/health/live', { key: null })).json).toEqual({ live: true });
    expect((await send(testbed, 'GET', '/health/ready', { key: null })).json).toEqual({
      ready: true,
      reasons: [],
    });
    testbed.notReady.push('no media worker');
    const answer = await send(testbed, 'GET', '/health/ready', { key: null });
    testbed.notReady.length = 0;
    expect([answer.status, answer.json]).toEqual([503, { ready: false, reasons: ['no media worker'] }]);
  });
});

describe('bad input', () => {
  const routes = [
    ['GET', '/health/live'],
    ['GET', '/health/ready'],
    ['POST', '/api/conversations'],
    ['GET', '/api/conversations'],
    ['GET', '/api/conversations/conversation-1'],
    ['POST', '/api/conversations/conversation-1/cancel'],
    ['POST', '/api/conversations/conversation-1/links/a'],
    ['GET', '/api/conversations/conversation-1/events'],
    ['GET', '/api/conversations/conversation-1/recording'],
    ['POST', '/api/session'],
    ['GET', '/recordings/conversation-1/mix-1.flac?expires=1&signature=x'],
    ['GET', '/'],
    ['GET', '/join'],
    ['GET', '/assets/index-abc123.js'],
    ['GET', '/nowhere'],
  ] as const;

  const bodies: readonly (readonly [string, string | Buffer, Record<string, string>, number, string])[] = [
    ['broken JSON', '{"program":', {}, 400, 'bad-request'],
    ['a bare number', '5', {}, 400, 'bad-request'],
    ['a bare null', 'null', {}, 400, 'bad-request'],
    ['random bytes', Buffer.from([0, 255, 254, 128, 7, 13, 10]), {}, 400, 'bad-request'],
    ['40 kB of JSON', JSON.stringify({ link: 'x'.repeat(40_000) }), {}, 413, 'too-large'],
    ['3 MB of anything', Buffer.alloc(3_000_000, 65), {}, 413, 'too-large'],
    ['deep nesting', '['.repeat(16_000), {}, 400, 'bad-request'],
    [
      'a form',
      'program=x&names=y',
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      415,
      'bad-request',
    ],
    ['text', '{}', { 'Content-Type': 'text/plain' }, 415, 'bad-request'],
    ['no type', '{}', { 'Content-Type': '' }, 415, 'bad-request'],
    ['a made-up type', '{}', { 'Content-Type': '{{{;;;' }, 415, 'bad-request'],
    ['another charset', '{}', { 'Content-Type': 'application/json; charset=ebcdic' }, 415, 'bad-request'],
    ['a compressed body', Buffer.from('1f8b', 'hex'), { 'Content-Encoding': 'gzip' }, 415, 'bad-request'],
  ];

  test.each(routes)(
    '%s %s answers every garbage body in the one form, and logs it once',
    async (method, path) => {
      await testbed.rooms.create({
        ...required(loadPrograms(programsFolder).resolve('one-small-step', 'en')),
        language: 'en',
        names: { a: 'Ana', b: 'Bo' },
        plannedAt: null,
        about: { title: null, keywords: [], place: null },
      });
      for (const [name, body, headers, status, code] of bodies) {
        testbed.lines.length = 0;
        const answer = await send(testbed, method, path, { body, headers });
        expect([name, answer.status, codeOf(answer)]).toEqual([name, status, code]);
        expect(errorAnswer.parse(answer.json).error.message).toBe(
          code === 'bad-request' && status === 415 && /application\/json/.test(answer.text)
            ? 'The body must be application/json.'
            : ERROR_CODES[code as keyof typeof ERROR_CODES],
        );
        expect(testbed.lines).toHaveLength(1);
        expect(JSON.parse(testbed.lines[0] ?? '')).toMatchObject({ level: 'warn', status, code });
      }
      // Valid JSON, wrong for every route that reads one: the others must not act on it either.
      const wrong = await send(testbed, method, path, { body: '{"__proto__":{"x":1},"unknown":true}' });
      expect(wrong.status).toBeLessThan(500);
      if (method === 'POST') expect([wrong.status, codeOf(wrong)]).toEqual([400, 'bad-request']);
      expect((await testbed.rooms.read('conversation-1'))?.linkVersions.a).toBe(1);
    },
  );

  test.each(routes)('%s %s without an end, chunk after chunk, is cut off', async (method, path) => {
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(testbed.port, '127.0.0.1');
      let got = '';
      socket.setEncoding('utf8').on('data', (text: string) => (got += text));
      socket.on('error', (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
      });
      socket.on('close', () => resolve(got));
      socket.write(
        `${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${apiKey}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      );
      const chunk = `4000\r\n${' '.repeat(0x4000)}\r\n`;
      function more(): void {
        while (socket.writable && socket.write(chunk));
        if (socket.writable) socket.once('drain', more);
      }
      more();
    });
    expect(answer).toMatch(/^HTTP\/1\.1 411 /);
    expect(answer).toContain('"code":"bad-request"');
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'])(
    '%s is refused everywhere',
    async (method) => {
      for (const [, path] of routes) {
        const answer = await send(testbed, method, path);
        const file = ['/assets/index-abc123.js', '/nowhere'].includes(path);
        expect([path, answer.status]).toEqual([path, file ? 404 : 405]);
        expect(codeOf(answer)).toBe(file ? 'not-found' : 'bad-request');
        if (!file) expect(answer.headers['allow']).toMatch(/^(GET|POST)/);
      }
    },
  );

  test('a key-less caller cannot make us read a body', async () => {
    const answer = await send(testbed, 'POST', '/api/conversations', { body: '{"broken', key: null });
    expect([answer.status, codeOf(answer)]).toEqual([401, 'unauthorized']);
  });

  test.each([
    ['not HTTP', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['TLS', Buffer.from('16030100a5010000a1030350', 'hex'), /^HTTP\/1\.1 400 /],
    ['a made-up method', 'FROBNICATE / HTTP/1.1\r\nHost: x\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['no host', 'GET / HTTP/1.1\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['endless headers', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
    [
      'two lengths',
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a length and chunks',
      'POST /api/session HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      /^HTTP\/1\.1 400 /,
    ],
    [
      'an absolute target',
      'GET http://evil.example/nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 404 /,
    ],
    [
      'a target that is no path',
      'GET nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      /^HTTP\/1\.1 40[04] /,
    ],
  ])('%s on the port is answered and harms nobody', async (_, bytes, wantedAnswer) => {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(testbed.port, '127.0.0.1', () => void socket.write(bytes));
      let got = '';
      socket.setEncoding('utf8').on('data', (text: string) => (got += text));
      socket.on('error', () => undefined);
      socket.on('close', () => resolve(got));
    });
    expect(answer).toMatch(wantedAnswer);
    expect((await send(testbed, 'GET', '/health/live')).status).toBe(200);
  });

  test('a fault of ours is a 500 that says nothing, and the log says what', async () => {
    const { conversation } = await create();
    testbed.breakRooms(new Error('the disk at /very/private is full'));
    const answer = await send(testbed, 'GET', `/api/conversations/${conversation.id}`);
    testbed.breakRooms(null);
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({ error: { code: 'internal', message: ERROR_CODES.internal } });
    expect(testbed.lines).toHaveLength(1);
    expect(JSON.parse(testbed.lines[0] ?? '')).toMatchObject({
      level: 'error',
      err: {
        message: 'the disk at /very/private is full',
        stack: expect.stringContaining('http.test.ts') as string,
      },
    });
  });
});

describe('limits', () => {
  test('too many wrong keys are slowed down, the right one always passes', async () => {
    const strict = await createTestbed({
      store: createMemoryStore(),
      limits: { sessionsPerMinute: 3, wrongKeysPerMinute: 3 },
    });
    try {
      const statuses: number[] = [];
      for (let i = 0; i < 5; i += 1) {
        statuses.push((await send(strict, 'GET', '/api/conversations', { key: 'wrong' })).status);
      }
      expect(statuses).toEqual([401, 401, 401, 429, 429]);
      expect((await send(strict, 'GET', '/api/conversations')).status).toBe(200);
    } finally {
      await strict.close();
    }
  });

  test('too many links are slowed down, however their sender names himself', async () => {
    const strict = await createTestbed({
      store: createMemoryStore(),
      limits: { sessionsPerMinute: 3, wrongKeysPerMinute: 3 },
    });
    try {
      const answers: Answer[] = [];
      for (let i = 0; i < 5; i += 1) {
        answers.push(
          await send(strict, 'POST', '/api/session', {
            body: '{"link":"x"}',
            key: null,
            headers: { 'X-Forwarded-For': `10.0.0.${i}` },
          }),
        );
      }
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 429, 429]);
      expect(answers.map(codeOf).at(-1)).toBe('too-many-requests');
      expect(Number(answers.at(-1)?.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      await strict.close();
    }
  });
});

function required<T>(value: T | null): T {
  if (value === null) throw new Error('missing');
  return value;
}
