import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUESTS } from '../protocol/events.ts';
import { connect, enter, openHouse, ready, refusedHandshake, type House, type TestDevice } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Both seated and talking. */
async function talking(): Promise<{
  id: string;
  links: Record<string, string>;
  a: TestDevice;
  b: TestDevice;
}> {
  const { id, links } = await house.converse();
  const [a, b] = [await enter(house, links.a), await enter(house, links.b)];
  await Promise.all([ready(a), ready(b)]);
  await a.viewed(({ phase }) => phase === 'live');
  return { id, links, a, b };
}

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
    expect(await a.ask('conversation:ready', { ready: true })).toEqual(refused('consent-missing'));
    expect(await a.ask('conversation:consent', { version: '0', hash: 'f'.repeat(64) })).toEqual(
      refused('consent-text-differs'),
    );
    expect(await a.ask('media:create-transport', { direction: 'send' })).toEqual(refused('not-your-role'));
    const talk = await talking();
    expect(await talk.a.ask('conversation:ready', { ready: false })).toEqual(refused('wrong-phase'));
    expect(await talk.a.ask('prompt:show', { index: 500 })).toEqual(refused('no-such-prompt'));
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

test('what was refused is in the log with its code, and no secret is', async () => {
  const { links, a } = await talking();
  await a.send('nonsense', { link: links['a'] });
  const lines = house.logged().join('');
  expect(lines).toContain('"code":"unknown-event"');
  const secrets = [house.apiKey, ...Object.values(links), await house.session(links['a'] ?? '')];
  for (const secret of secrets) expect(lines).not.toContain(secret);
  expect(lines).not.toContain('Ana');
});
