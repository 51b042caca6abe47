/** Never heard, never seen: a raw client with the facilitator's link tries to be, in every way there is. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REQUESTS } from '../protocol/events.ts';
import { connect, enter, openHouse, ready, refusedHandshake, type House, type TestDevice } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const opus = { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }] };
const vp8 = {
  codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
  encodings: [{ rid: 'a' }],
};

const codeOf = async (answer: Promise<unknown>): Promise<string> =>
  ((await answer) as { error?: { code: string } }).error?.code ?? 'done';
const idOf = async (answer: Promise<unknown>): Promise<string> =>
  ((await answer) as { value: { id: string } }).value.id;

interface Talk {
  readonly id: string;
  readonly link: string;
  readonly a: TestDevice;
  readonly b: TestDevice;
  /** Of participant a, who sends sound. */
  readonly transportId: string;
  readonly producerId: string;
}

async function lobby() {
  const { id, links } = await house.converse();
  return { id, link: links.facilitator, a: await enter(house, links.a), b: await enter(house, links.b) };
}

async function talk(): Promise<Talk> {
  const { id, link, a, b } = await lobby();
  await Promise.all([ready(a), ready(b)]);
  await a.viewed(({ phase }) => phase === 'live');
  const transportId = await idOf(a.ask('media:create-transport', { direction: 'send' }));
  await a.ask('media:produce', { transportId, kind: 'audio', rtpParameters: opus });
  const { producers } = await b.heard('media:available', (list) => list.producers.length === 1);
  return { id, link, a, b, transportId, producerId: producers[0]?.producerId ?? '' };
}

/** Every way to send, to speak on another's way, or to meddle with what another sends. Answers how each was refused. */
async function cheat(device: TestDevice, { transportId, producerId }: Talk): Promise<readonly string[]> {
  const recv = await idOf(device.ask('media:create-transport', { direction: 'recv' }));
  const dtlsParameters = {
    role: 'client' as const,
    fingerprints: [{ algorithm: 'sha-256' as const, value: Array(32).fill('AB').join(':') }],
  };
  return Promise.all(
    [
      device.ask('media:create-transport', { direction: 'send' }),
      device.ask('media:produce', { transportId: recv, kind: 'audio', rtpParameters: opus }),
      device.ask('media:produce', { transportId: recv, kind: 'video', rtpParameters: vp8 }),
      device.ask('media:produce', { transportId, kind: 'audio', rtpParameters: opus }),
      device.ask('media:connect-transport', { transportId, dtlsParameters }),
      device.ask('media:restart-ice', { transportId }),
      device.ask('media:pause-producer', { producerId, paused: true }),
      device.ask('media:close-producer', { producerId }),
      device.send('media:create-transport', { direction: 'send', seat: 'a' }),
      device.send('media:create-transport', { direction: 'sendrecv' }),
      device.send('media:produce', { transportId, kind: 'audio', rtpParameters: opus, peerId: 'a' }),
      device.ask('room:report', { microphone: 'on' }),
    ].map(codeOf),
  );
}

const CHEATS_ARE_REFUSED = [
  'not-your-role',
  'not-your-role',
  'not-your-role',
  'not-your-role',
  'media-unknown',
  'media-unknown',
  'media-unknown',
  'media-unknown',
  'bad-request',
  'bad-request',
  'bad-request',
  'not-your-role',
];

/** Only participant a is heard, and whoever sits at the table is seen to sit there. */
async function expectUnharmed({ id, a, b, producerId }: Talk): Promise<void> {
  const sent = house.plane.room(id).producers;
  expect(sent.map(({ seat, paused }) => ({ seat, paused }))).toEqual([{ seat: 'a', paused: false }]);
  expect(sent[0]?.producerId).toBe(producerId);
  for (const device of [a, b]) expect(await device.ask('clock:read', {})).toMatchObject({ ok: true });
}

test('before anybody talks it gets no way to send either', async () => {
  const { link } = await lobby();
  const facilitator = await enter(house, link);
  expect(await codeOf(facilitator.ask('media:create-transport', { direction: 'send' }))).toBe(
    'not-your-role',
  );
  const transportId = await idOf(facilitator.ask('media:create-transport', { direction: 'recv' }));
  expect(
    await codeOf(facilitator.ask('media:produce', { transportId, kind: 'audio', rtpParameters: opus })),
  ).toBe('not-your-role');
});

test('while they talk nothing helps; participants see it come and go', async () => {
  const talking = await talk();
  const facilitator = await enter(house, talking.link);
  for (const device of [talking.a, talking.b]) await device.viewed((view) => view.facilitator.here);
  expect(await cheat(facilitator, talking)).toEqual(CHEATS_ARE_REFUSED);
  await expectUnharmed(talking);
  facilitator.close();
  const { version } = await talking.a.viewed((view) => view.facilitator.here);
  await talking.a.viewed((view) => view.version > version && !view.facilitator.here);
});

test('a reconnect makes nobody of it', async () => {
  const talking = await talk();
  const first = connect(house, { session: await house.session(talking.link) });
  const { resume } = await first.heard('seat:granted');
  const again = connect(house, { session: await house.session(talking.link), resume });
  expect((await again.heard('seat:granted')).seat).toBe('facilitator');
  expect(await cheat(again, talking)).toEqual(CHEATS_ARE_REFUSED);
  again.close();
  const later = await enter(house, talking.link);
  expect(await cheat(later, talking)).toEqual(CHEATS_ARE_REFUSED);
  await expectUnharmed(talking);
});

test('nor does a takeover, by the device that waits or by the one that is put out', async () => {
  const talking = await talk();
  const first = await enter(house, talking.link);
  const second = connect(house, { session: await house.session(talking.link) });
  await second.heard('seat:waiting');
  for (const name of Object.keys(REQUESTS).filter((each) => each.startsWith('media:')))
    expect(await codeOf(second.send(name, {}))).toBe('seat-taken');
  const { askId } = await first.heard('seat:takeover-asked');
  const lost = first.heard('seat:lost');
  await first.ask('seat:answer-takeover', { askId, allow: true });
  await lost;
  await second.heard('seat:granted');
  expect(await cheat(second, talking)).toEqual(CHEATS_ARE_REFUSED);
  await expectUnharmed(talking);
});

test("a participant's proof does not open a participant's seat", async () => {
  const { id, links } = await house.converse();
  const a = connect(house, { session: await house.session(links.a) });
  const { resume } = await a.heard('seat:granted');
  const session = await house.session(links.facilitator);
  const facilitator = connect(house, { session, resume });
  expect((await facilitator.heard('seat:granted')).seat).toBe('facilitator');
  expect(await facilitator.viewed(() => true)).toMatchObject({ seat: 'facilitator', conversationId: id });
  const named = connect(house, { session, seat: 'a' });
  expect(await refusedHandshake(named)).toBe('bad-request');
  named.close();
  expect(await a.ask('clock:read', {})).toMatchObject({ ok: true });
});

test('in the farewell and after it neither', async () => {
  const talking = await talk();
  const facilitator = await enter(house, talking.link);
  await facilitator.ask('conversation:end', {});
  await facilitator.viewed(({ phase }) => phase === 'wrap-up');
  expect(await cheat(facilitator, talking)).toEqual(CHEATS_ARE_REFUSED);
  await expectUnharmed(talking);
  await talking.a.ask('conversation:end', {});
  expect(await codeOf(facilitator.ask('media:create-transport', { direction: 'send' }))).toBe(
    'not-your-role',
  );
});
