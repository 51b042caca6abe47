import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUESTS } from '../protocol/events.ts';
import {
  connect,
  enter,
  MIXED,
  openHouse,
  ready,
  refusedHandshake,
  type House,
  type TestDevice,
} from './house.ts';
import type { Program } from '../domain/conversation.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Both seated and talking. */
async function talking(rules: Partial<Program> = {}): Promise<{
  id: string;
  links: Record<string, string>;
  a: TestDevice;
  b: TestDevice;
}> {
  const { id, links } = await house.converse(rules);
  const [a, b] = [await enter(house, links.a), await enter(house, links.b)];
  await Promise.all([ready(a), ready(b)]);
  await a.viewed(({ phase }) => phase === 'live');
  return { id, links, a, b };
}

/** Talking, with a facilitator who guides. */
async function guided(rules: Partial<Program> = {}) {
  const { id, links } = await house.converse({ facilitation: 'always', ...rules });
  const [a, b, f] = [
    await enter(house, links.a),
    await enter(house, links.b),
    await enter(house, links.facilitator),
  ];
  await Promise.all([ready(a), ready(b)]);
  expect(await f.ask('conversation:start', {})).toEqual(done);
  await a.viewed(({ phase }) => phase === 'live');
  return { id, links, a, b, f };
}

/** Over, and its recording ready. */
async function recorded(rules: Partial<Program> = {}) {
  const talk = await talking(rules);
  expect(await talk.a.ask('conversation:end', {})).toEqual(done);
  await talk.b.viewed(({ decision }) => decision?.mayListen === true);
  return talk;
}

const done = { ok: true };
const refused = (code: string): object => ({ ok: false, error: { code, message: expect.any(String) } });
const opus = { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }] };

describe('the way in', () => {
  test('two people with links talk; each sees their own view', async () => {
    const { a, b } = await talking();
    const mine = await a.viewed(({ phase, recording }) => phase === 'live' && recording);
    expect(mine).toMatchObject({
      seat: 'a',
      people: { a: { name: 'Ana', here: true }, b: { name: 'Ben', here: true } },
      deck: null,
      decision: null,
      prompt: { index: 0 },
    });
    expect(await b.viewed(({ phase }) => phase === 'live')).toMatchObject({ seat: 'b' });
  });

  test('a handshake without, with a garbled, foreign or forged session is refused with a code', async () => {
    const { links } = await house.converse();
    const session = await house.session(links.a);
    const [head, , signature] = session.split('.');
    const other = Buffer.from(JSON.stringify({ conversation: 'x', seat: 'b', link: 1 })).toString(
      'base64url',
    );
    const tries: readonly [Record<string, unknown>, string][] = [
      [{}, 'bad-request'],
      [{ session: 7 }, 'bad-request'],
      [{ session: 'x'.repeat(5_000) }, 'bad-request'],
      [{ session, more: true }, 'bad-request'],
      [{ session: 'garbage' }, 'session-invalid'],
      [{ session: `${head}.${other}.${signature}` }, 'session-invalid'],
      [{ session: links.a }, 'session-invalid'],
    ];
    for (const [auth, code] of tries) {
      const device = connect(house, auth);
      expect(await refusedHandshake(device)).toBe(code);
      device.close();
    }
  });

  test('a link issued anew voids the sessions of the old one, and puts its device out', async () => {
    const { id, links } = await house.converse();
    const session = await house.session(links.a);
    const device = await enter(house, links.a);
    await house.server.rooms.execute(id, { type: 'reissue-link', seat: 'a' });
    expect(await device.heard('seat:lost')).toEqual({ reason: 'link-replaced' });
    const replay = connect(house, { session });
    expect(await refusedHandshake(replay)).toBe('link-replaced');
    await expect(house.session(links.a)).rejects.toThrow('link-replaced');
  });

  test('a page of another origin may not connect', async () => {
    const { links } = await house.converse();
    const session = await house.session(links.a);
    const answer = await fetch(`${house.server.publicUrl}/socket.io/?EIO=4&transport=polling`, {
      headers: { origin: 'https://elsewhere.example' },
    });
    expect(answer.status).toBe(403);
    expect(session).toEqual(expect.any(String));
  });

  test('a second device waits, may do nothing, and gets the seat when the first agrees', async () => {
    const { links } = await house.converse();
    const phone = await enter(house, links.a);
    const laptop = connect(house, { session: await house.session(links.a) });
    await laptop.heard('seat:waiting');
    expect(await laptop.ask('clock:read', {})).toEqual(refused('seat-taken'));
    const { askId } = await phone.heard('seat:takeover-asked');
    expect(await phone.ask('seat:answer-takeover', { askId, allow: true })).toEqual({ ok: true });
    await laptop.heard('seat:granted');
    expect(await phone.heard('seat:lost')).toEqual({ reason: 'taken-over' });
    expect(await laptop.ask('clock:read', {})).toMatchObject({ ok: true });
  });

  test('the same device comes back at once with its proof', async () => {
    const { links } = await house.converse();
    const tab = connect(house, { session: await house.session(links.a) });
    const { resume } = await tab.heard('seat:granted');
    const reloaded = connect(house, { session: await house.session(links.a), resume });
    await reloaded.heard('seat:granted');
    expect(await tab.heard('seat:lost')).toEqual({ reason: 'taken-over' });
  });
});

describe('bad input is refused with a code, and the room is unharmed', () => {
  test('names that are no request', async () => {
    const { a, b } = await talking();
    for (const name of [
      '',
      'nonsense',
      'conversation:view',
      '__proto__',
      'constructor',
      'toString',
      'x'.repeat(9_000),
    ]) {
      expect(await a.send(name, {})).toEqual(refused('unknown-event'));
    }
    expect(await b.ask('clock:read', {})).toMatchObject({ ok: true });
  });

  test('every request refuses what is not of its form', async () => {
    const malformed = [
      undefined,
      null,
      7,
      'text',
      [],
      [{}],
      { seat: 'b' },
      { surplus: 1 },
      { index: -1 },
      { index: '0' },
      { answer: 'maybe' },
      { transportId: 'x'.repeat(65) },
    ];
    for (const name of Object.keys(REQUESTS)) {
      // A device for each request: together they would be too many for one.
      const { links } = await house.converse();
      const device = await enter(house, links.a);
      for (const payload of malformed) {
        expect(await device.send(name, payload), `${name} ${JSON.stringify(payload)}`).toEqual(
          refused('bad-request'),
        );
      }
      device.close();
    }
  });

  test('a request without an acknowledgement is taken all the same', async () => {
    const { a } = await talking();
    a.socket.emit('prompt:show', { index: 1 }, undefined as never);
    expect(await a.viewed(({ prompt }) => prompt?.index === 1)).toBeDefined();
  });

  test('an oversized message ends its sender only', async () => {
    const { a, b } = await talking();
    const gone = a.gone();
    (a.socket as { emit(name: string, payload: unknown): unknown }).emit('clock:read', 'x'.repeat(200_000));
    await gone;
    expect(await b.viewed(({ people }) => !people.a.here)).toMatchObject({ phase: 'live' });
    expect(await b.ask('clock:read', {})).toMatchObject({ ok: true });
  });

  test('a flood is told once, then its sender is put out, the partner goes on', async () => {
    const { a, b } = await talking();
    const gone = a.gone();
    const answers: unknown[] = [];
    for (let sent = 0; sent < 400; sent += 1)
      a.socket.emit('clock:read', {}, (answer) => answers.push(answer));
    await gone;
    expect(answers.filter((answer) => !(answer as { ok: boolean }).ok)).toEqual([
      refused('too-many-requests'),
    ]);
    expect(await b.ask('clock:read', {})).toMatchObject({ ok: true });
  });

  test('events out of phase', async () => {
    const { links } = await house.converse();
    const a = await enter(house, links.a);
    expect(await a.ask('prompt:show', { index: 0 })).toEqual(refused('wrong-phase'));
    expect(await a.ask('conversation:end', {})).toEqual(refused('wrong-phase'));
    expect(await a.ask('decision:answer', { answer: 'public', recordingVersion: null })).toEqual(
      refused('wrong-phase'),
    );
    for (const name of ['conversation:pause', 'conversation:resume', 'conversation:extend'] as const)
      expect(await a.ask(name, {})).toEqual(refused('not-your-role'));
    expect(await a.ask('conversation:ask-extension', { wanted: true })).toEqual(refused('wrong-phase'));
    expect(await a.ask('recording:address', {})).toEqual(refused('wrong-phase'));
    const f = await enter(house, links.facilitator);
    for (const name of ['conversation:pause', 'conversation:resume', 'conversation:extend'] as const)
      expect(await f.ask(name, {})).toEqual(refused('wrong-phase'));
    expect(await f.ask('mark:set', { note: null })).toEqual(refused('wrong-phase'));
    f.close();
    expect(await a.ask('conversation:ready', { ready: true })).toEqual(refused('consent-missing'));
    expect(await a.ask('conversation:consent', { version: '0', hash: 'f'.repeat(64) })).toEqual(
      refused('consent-text-differs'),
    );
    expect(await a.ask('media:create-transport', { direction: 'send' })).toEqual(refused('not-your-role'));
    const talk = await talking();
    expect(await talk.a.ask('conversation:ready', { ready: false })).toEqual(refused('wrong-phase'));
    expect(await talk.a.ask('prompt:show', { index: 500 })).toEqual(refused('no-such-prompt'));
    const check = { voice: 'good', echo: 'none', device: null, udp: 'yes', tcp: 'yes', turn: 'yes' } as const;
    expect(await talk.a.ask('sound:checked', { check })).toEqual(refused('wrong-phase'));
  });

  test('a seat acting for another, or as what it is not', async () => {
    const { a, b, links } = await talking();
    const facilitator = await enter(house, links['facilitator'] ?? '');
    expect(await a.ask('conversation:start', {})).toEqual(refused('not-your-role'));
    expect(await a.send('conversation:ready', { ready: true, seat: 'b' })).toEqual(refused('bad-request'));
    expect(await facilitator.ask('media:create-transport', { direction: 'send' })).toEqual(
      refused('not-your-role'),
    );
    expect(
      await facilitator.ask('media:produce', { transportId: 'x', kind: 'audio', rtpParameters: opus }),
    ).toEqual(refused('not-your-role'));
    expect(await facilitator.ask('decision:answer', { answer: 'public', recordingVersion: null })).toEqual(
      refused('not-your-role'),
    );

    const transport = (await a.ask('media:create-transport', { direction: 'send' })) as {
      value: { id: string };
    };
    const transportId = transport.value.id;
    expect(await b.ask('media:restart-ice', { transportId })).toEqual(refused('media-unknown'));
    expect(await b.ask('media:produce', { transportId, kind: 'audio', rtpParameters: opus })).toEqual(
      refused('media-unknown'),
    );
    expect(await a.ask('media:produce', { transportId, kind: 'audio', rtpParameters: opus })).toMatchObject({
      ok: true,
    });
    const { producers } = await b.heard('media:available', (available) => available.producers.length > 0);
    const producerId = producers[0]?.producerId ?? '';
    expect(await b.ask('media:pause-producer', { producerId, paused: true })).toEqual(
      refused('media-unknown'),
    );
    expect(await b.ask('media:close-producer', { producerId })).toEqual(refused('media-unknown'));
  });
});

describe('the facilitator guides', () => {
  test('pauses, goes on and gives more time; all see it', async () => {
    const { a, b, f } = await guided({ extension: { stepMs: 60_000, atMostMs: 90_000, together: false } });
    const { clock } = await a.viewed(({ phase }) => phase === 'live');
    expect(await f.ask('conversation:pause', {})).toEqual(done);
    expect(await b.viewed((view) => view.clock?.pauseReason === 'facilitator')).toMatchObject({
      recording: false,
    });
    expect(await f.ask('conversation:extend', {})).toEqual(done);
    expect(await f.ask('conversation:resume', {})).toEqual(done);
    const extended = await b.viewed(
      (view) => view.clock?.extendableMs === 30_000 && view.clock.pausedSince === null,
    );
    expect((extended.clock?.endsAt ?? 0) - (clock?.endsAt ?? 0)).toBeGreaterThanOrEqual(60_000);
    expect(await f.ask('conversation:extend', {})).toEqual(done);
    expect(await f.ask('conversation:extend', {})).toEqual(refused('no-extension-left'));
    for (const name of ['conversation:pause', 'conversation:resume', 'conversation:extend'] as const)
      expect(await a.ask(name, {})).toEqual(refused('not-your-role'));
    expect(await a.ask('conversation:ask-extension', { wanted: true })).toEqual(refused('not-your-role'));
  });

  test('a program may say no to pauses and more time', async () => {
    const { f } = await guided({
      pauses: { facilitator: false },
      extension: { stepMs: 60_000, atMostMs: 0, together: false },
    });
    expect(await f.ask('conversation:pause', {})).toEqual(refused('not-allowed-here'));
    expect(await f.ask('conversation:extend', {})).toEqual(refused('not-allowed-here'));
  });

  test('a nudge is seen by whom it is for, a mark by nobody else, each with an id of the house', async () => {
    const { id, a, b, f } = await guided();
    expect(await f.ask('nudge:send', { to: 'a', text: '  Ask her why.  ' })).toEqual(done);
    const nudged = await a.viewed(({ nudge }) => nudge !== null);
    expect(nudged.nudge).toMatchObject({
      text: 'Ask her why.',
      nudgeId: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(await f.ask('mark:set', { note: null })).toEqual(done);
    const { facilitatorDesk } = await f.viewed((view) => (view.facilitatorDesk?.marks.length ?? 0) > 0);
    expect(facilitatorDesk).toMatchObject({
      nudges: [{ to: 'a', text: 'Ask her why.' }],
      marks: [{ note: null, markId: expect.stringMatching(/^[\w-]{22}$/) }],
    });
    const version = (await house.server.rooms.read(id))?.version ?? Infinity;
    expect(await b.viewed((view) => view.version === version)).toMatchObject({
      nudge: null,
      facilitatorDesk: null,
    });
    expect(await a.ask('nudge:send', { to: 'b', text: 'Hello' })).toEqual(refused('not-your-role'));
    expect(await a.ask('mark:set', { note: 'mine' })).toEqual(refused('not-your-role'));
    for (const text of ['', '   ', 'x'.repeat(201)])
      expect(await f.ask('nudge:send', { to: 'both', text })).toEqual(refused('bad-request'));
    expect(await f.send('nudge:send', { to: 'a', text: 'x', nudgeId: 'mine' })).toEqual(
      refused('bad-request'),
    );
  });
});

describe('two who are alone', () => {
  test('have more time when both have asked for it', async () => {
    const { a, b } = await talking({ extension: { stepMs: 60_000, atMostMs: 60_000, together: true } });
    const { clock } = await a.viewed(({ phase }) => phase === 'live');
    expect(await a.ask('conversation:ask-extension', { wanted: true })).toEqual(done);
    expect(
      (await b.viewed((view) => view.clock?.extensionAskedBy.includes('a') === true)).clock?.endsAt,
    ).toBe(clock?.endsAt);
    expect(await b.ask('conversation:ask-extension', { wanted: true })).toEqual(done);
    const { clock: extended } = await a.viewed((view) => view.clock?.extendableMs === 0);
    expect((extended?.endsAt ?? 0) - (clock?.endsAt ?? 0)).toBe(60_000);
    expect(await a.ask('conversation:ask-extension', { wanted: true })).toEqual(refused('no-extension-left'));
  });
});

test('a sound check is kept, in the lobby, and staff can read it', async () => {
  const { id, links } = await house.converse();
  const a = await enter(house, links.a);
  const check = {
    voice: 'soft',
    echo: 'some',
    device: 'USB',
    udp: 'yes',
    tcp: 'no',
    turn: 'unknown',
  } as const;
  expect(await a.ask('sound:checked', { check })).toEqual(done);
  expect(await a.send('sound:checked', { check: { ...check, voice: 'shrill' } })).toEqual(
    refused('bad-request'),
  );
  const f = await enter(house, links.facilitator);
  expect(await f.ask('sound:checked', { check })).toEqual(refused('not-your-role'));
  expect((await f.viewed(() => true)).facilitatorDesk?.soundChecks).toEqual({ a: check, b: null });
  expect((await house.server.rooms.read(id))?.soundChecks.a).toEqual(check);
});

test('trouble reaches the facilitator and the log, which has neither the words nor a name', async () => {
  const { id, links, a, b } = await talking();
  const f = await enter(house, links['facilitator'] ?? '');
  const note = 'I want to leave, Ben knows my street';
  expect(await a.ask('trouble:report', { kind: 'not-safe', note })).toEqual(done);
  const { facilitatorDesk } = await f.viewed((view) => (view.facilitatorDesk?.troubles.length ?? 0) > 0);
  expect(facilitatorDesk?.troubles).toMatchObject([{ seat: 'a', kind: 'not-safe', note }]);
  expect((await a.viewed(({ trouble }) => trouble !== null)).trouble).toMatchObject({ kind: 'not-safe' });
  expect((await b.viewed((view) => view.facilitator.here)).trouble).toBeNull();
  const lines = house.logged().filter((line) => line.includes(id) && line.includes('"warn"'));
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ seat: 'a', kind: 'not-safe' }]);
  expect(house.logged().join('')).not.toContain('street');
  const answer = await fetch(`${house.server.publicUrl}/api/conversations/${id}`, {
    headers: { authorization: `Bearer ${house.apiKey}` },
  });
  expect(await answer.json()).toMatchObject({ troubles: [{ seat: 'a', kind: 'not-safe', note }] });
});

describe('how well people can be heard', () => {
  test('comes with the seat and at every change, to all', async () => {
    const { id, links, a, b } = await talking();
    const f = await enter(house, links['facilitator'] ?? '');
    const unknown = { microphone: 'unknown', connection: 'unknown' };
    expect(await f.heard('room:quality')).toEqual({ a: unknown, b: unknown });
    expect(await a.ask('room:report', { microphone: 'silent' })).toEqual(done);
    house.plane.setConnections(id, [{ seat: 'b', connection: 'weak' }]);
    const wanted = {
      a: { microphone: 'silent', connection: 'unknown' },
      b: { microphone: 'unknown', connection: 'weak' },
    };
    for (const device of [a, b, f])
      expect(await device.heard('room:quality', (quality) => quality.b.connection === 'weak')).toEqual(
        wanted,
      );
    a.close();
    expect(
      await b.heard('room:quality', (now) => now.b.connection === 'weak' && now.a.microphone === 'unknown'),
    ).toBeDefined();
    expect(await f.ask('room:report', { microphone: 'on' })).toEqual(refused('not-your-role'));
    expect(await b.send('room:report', { microphone: 'loud' })).toEqual(refused('bad-request'));
  });
});

describe('after talking', () => {
  const address = async (device: TestDevice) =>
    (
      (await device.ask('recording:address', {})) as {
        value: { listenUrl: string; downloadUrl: string | null; expiresAt: number };
      }
    ).value;

  test('each of the two may listen, in parts, and keep a copy', async () => {
    const { id, links, a, b } = await recorded();
    const f = await enter(house, links['facilitator'] ?? '');
    expect(await f.ask('recording:address', {})).toEqual(refused('not-your-role'));
    for (const device of [a, b]) {
      const { listenUrl, downloadUrl, expiresAt } = await address(device);
      expect(expiresAt).toBeGreaterThan(Date.now() + 60_000);
      const part = await fetch(listenUrl, { headers: { range: 'bytes=4-9' } });
      expect([part.status, await part.text()]).toEqual([206, MIXED.slice(4, 10)]);
      expect(part.headers.get('content-disposition')).toBe(`inline; filename="${id}.mp3"`);
      const copy = await fetch(downloadUrl ?? '');
      expect([copy.status, await copy.text()]).toEqual([200, MIXED]);
      expect(copy.headers.get('content-disposition')).toContain('attachment');
    }
  });

  test('where the program gives no copies away there is only something to listen to', async () => {
    const { a } = await recorded({ copies: false });
    const { listenUrl, downloadUrl } = await address(a);
    expect(downloadUrl).toBeNull();
    const bent = await fetch(listenUrl.replace('use=listen', 'use=download'));
    expect(bent.status).toBe(404);
  });

  test('before there is a recording there is no address', async () => {
    const { a } = await talking();
    expect(await a.ask('recording:address', {})).toEqual(refused('wrong-phase'));
  });

  test('an answer names the recording it is about; only an agreement is told', async () => {
    const { a, b } = await recorded();
    const { recordingVersion } = await a.viewed(({ decision }) => decision?.mayListen === true);
    expect(await a.ask('decision:answer', { answer: 'public', recordingVersion: 7 })).toEqual(
      refused('recording-differs'),
    );
    expect(await a.ask('decision:answer', { answer: 'public', recordingVersion })).toEqual(done);
    const { version } = await a.viewed(({ decision }) => decision?.yours === 'public');
    expect((await b.viewed((view) => view.version >= version)).decision).toMatchObject({
      yours: null,
      agreed: null,
    });
    expect(await b.ask('decision:answer', { answer: 'public', recordingVersion })).toEqual(done);
    for (const device of [a, b]) await device.viewed(({ decision }) => decision?.agreed === 'public');
  });

  test('who withdraws has the recording deleted, wherever it lies, and its addresses open nothing', async () => {
    const { id, a, b } = await recorded();
    const { listenUrl, downloadUrl } = await address(a);
    expect(existsSync(join(house.folderOf(id), 'recording'))).toBe(true);
    expect(await b.ask('conversation:withdraw', {})).toEqual(done);
    const { decision } = await a.viewed(({ recordingState }) => recordingState === 'deleted');
    expect(decision).toMatchObject({ withdrawn: true, withdrawnByYou: false, mayListen: false });
    expect(existsSync(house.folderOf(id))).toBe(false);
    for (const url of [listenUrl, downloadUrl ?? '']) expect((await fetch(url)).status).toBe(404);
    expect(await a.ask('recording:address', {})).toEqual(refused('wrong-phase'));
    expect(await a.ask('decision:answer', { answer: 'public', recordingVersion: null })).toEqual(
      refused('decision-closed'),
    );
    const events = (await house.server.rooms.events(id))?.map(({ type }) => type);
    expect(events).toEqual(expect.arrayContaining(['withdrawn', 'recording-deleted']));
  });

  test('in the lobby only the consent is taken back, while talking all ends at once', async () => {
    const { id, links } = await house.converse();
    const a = await enter(house, links.a);
    await ready(a);
    expect(await a.ask('conversation:withdraw', {})).toEqual(done);
    await a.viewed(({ version, people }) => version > 3 && !people.a.consented && !people.a.ready);
    expect((await house.server.rooms.read(id))?.phase).toBe('lobby');

    const talk = await talking();
    expect(await talk.b.ask('conversation:withdraw', {})).toEqual(done);
    expect(await talk.a.viewed(({ end }) => end !== null)).toMatchObject({
      end: { reason: 'withdrawn', by: 'b' },
    });
    await talk.a.viewed(({ recordingState }) => recordingState === 'deleted');
    expect(house.plane.room(talk.id)).toMatchObject({ captures: ['on', 'off'], closed: true });
  });
});

test('what was refused is in the log with its code, and no secret is', async () => {
  const { links, a } = await talking();
  await a.send('nonsense', { link: links['a'] });
  const lines = house.logged().join('');
  expect(lines).toContain('"code":"unknown-event"');
  const secrets = [house.apiKey, ...Object.values(links), await house.session(links['a'] ?? '')];
  for (const secret of secrets) expect(lines).not.toContain(secret);
  expect(lines).not.toContain('Ana');
});
