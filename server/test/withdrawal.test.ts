/** Taking back what real media workers have written and a real mix has made. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMixer } from '../../worker/mix/mixer.ts';
import { createPlane } from '../../worker/plane.ts';
import { until } from '../../worker/test/rig.ts';
import { createSender } from '../../worker/test/rtp-peer.ts';
import type { MediaRoom } from '../app/ports.ts';
import { anchorNow } from '../clock/clock.ts';
import type { Ack } from '../protocol/errors.ts';
import { enter, openHouse, ready, type House, type TestDevice } from './house.ts';

let house: House;
beforeAll(async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  house = await openHouse({
    media: (conversationsFolder) => ({
      plane: createPlane({
        addresses: [{ listen: '127.0.0.1', announced: '127.0.0.1' }],
        ports: [0],
        conversationsFolder,
        clockAnchor: anchorNow(),
        log,
      }),
      mixer: createMixer({ conversationsFolder, log }),
    }),
  });
});
afterAll(() => house.close());

/** What a peer asks of a media room, asked over the socket as a browser would. */
function callsOf(device: TestDevice): Pick<MediaRoom, 'createTransport' | 'connectTransport' | 'produce'> {
  const value = async <T>(answer: Promise<Ack<unknown>>): Promise<T> => {
    const got = await answer;
    if (!got.ok) throw new Error(got.error.code);
    return ('value' in got ? got.value : undefined) as T;
  };
  return {
    createTransport: ({ direction }) => value(device.ask('media:create-transport', { direction })),
    connectTransport: ({ transportId, dtlsParameters }) =>
      value(device.ask('media:connect-transport', { transportId, dtlsParameters })),
    produce: ({ transportId, kind, rtpParameters }) =>
      value(device.ask('media:produce', { transportId, kind, rtpParameters })),
  };
}

/** Both talk, and it is being written. */
async function talking() {
  const { id, links } = await house.converse();
  const [a, b] = [await enter(house, links.a), await enter(house, links.b)];
  await Promise.all([ready(a), ready(b)]);
  await a.viewed(({ recording }) => recording);
  const senders = await Promise.all(
    (
      [
        [a, 'a', 1001],
        [b, 'b', 2002],
      ] as const
    ).map(([device, seat, ssrc]) => createSender(callsOf(device), { peerId: seat, seat, ssrc })),
  );
  const stops = senders.map((sender) => sender.talk());
  const journal = join(house.folderOf(id), 'journal');
  await until('sound is on disk', () => existsSync(journal) && readdirSync(journal).length > 0);
  return {
    id,
    a,
    b,
    hangUp() {
      for (const stop of stops) stop();
      for (const sender of senders) sender.close();
    },
  };
}

test('while talking: nothing of it is left on disk, though both go on sending', async () => {
  const { id, a, b, hangUp } = await talking();
  expect(await a.ask('conversation:withdraw', {})).toEqual({ ok: true });
  await b.viewed(({ recordingState }) => recordingState === 'deleted');
  expect(existsSync(house.folderOf(id))).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(existsSync(house.folderOf(id))).toBe(false);
  hangUp();
  const events = (await house.server.rooms.events(id))?.map(({ type }) => type);
  expect(events).toEqual(expect.arrayContaining(['capture-started', 'withdrawn', 'recording-deleted']));
  expect(events).not.toContain('mix-started');
});

test('while it is mixed: the mix is stopped, and nothing comes back', async () => {
  const { id, a, b, hangUp } = await talking();
  expect(await a.ask('conversation:end', {})).toEqual({ ok: true });
  hangUp();
  await b.viewed(({ recordingState }) => recordingState === 'mixing');
  // The mix process keeps its copy of the log first of all.
  await until('the mix has begun', () => existsSync(join(house.folderOf(id), 'events.ndjson')));
  expect(await b.ask('conversation:withdraw', {})).toEqual({ ok: true });
  await a.viewed(({ recordingState }) => recordingState === 'deleted');
  expect(existsSync(house.folderOf(id))).toBe(false);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(existsSync(house.folderOf(id))).toBe(false);
  const events = (await house.server.rooms.events(id))?.map(({ type }) => type);
  expect(events).not.toContain('mix-finished');
  expect(events).not.toContain('mix-failed');
});
