import { describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../clock/fake-clock.ts';
import type { Conversation, Mix, Seat } from '../domain/conversation.ts';
import type { View } from '../protocol/events.ts';
import { createMemoryStore } from '../store/memory.ts';
import { createFakePlane, type FakePlane } from '../../worker/fake-plane.ts';
import { MediaUnknown, type Mixer, type Recordings, type Store } from './ports.ts';
import { isRefusal, type Guest, type Room } from './room.ts';
import { createRooms, type NewConversation, type RunningRooms } from './rooms.ts';

const START = Date.UTC(2026, 10, 20, 18);
const MINUTE = 60_000;

const conversation: NewConversation = {
  program: {
    id: 'short',
    name: 'A short one',
    texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
    facilitation: 'optional',
    durationMs: 10 * MINUTE,
    farewellMs: MINUTE,
    graceMs: 15_000,
    pauseAllowanceMs: 5 * MINUTE,
    pauses: { facilitator: true },
    extension: { stepMs: 300_000, atMostMs: 600_000, together: true },
    offers: 'clock',
    opensBeforeMs: 0,
    noShowAfterMs: 15 * MINUTE,
    decideWithinMs: 60 * MINUTE,
    warningsMs: [MINUTE],
    outputs: { master: 'stereo', listening: true, originals: false },
    copies: true,
    retentionMs: null,
  },
  deck: { id: 'd', prompts: [{ id: 'p0', section: 's', text: 'Who are you?', guidance: null, atMs: 0 }] },
  consent: { version: '1', text: 'May we record this?', hash: 'h'.repeat(64) },
  language: 'en',
  names: { a: 'Ana', b: 'Ben' },
  plannedAt: null,
  about: { title: null, keywords: [], place: null },
};

const aMix = (version: number): Mix => ({ version, durationMs: 11 * MINUTE, files: [] });

interface House {
  readonly rooms: RunningRooms;
  readonly clock: FakeClock;
  readonly plane: FakePlane;
  readonly store: Store;
  /** Conversation ids for which a mix was asked, in order. */
  readonly mixed: string[];
  /** Conversation ids whose recordings were removed, in order. */
  readonly removed: string[];
  readonly errors: unknown[];
  readonly warnings: object[];
}

let serial = 0;
function house(o: { store?: Store; clock?: FakeClock; mixer?: Mixer; recordings?: Recordings } = {}): House {
  const clock = o.clock ?? createFakeClock(START);
  const store = o.store ?? createMemoryStore();
  const plane = createFakePlane();
  const mixed: string[] = [];
  const removed: string[] = [];
  const errors: unknown[] = [];
  const warnings: object[] = [];
  const mixer: Mixer = o.mixer ?? {
    async mix({ conversationId, version }) {
      mixed.push(conversationId);
      return aMix(version);
    },
  };
  const rooms = createRooms({
    store,
    clock,
    plane,
    mixer,
    recordings: o.recordings ?? { remove: async (id) => void removed.push(id) },
    newId: () => `id-${++serial}`,
    log(level, about, message) {
      if (level === 'error') errors.push(about.error);
      if (level === 'warn') warnings.push({ ...about, message });
    },
  });
  return { rooms, clock, plane, store, mixed, removed, errors, warnings };
}

interface Visitor extends Guest {
  readonly told: string[];
  view: (now: number, view: View) => void;
  latest(): View;
}

function visitor(seat: Seat): Visitor {
  const told: string[] = [];
  let latest: View | null = null;
  return {
    told,
    peerId: `peer-${seat}-${++serial}`,
    seat,
    linkVersion: 1,
    resume: null,
    granted: () => told.push('granted'),
    waiting: () => told.push('waiting'),
    takeoverAsked: () => told.push('asked'),
    takeoverSettled: () => told.push('settled'),
    lost: (why) => told.push(`lost: ${why}`),
    view: (_now, view) => {
      latest = view;
    },
    available: ({ producers }) =>
      told.push(`hears ${producers.map(({ seat: of }) => of).join() || 'nobody'}`),
    quality: ({ a, b }) => told.push(`a ${a.microphone}/${a.connection}, b ${b.microphone}/${b.connection}`),
    mediaLost: () => told.push('media lost'),
    latest() {
      if (latest === null) throw new Error('no view came');
      return latest;
    },
  };
}

const settled = (clock: FakeClock): Promise<void> => clock.advance(0);

/** Both are here, have consented and are ready: the conversation has started. */
async function started(h: House): Promise<{ room: Room; a: Visitor; b: Visitor }> {
  const { id } = await h.rooms.create(conversation);
  const room = await h.rooms.room(id);
  if (room === null) throw new Error('the room is not there');
  const [a, b] = [visitor('a'), visitor('b')];
  for (const guest of [a, b]) {
    room.enter(guest);
    await room.execute({ type: 'consent', seat: guest.seat, version: '1', hash: 'h'.repeat(64) });
    await room.execute({ type: 'set-ready', seat: guest.seat, ready: true });
  }
  await settled(h.clock);
  return { room, a, b };
}

const eventTypes = (room: Room): readonly string[] => room.events().map(({ type }) => type);
const phaseOf = (state: Conversation | null): string | undefined => state?.phase;

async function speak(room: Room, guest: Guest): Promise<string> {
  const media = room.mediaFor(guest);
  const transport = await media.createTransport('send');
  if (isRefusal(transport)) throw new Error(transport.refused);
  const produced = await media.produce({
    transportId: transport.id,
    kind: 'audio',
    rtpParameters: {
      codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
    },
  });
  if (isRefusal(produced)) throw new Error(produced.refused);
  return produced.producerId;
}

describe('a conversation from start to recording', () => {
  test('starts when both are ready, is captured, ends on time, is mixed once', async () => {
    const h = house();
    const { room, a, b } = await started(h);
    expect(a.latest()).toMatchObject({ phase: 'live', recording: true, prompt: { text: 'Who are you?' } });
    expect(h.plane.room(room.id)).toMatchObject({ capture: 'on' });
    expect(h.plane.room(room.id).notes.map(({ type }) => type)).toContain('started');

    await h.clock.advance(10 * MINUTE);
    expect(b.latest()).toMatchObject({ phase: 'wrap-up', recording: true });
    expect(h.plane.room(room.id).capture).toBe('on');

    await h.clock.advance(MINUTE);
    expect(h.plane.room(room.id)).toMatchObject({ captures: ['on', 'off'], closed: true });
    expect(h.plane.room(room.id).notes.at(-1)).toMatchObject({ type: 'media-closed' });
    expect(h.mixed).toEqual([room.id]);
    expect(room.state().recording).toEqual({ state: 'ready', mix: aMix(1) });
    expect(h.errors).toEqual([]);
  });

  test('nobody hears anybody before the start, and both do from then on', async () => {
    const h = house();
    const { id } = await h.rooms.create(conversation);
    const room = await h.rooms.room(id);
    if (room === null) throw new Error('the room is not there');
    const [a, b] = [visitor('a'), visitor('b')];
    for (const guest of [a, b]) {
      room.enter(guest);
      await room.execute({ type: 'consent', seat: guest.seat, version: '1', hash: 'h'.repeat(64) });
    }
    const producerId = await speak(room, a);
    expect(b.told).not.toContain('hears a');
    const recv = await room.mediaFor(b).createTransport('recv');
    if (isRefusal(recv)) throw new Error(recv.refused);
    const consume = () => room.mediaFor(b).consume({ transportId: recv.id, producerId, rtpCapabilities: {} });
    expect(await consume()).toEqual({ refused: 'wrong-phase' });

    for (const guest of [a, b]) await room.execute({ type: 'set-ready', seat: guest.seat, ready: true });
    await settled(h.clock);
    expect(b.told.at(-1)).toBe('hears a');
    expect(await consume()).toMatchObject({ producerId, kind: 'audio' });
    await expect(
      room.mediaFor(a).consume({ transportId: recv.id, producerId, rtpCapabilities: {} }),
    ).rejects.toThrow(MediaUnknown);
  });

  test('whoever takes consent back sends nothing any more, and is told to build media anew', async () => {
    const h = house();
    const { id } = await h.rooms.create(conversation);
    const room = await h.rooms.room(id);
    if (room === null) throw new Error('the room is not there');
    const a = visitor('a');
    room.enter(a);
    await room.execute({ type: 'consent', seat: 'a', version: '1', hash: 'h'.repeat(64) });
    await speak(room, a);
    expect(h.plane.room(id).producers).toHaveLength(1);
    await room.execute({ type: 'withdraw', seat: 'a' });
    await settled(h.clock);
    expect(h.plane.room(id).producers).toEqual([]);
    expect(a.told).toContain('media lost');
    expect(await room.mediaFor(a).createTransport('send')).toEqual({ refused: 'not-your-role' });
  });

  test('the facilitator gets no way to send, in any phase', async () => {
    const h = house();
    const { room } = await started(h);
    const facilitator = visitor('facilitator');
    room.enter(facilitator);
    await settled(h.clock);
    const media = room.mediaFor(facilitator);
    expect(await media.createTransport('send')).toEqual({ refused: 'not-your-role' });
    const rtpParameters = { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000 }] };
    expect(await media.produce({ transportId: 'any', kind: 'audio', rtpParameters })).toEqual({
      refused: 'not-your-role',
    });
    expect(await media.createTransport('recv')).toHaveProperty('id');
  });

  test('gone for longer than the grace holds clock and capture; back again they go on', async () => {
    const h = house();
    const { room, b } = await started(h);
    await h.clock.advance(MINUTE);
    room.leave(b);
    await h.clock.advance(14_999);
    expect(h.plane.room(room.id).capture).toBe('on');
    await h.clock.advance(1);
    expect(h.plane.room(room.id).capture).toBe('held');
    await h.clock.advance(MINUTE);
    const back = visitor('b');
    room.enter(back);
    await settled(h.clock);
    expect(h.plane.room(room.id).capture).toBe('on');
    expect(back.latest().clock?.endsAt).toBe(START + 11 * MINUTE);
  });
});

describe('faults', () => {
  test('a worker that dies costs another round: everyone is told, capture goes on in a new room', async () => {
    const h = house();
    const { room, a } = await started(h);
    h.plane.loseRoom(room.id);
    expect(a.told).toContain('media lost');
    await settled(h.clock);
    expect(h.plane.timesOpened(room.id)).toBe(2);
    expect(h.plane.room(room.id)).toMatchObject({ capture: 'on', closed: false });
    expect(eventTypes(room).filter((type) => type === 'capture-started')).toHaveLength(1);
    expect(a.latest().recording).toBe(true);
  });

  test('while no worker is to be had the conversation goes on, and says that nothing is recorded', async () => {
    const h = house();
    const { room, a } = await started(h);
    h.plane.refuseRooms(true);
    h.plane.loseRoom(room.id);
    await h.clock.advance(5_000);
    expect(a.latest()).toMatchObject({ phase: 'live', recording: false });
    h.plane.refuseRooms(false);
    await h.clock.advance(250);
    expect(a.latest().recording).toBe(true);
  });

  test('a server that comes back goes on with the clock where it was, and mixes what was owed', async () => {
    const first = house();
    const { room } = await started(first);
    await first.clock.advance(MINUTE);
    await first.store.beat(first.clock.now());
    const before = room.state();

    const second = house({ store: first.store, clock: createFakeClock(first.clock.now() + 3_000) });
    await second.rooms.resume();
    const again = await second.rooms.room(room.id);
    if (again === null) throw new Error('the room is not there');
    for (const seat of ['a', 'b'] as const) again.enter(visitor(seat));
    await settled(second.clock);
    expect(again.state()).toMatchObject({ phase: 'live', endsAt: (before as { endsAt: number }).endsAt });
    expect(second.plane.room(room.id).capture).toBe('on');
    await second.clock.advance(10 * MINUTE);
    expect(second.mixed).toEqual([room.id]);

    const third = house({ store: first.store, clock: createFakeClock(second.clock.now()) });
    await third.rooms.resume();
    await settled(third.clock);
    expect(third.mixed).toEqual([]);
  });

  test('a mix that fails is tried again, later and later, and the recording says how it stands', async () => {
    let tries = 0;
    const h = house({
      mixer: {
        async mix({ version }) {
          tries += 1;
          if (tries < 3) throw new Error('ffmpeg was killed');
          return aMix(version);
        },
      },
    });
    const { room } = await started(h);
    await h.clock.advance(11 * MINUTE);
    expect(room.state().recording).toEqual({ state: 'mixing', attempt: 1 });
    await h.clock.advance(2_000);
    expect(tries).toBe(2);
    await h.clock.advance(10_000);
    expect(room.state().recording).toEqual({ state: 'ready', mix: aMix(1) });
    expect(eventTypes(room).filter((type) => type === 'mix-failed')).toHaveLength(2);
  });

  test('what could not be stored did not happen', async () => {
    const store = createMemoryStore();
    const h = house({ store });
    const { room, a } = await started(h);
    const before = room.state();
    const append = store.append;
    Object.assign(store, { append: () => Promise.reject(new Error('disk full')) });
    await expect(room.execute({ type: 'end', seat: 'a' })).rejects.toThrow('disk full');
    expect(room.state()).toBe(before);
    expect(a.latest().phase).toBe('live');
    Object.assign(store, { append });
    expect(await room.execute({ type: 'end', seat: 'a' })).toMatchObject({ phase: 'wrap-up' });
  });
});

describe('taking the recording back', () => {
  const files = [{ name: 'l.mp3', format: 'mp3', bytes: 1, sha256: 'x', durationSeconds: 1 }] as const;

  test('once it is ready: it is removed, noted, and nobody may listen any more', async () => {
    const h = house({ mixer: { mix: async ({ version }) => ({ ...aMix(version), files }) } });
    const { room, a, b } = await started(h);
    await h.clock.advance(11 * MINUTE);
    expect(room.listeningCopy('a')).toEqual({ fileName: 'l.mp3', mayDownload: true });
    expect(room.listeningCopy('facilitator')).toEqual({ refused: 'not-your-role' });

    await room.execute({ type: 'withdraw', seat: 'b' });
    await settled(h.clock);
    expect(h.removed).toEqual([room.id]);
    expect(room.state().recording).toEqual({ state: 'deleted', at: h.clock.now() });
    for (const guest of [a, b]) expect(guest.latest().recordingState).toBe('deleted');
    expect(room.listeningCopy('a')).toEqual({ refused: 'wrong-phase' });

    await room.execute({ type: 'withdraw', seat: 'a' });
    await h.clock.advance(20 * MINUTE);
    expect(h.removed).toEqual([room.id]);
  });

  test('while talking: not before what was captured is sealed, and nothing is mixed', async () => {
    const seen: boolean[] = [];
    const h: House = house({
      recordings: { remove: async (id) => void seen.push(h.plane.room(id).closed) },
    });
    const { room } = await started(h);
    await h.clock.advance(MINUTE);
    expect(h.plane.room(room.id).capture).toBe('on');
    await room.execute({ type: 'withdraw', seat: 'a' });
    await settled(h.clock);
    expect(h.plane.room(room.id)).toMatchObject({ captures: ['on', 'off'], closed: true });
    expect(seen).toEqual([true]);
    expect(room.state().recording).toMatchObject({ state: 'deleted' });
    await h.clock.advance(20 * MINUTE);
    expect(h.mixed).toEqual([]);
    expect(eventTypes(room)).not.toContain('mix-started');
  });

  test('a mix under way is stopped first, and never begun again', async () => {
    const story: string[] = [];
    const h = house({
      mixer: {
        mix: ({ signal }) =>
          new Promise((_resolve, reject) => {
            story.push('mix begins');
            signal.addEventListener('abort', () => {
              story.push('mix is aborted');
              setImmediate(() => {
                story.push('mix has stopped');
                reject(signal.reason as Error);
              });
            });
          }),
      },
      recordings: { remove: async () => void story.push('removed') },
    });
    const { room } = await started(h);
    await h.clock.advance(11 * MINUTE);
    await room.execute({ type: 'withdraw', seat: 'a' });
    await h.clock.advance(20 * MINUTE);
    expect(story).toEqual(['mix begins', 'mix is aborted', 'mix has stopped', 'removed']);
    expect(room.state().recording).toMatchObject({ state: 'deleted' });
    expect(eventTypes(room)).not.toContain('mix-failed');
    expect(h.errors).toEqual([]);
  });

  test('a mix that waits for another try is not tried again, and others are made as ever', async () => {
    let failing = true;
    const made: string[] = [];
    const h = house({
      mixer: {
        async mix({ conversationId, version }) {
          made.push(conversationId);
          if (failing) throw new Error('no ffmpeg');
          return aMix(version);
        },
      },
    });
    const { room } = await started(h);
    await h.clock.advance(11 * MINUTE);
    await room.execute({ type: 'withdraw', seat: 'a' });
    await settled(h.clock);
    failing = false;
    const other = await started(h);
    await h.clock.advance(11 * MINUTE);
    expect(made).toEqual([room.id, other.room.id]);
    expect(other.room.state().recording).toMatchObject({ state: 'ready' });
    expect(h.removed).toEqual([room.id]);
  });

  test('what could not be removed is tried again until it is gone', async () => {
    let tries = 0;
    const h = house({
      recordings: {
        async remove() {
          tries += 1;
          if (tries < 4) throw new Error('disk on fire');
        },
      },
    });
    const { room } = await started(h);
    await room.execute({ type: 'withdraw', seat: 'a' });
    await settled(h.clock);
    expect([tries, room.state().recording.state]).toEqual([1, 'deleting']);
    await h.clock.advance(1_000 + 5_000);
    expect([tries, room.state().recording.state]).toEqual([3, 'deleting']);
    await h.clock.advance(30_000);
    expect([tries, room.state().recording.state]).toEqual([4, 'deleted']);
    expect(h.errors).toHaveLength(3);
  });

  test('a server that stops in between leaves it to the next', async () => {
    const first = house({ recordings: { remove: () => Promise.reject(new Error('stopping')) } });
    const { room } = await started(first);
    await first.clock.advance(11 * MINUTE);
    await room.execute({ type: 'withdraw', seat: 'a' });
    await settled(first.clock);
    await first.rooms.close();
    expect(room.state().recording.state).toBe('deleting');

    const second = house({ store: first.store, clock: createFakeClock(first.clock.now()) });
    await second.rooms.resume();
    await settled(second.clock);
    expect(second.removed).toEqual([room.id]);
    expect((await second.rooms.read(room.id))?.recording.state).toBe('deleted');

    const third = house({ store: first.store, clock: createFakeClock(second.clock.now()) });
    await third.rooms.resume();
    await settled(third.clock);
    expect(third.removed).toEqual([]);
  });
});

describe('how well people can be heard', () => {
  test('is told to all when they come and at every change, and to nobody when nothing changed', async () => {
    const h = house();
    const { room, a, b } = await started(h);
    const facilitator = visitor('facilitator');
    room.enter(facilitator);
    expect(facilitator.told).toContain('a unknown/unknown, b unknown/unknown');
    for (const guest of [a, b, facilitator]) guest.told.splice(0);

    room.report(a, 'muted');
    room.report(a, 'muted');
    h.plane.setConnections(room.id, [{ seat: 'b', connection: 'weak' }]);
    h.plane.setConnections(room.id, [{ seat: 'b', connection: 'weak' }]);
    h.plane.setConnections(room.id, []);
    for (const guest of [a, b, facilitator])
      expect(guest.told).toEqual([
        'a muted/unknown, b unknown/unknown',
        'a muted/unknown, b unknown/weak',
        'a muted/unknown, b unknown/unknown',
      ]);
    expect(room.report(facilitator, 'on')).toEqual({ refused: 'not-your-role' });
  });

  test('what a device said of its microphone goes with it', async () => {
    const h = house();
    const { room, a, b } = await started(h);
    room.report(a, 'on');
    room.report(b, 'on');
    room.leave(a);
    expect(b.told.at(-1)).toBe('a unknown/unknown, b on/unknown');
    room.report(a, 'on');
    expect(b.told.at(-1)).toBe('a unknown/unknown, b on/unknown');

    const other = visitor('b');
    room.enter(other);
    await h.clock.advance(15_000);
    expect(other.told).toContain('a unknown/unknown, b unknown/unknown');
  });

  test('of a worker that is gone no measurement is left', async () => {
    const h = house();
    const { room, a } = await started(h);
    h.plane.setConnections(room.id, [
      { seat: 'a', connection: 'good' },
      { seat: 'b', connection: 'good' },
    ]);
    expect(a.told.at(-1)).toBe('a unknown/good, b unknown/good');
    h.plane.loseRoom(room.id);
    expect(a.told).toContain('a unknown/unknown, b unknown/unknown');
  });
});

describe('trouble', () => {
  test('is a warning in the log once it is stored, without what was written', async () => {
    const h = house();
    const { room } = await started(h);
    const kind = 'not-safe' as const;
    const note = 'Ben frightens me';
    await room.execute({ type: 'report-trouble', seat: 'a', troubleId: 't', kind, note });
    expect(h.warnings).toEqual([
      { conversationId: room.id, seat: 'a', kind, message: 'trouble was reported' },
    ]);
    const again = house({ store: h.store, clock: h.clock });
    await again.rooms.resume();
    expect(again.warnings).toEqual([]);
  });
});

describe('the house', () => {
  test('lists newest first, reads one, and knows nothing of what is not there', async () => {
    const h = house();
    const first = await h.rooms.create(conversation);
    await h.clock.advance(1);
    const second = await h.rooms.create({ ...conversation, names: { a: 'Cai', b: 'Dee' } });
    const listed = await h.rooms.list({ limit: 10, after: null });
    expect(listed.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(phaseOf(await h.rooms.read(first.id))).toBe('lobby');
    expect(await h.rooms.read('nothing')).toBeNull();
    expect(await h.rooms.execute('nothing', { type: 'cancel' })).toBeNull();
    expect(await h.rooms.execute(first.id, { type: 'cancel' })).toMatchObject({ phase: 'cancelled' });
    expect(await h.rooms.execute(first.id, { type: 'cancel' })).toEqual({ refused: 'already-over' });
  });

  test('a link issued anew puts out whoever came by the old one', async () => {
    const h = house();
    const { room, a, b } = await started(h);
    await room.execute({ type: 'reissue-link', seat: 'a' });
    expect(a.told.at(-1)).toBe('lost: link-replaced');
    expect(b.told).not.toContain('lost: link-replaced');
    await settled(h.clock);
    expect(room.state().presence.a.here).toBe(false);
  });
});
