import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import jwt from 'jsonwebtoken';
import { describe, expect, test } from 'vitest';
import type { Lobby } from '../domain/conversation.ts';
import { decide } from '../domain/decide.ts';
import { replay } from '../domain/evolve.ts';
import { createApiKeys } from './api-keys.ts';
import { createLinks, isReplaced, type LinkVerdict } from './links.ts';
import { createSessions, sessionLastsMs } from './sessions.ts';
import { addressLastsMs, createSignedAddresses } from './signed-address.ts';

const day = 86_400_000;
const minute = 60_000;
const createdAt = Date.parse('2026-12-01T09:00:00.250Z');
const plannedAt = Date.parse('2026-12-03T15:00:00Z');
const publicUrl = 'https://talk.example.org';
const keyOne = { id: 'one', secret: '1'.repeat(43) };
const keyTwo = { id: 'two', secret: '2'.repeat(43) };

function conversation(changes: Partial<Lobby> = {}): Lobby {
  const events = decide(
    null,
    {
      type: 'create',
      conversationId: 'conversation-one',
      program: {
        id: 'p',
        name: 'P',
        texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
        facilitation: 'optional',
        durationMs: 50 * minute,
        farewellMs: minute,
        graceMs: 15_000,
        pauseAllowanceMs: 10 * minute,
        pauses: { facilitator: true },
        extension: { stepMs: 300_000, atMostMs: 600_000, together: true },
        offers: 'clock',
        opensBeforeMs: 15 * minute,
        noShowAfterMs: 15 * minute,
        decideWithinMs: 14 * day,
        warningsMs: [],
        outputs: { master: 'stereo', listening: true, originals: false },
        copies: true,
        retentionMs: null,
      },
      deck: { id: 'd', prompts: [] },
      consent: { version: '1', text: 'yes', hash: 'x' },
      language: 'en',
      names: { a: 'Ana', b: 'Bo' },
      plannedAt,
      about: { title: null, keywords: [], place: null },
    },
    createdAt,
  );
  if ('refused' in events) throw new Error(events.refused);
  return { ...(replay(events) as Lobby), ...changes };
}

function code(verdict: LinkVerdict): string {
  return verdict.ok ? 'valid' : verdict.code;
}

describe('links', () => {
  const links = createLinks({ keys: [keyOne], publicUrl });
  const opensAt = plannedAt - 15 * minute;
  const { expiresAt } = links.issue(conversation(), 'a');

  test('a link opens its own seat of its own conversation', () => {
    const { url, token } = links.issue(conversation(), 'b');
    expect(url).toBe(`https://talk.example.org/join#${token}`);
    expect(links.verify(token, plannedAt)).toEqual({
      ok: true,
      claims: { conversationId: 'conversation-one', seat: 'b', linkVersion: 1 },
    });
  });

  test('a link holds nobody’s name and no secret', () => {
    const { token } = links.issue(conversation(), 'a');
    expect(jwt.decode(token, { complete: true })).toMatchObject({
      header: { alg: 'HS256', typ: 'JWT', kid: 'one' },
      payload: {
        conversation: 'conversation-one',
        seat: 'a',
        version: 1,
        aud: 'link',
        nbf: opensAt / 1_000,
        exp: Math.ceil(expiresAt / 1_000),
      },
    });
  });

  test('it opens some time before the planned meeting and says when', () => {
    const { token } = links.issue(conversation(), 'a');
    expect(links.verify(token, opensAt - 1)).toEqual({ ok: false, code: 'link-not-yet', opensAt });
    expect(code(links.verify(token, opensAt))).toBe('valid');
  });

  test('without a planned time it opens at once, in the very millisecond', () => {
    const { token } = links.issue(conversation({ plannedAt: null }), 'a');
    expect(code(links.verify(token, createdAt))).toBe('valid');
  });

  test('it outlives the last moment at which one may decide, and then expires', () => {
    const state = conversation();
    const latest = state.expiresAt + (50 + 10 + 10 + 1) * minute + 14 * day;
    expect(expiresAt).toBe(latest);
    const { token } = links.issue(state, 'a');
    expect(code(links.verify(token, latest - 1))).toBe('valid');
    expect(links.verify(token, latest + 1_000)).toEqual({ ok: false, code: 'link-expired' });
  });

  test('after a link was issued anew the old one is told apart, for that seat only', () => {
    const before = conversation();
    const verdict = links.verify(links.issue(before, 'a').token, plannedAt);
    if (!verdict.ok) throw new Error(verdict.code);
    const after = conversation({ linkVersions: { a: 2, b: 1, facilitator: 1 } });
    expect(isReplaced(verdict.claims, before)).toBe(false);
    expect(isReplaced(verdict.claims, after)).toBe(true);
    expect(isReplaced({ ...verdict.claims, seat: 'b' }, after)).toBe(false);
  });

  test('keys rotate: the first signs, all verify, a removed one voids its links', () => {
    const old = links.issue(conversation(), 'a').token;
    const both = createLinks({ keys: [keyTwo, keyOne], publicUrl });
    expect(code(both.verify(old, plannedAt))).toBe('valid');
    const fresh = both.issue(conversation(), 'a').token;
    expect(jwt.decode(fresh, { complete: true })?.header.kid).toBe('two');
    expect(code(links.verify(fresh, plannedAt))).toBe('link-invalid');
    const onlyTwo = createLinks({ keys: [keyTwo], publicUrl });
    expect(code(onlyTwo.verify(old, plannedAt))).toBe('link-invalid');
  });

  const claims = {
    conversation: 'conversation-one',
    seat: 'a',
    version: 1,
    aud: 'link',
    nbf: opensAt / 1_000,
    exp: expiresAt / 1_000,
  };
  function without(claim: keyof typeof claims): object {
    return Object.fromEntries(Object.entries(claims).filter(([name]) => name !== claim));
  }
  function sign(payload: object, options: jwt.SignOptions = {}, secret = keyOne.secret): string {
    return jwt.sign(payload, secret, { keyid: 'one', noTimestamp: true, ...options });
  }
  const unsigned = [{ alg: 'none', kid: 'one' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const [head = '', body = '', signature = ''] = sign(claims).split('.');
  const swapped = Buffer.from(JSON.stringify({ ...claims, seat: 'facilitator' })).toString('base64url');

  test.each([
    ['another secret', sign(claims, {}, keyTwo.secret)],
    ['a key id that names another key', sign(claims, { keyid: 'two' })],
    ['no key id', jwt.sign(claims, keyOne.secret)],
    ['a key id of Object’s', sign(claims, { keyid: '__proto__' })],
    ['no algorithm', `${unsigned}.`],
    ['another algorithm', sign(claims, { algorithm: 'HS512' })],
    ['another audience', sign({ ...claims, aud: 'session' })],
    ['no audience', sign(without('aud'))],
    ['a seat put in after signing', `${head}.${swapped}.${signature}`],
    ['a seat that does not exist', sign({ ...claims, seat: 'c' })],
    ['a version that is no number', sign({ ...claims, version: '1' })],
    ['no expiry', sign(without('exp'))],
    ['a body that is no object', jwt.sign('text', keyOne.secret, { keyid: 'one' })],
    ['a header that is no JSON', `${Buffer.from('{{').toString('base64url')}.${body}.${signature}`],
    ['a header that is a number', `${Buffer.from('5').toString('base64url')}.${body}.${signature}`],
    ['a signature cut off', `${head}.${body}.`],
    ['nothing', ''],
    ['dots', '..'],
    ['words', 'not a link'],
  ])('a forged link is refused: %s', (_, token) => {
    expect(links.verify(token, plannedAt)).toEqual({ ok: false, code: 'link-invalid' });
  });

  test('the forger’s tools above make a valid link when they are given all', () => {
    expect(code(links.verify(sign(claims), plannedAt))).toBe('valid');
  });

  test('no text whatever is a link, and none is a fault', () => {
    const real = links.issue(conversation(), 'a').token;
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.tuple(fc.base64String(), fc.base64String(), fc.base64String()).map((parts) => parts.join('.')),
          fc
            .tuple(fc.nat({ max: real.length - 1 }), fc.constantFrom('A', 'b', '.', '_', '\u0000'))
            .filter(([index, letter]) => real[index] !== letter)
            .map(([index, letter]) => real.slice(0, index) + letter + real.slice(index + 1)),
        ),
        // The last letter of a base64url signature carries spare bits; other spellings of it are the same signature.
        (text) => {
          fc.pre(text.slice(0, -1) !== real.slice(0, -1));
          expect(links.verify(text, plannedAt)).toEqual({ ok: false, code: 'link-invalid' });
        },
      ),
    );
  });
});

describe('sessions', () => {
  const sessions = createSessions({ key: 's'.repeat(43) });
  const claims = { conversationId: 'conversation-one', seat: 'facilitator', linkVersion: 3 } as const;

  test('a session carries its link’s claims for a quarter of an hour', () => {
    const { session, expiresAt } = sessions.open(claims, createdAt);
    expect(expiresAt - createdAt).toBeGreaterThanOrEqual(sessionLastsMs);
    expect(expiresAt - createdAt).toBeLessThan(sessionLastsMs + 1_000);
    expect(sessions.verify(session, createdAt)).toEqual(claims);
    expect(sessions.verify(session, expiresAt - 1)).toEqual(claims);
    expect(sessions.verify(session, expiresAt)).toBeNull();
  });

  test('a link is no session and a session no link, even under the same key', () => {
    const links = createLinks({ keys: [{ id: 'one', secret: 's'.repeat(43) }], publicUrl });
    expect(sessions.verify(links.issue(conversation(), 'a').token, plannedAt)).toBeNull();
    expect(links.verify(sessions.open(claims, plannedAt).session, plannedAt)).toMatchObject({ ok: false });
  });

  test('another house’s session, a damaged one and garbage are none', () => {
    const foreign = createSessions({ key: 't'.repeat(43) }).open(claims, createdAt).session;
    const own = sessions.open(claims, createdAt).session;
    for (const text of [foreign, own.slice(0, -3), `x${own}`, '', '.', '__proto__', '\u0000']) {
      expect(sessions.verify(text, createdAt)).toBeNull();
    }
  });
});

describe('signed addresses', () => {
  const addresses = createSignedAddresses({ key: 'k'.repeat(43), publicUrl });
  const { url, expiresAt } = addresses.sign('conversation-one', 'mix-1.flac', createdAt, 'download');
  const { pathname, searchParams } = new URL(url);
  const good = {
    conversationId: 'conversation-one',
    fileName: 'mix-1.flac',
    expires: searchParams.get('expires') ?? '',
    signature: searchParams.get('signature') ?? '',
    use: 'download' as const,
    now: createdAt,
  };

  test('an address opens its file for ten minutes', () => {
    expect(pathname).toBe('/recordings/conversation-one/mix-1.flac');
    expect(createdAt + addressLastsMs.download - expiresAt).toBeLessThan(1_000);
    expect(addresses.verify(good)).toBe('valid');
    expect(addresses.verify({ ...good, now: expiresAt - 1 })).toBe('valid');
    expect(addresses.verify({ ...good, now: expiresAt })).toBe('expired');
  });

  test('it is HMAC-SHA256 of path, expiry and use', () => {
    const wanted = createHmac('sha256', 'k'.repeat(43))
      .update(`${pathname}\n${good.expires}\ndownload`)
      .digest('base64url');
    expect(good.signature).toBe(wanted);
  });

  test.each([
    ['another file', { fileName: 'mix-1.mp3' }],
    ['another use', { use: 'listen' as const }],
    ['another conversation', { conversationId: 'conversation-two' }],
    ['a slash moved', { conversationId: 'conversation-one/mix-1.flac', fileName: '' }],
    ['a later expiry', { expires: String(Number(good.expires) + 1) }],
    ['the expiry spelled otherwise', { expires: `0${good.expires}` }],
    ['no expiry', { expires: '' }],
    ['an expiry that is no number', { expires: 'never' }],
    ['no signature', { signature: '' }],
    ['a signature cut off', { signature: good.signature.slice(0, -2) }],
    ['a signature with more', { signature: `${good.signature}=` }],
    ['a signature of other bytes', { signature: 'A'.repeat(43) }],
  ])('%s does not pass', (_, change) => {
    expect(addresses.verify({ ...good, ...change })).toBe('invalid');
  });

  test('an address of another house does not pass', () => {
    const foreign = createSignedAddresses({ key: 'j'.repeat(43), publicUrl });
    expect(foreign.verify(good)).toBe('invalid');
  });
});

describe('the API key', () => {
  const key = 'an-api-key-that-is-long-enough-for-all';
  const apiKeys = createApiKeys({ key });

  test('the right one passes, however the scheme is written', () => {
    expect(apiKeys.accepts(`Bearer ${key}`)).toBe(true);
    expect(apiKeys.accepts(`bearer  ${key} `)).toBe(true);
  });

  test.each([
    [undefined],
    [''],
    ['Bearer'],
    ['Bearer '],
    [key],
    [`Basic ${key}`],
    [`Bearer ${key}x`],
    [`Bearer ${key.slice(1)}`],
    [`Bearer ${key} ${key}`],
    [`Bearer ${'x'.repeat(5_000)}`],
  ])('%j does not', (authorization) => {
    expect(apiKeys.accepts(authorization)).toBe(false);
  });
});
