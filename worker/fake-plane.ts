/**
 * A MediaPlane in memory, for tests about something else: the full meaning of the port (who owns what, who may do
 * what, what is told), without media. Besides the port it has what a test wants to see and to bring about.
 */
import type { ConversationEvent, ParticipantSeat, Seat } from '../server/domain/conversation.ts';
import {
  MediaRefused,
  MediaUnavailable,
  MediaUnknown,
  type MediaEvents,
  type MediaPlane,
  type MediaRoom,
  type PeerId,
  type ProducerInfo,
  type SeatConnection,
} from '../server/app/ports.ts';
import type { MediaKind, RtpCapabilities, TransportDirection } from '../server/protocol/webrtc.ts';

export interface FakeRoom {
  readonly conversationId: string;
  readonly capture: Capture;
  /** Every change of capture asked for, in order. */
  readonly captures: readonly Capture[];
  /** What was noted while capture was not `off`. */
  readonly notes: readonly ConversationEvent[];
  readonly closed: boolean;
  /** Peers that have a transport. */
  readonly peers: readonly PeerId[];
  readonly producers: readonly ProducerInfo[];
  readonly consumers: readonly FakeConsumer[];
}

type Capture = 'on' | 'held' | 'off';

export interface FakeConsumer {
  readonly id: string;
  readonly peerId: PeerId;
  readonly producerId: string;
  readonly paused: boolean;
}

export interface FakePlane extends MediaPlane {
  /** The room last opened for this conversation. @throws Error when there never was one. */
  room(conversationId: string): FakeRoom;
  /** How many times the conversation's media was opened. */
  timesOpened(conversationId: string): number;
  /** Conversations whose room is open now. */
  readonly openRooms: readonly string[];
  readonly closed: boolean;
  /** As when a worker dies: every call on the room throws MediaUnavailable from now on, then `roomLost` is told. */
  loseRoom(conversationId: string): void;
  /** While true, `openRoom` throws MediaUnavailable. */
  refuseRooms(refuse: boolean): void;
  /** As the network would: whole, who is not in it is unknown. */
  setConnections(conversationId: string, connections: readonly SeatConnection[]): void;
  /** As the disk would. */
  setDurable(conversationId: string, durable: boolean): void;
}

export const FAKE_RTP_CAPABILITIES: RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1 },
      rtcpFeedback: [{ type: 'nack' }, { type: 'transport-cc' }],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90_000,
      parameters: {},
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [],
};

export function createFakePlane(): FakePlane {
  const rooms = new Map<string, ReturnType<typeof createFakeRoom>>();
  const opened = new Map<string, number>();
  let events: MediaEvents | null = null;
  let refusing = false;
  let closed = false;

  function find(conversationId: string): ReturnType<typeof createFakeRoom> {
    const room = rooms.get(conversationId);
    if (room === undefined) throw new Error(`no media was ever opened for ${conversationId}`);
    return room;
  }

  return {
    listen(listener) {
      events = listener;
    },
    async openRoom(conversationId) {
      await Promise.resolve();
      if (closed || refusing) throw new MediaUnavailable('no worker takes rooms');
      await rooms.get(conversationId)?.room.close();
      const fresh = createFakeRoom(conversationId, () => events);
      rooms.set(conversationId, fresh);
      opened.set(conversationId, (opened.get(conversationId) ?? 0) + 1);
      return fresh.room;
    },
    async close() {
      closed = true;
      for (const { room } of rooms.values()) await room.close();
    },

    room: (conversationId) => find(conversationId).state,
    timesOpened: (conversationId) => opened.get(conversationId) ?? 0,
    get openRooms() {
      return [...rooms.values()]
        .filter(({ state }) => !state.closed)
        .map(({ state }) => state.conversationId);
    },
    get closed() {
      return closed;
    },
    loseRoom(conversationId) {
      find(conversationId).lose();
      events?.roomLost(conversationId);
    },
    refuseRooms(refuse) {
      refusing = refuse;
    },
    setConnections(conversationId, connections) {
      events?.qualityChanged(conversationId, connections);
    },
    setDurable(conversationId, durable) {
      events?.captureChanged(conversationId, durable);
    },
  };
}

interface Transport {
  readonly id: string;
  readonly peerId: PeerId;
  readonly seat: Seat;
  readonly direction: TransportDirection;
  connected: boolean;
  iceRestarts: number;
}

interface Producer {
  readonly producerId: string;
  readonly peerId: PeerId;
  readonly seat: ParticipantSeat;
  readonly kind: MediaKind;
  paused: boolean;
}

interface Consumer {
  readonly id: string;
  readonly peerId: PeerId;
  readonly producerId: string;
  paused: boolean;
}

function createFakeRoom(
  conversationId: string,
  events: () => MediaEvents | null,
): { readonly room: MediaRoom; readonly state: FakeRoom; readonly lose: () => void } {
  const transports = new Map<string, Transport>();
  const producers = new Map<string, Producer>();
  const consumers = new Map<string, Consumer>();
  const captures: Capture[] = [];
  const notes: ConversationEvent[] = [];
  let closed = false;
  let made = 0;

  function newId(what: string): string {
    made += 1;
    return `${what}-${conversationId.slice(0, 4)}-${made}`;
  }
  const capture = () => captures.at(-1) ?? 'off';

  /** Every call answers later, as over a wire, and none on a room that is gone. */
  async function open(): Promise<void> {
    await Promise.resolve();
    if (closed) throw new MediaUnavailable('the room is gone');
  }

  const listProducers = (): readonly ProducerInfo[] =>
    Array.from(producers.values(), (producer) => ({ ...producer }));

  function tellProducers(): void {
    events()?.producersChanged(conversationId, listProducers());
  }

  function removeProducer(producerId: string): void {
    producers.delete(producerId);
    for (const consumer of consumers.values()) {
      if (consumer.producerId === producerId) consumers.delete(consumer.id);
    }
    tellProducers();
  }

  /** What it carried ends with it. */
  function endTransport({ id, peerId, direction }: Transport): void {
    transports.delete(id);
    if (direction === 'recv') {
      for (const consumer of consumers.values())
        if (consumer.peerId === peerId) consumers.delete(consumer.id);
      return;
    }
    for (const producer of producers.values())
      if (producer.peerId === peerId) removeProducer(producer.producerId);
  }

  const room: MediaRoom = {
    rtpCapabilities: FAKE_RTP_CAPABILITIES,
    async createTransport({ peerId, seat, direction }) {
      await open();
      if (seat === 'facilitator' && direction === 'send') {
        throw new MediaRefused('the facilitator is never heard or seen');
      }
      for (const other of transports.values()) {
        if (other.peerId !== peerId) continue;
        if (other.seat !== seat) throw new MediaRefused('a peer does not change its seat');
        if (other.direction === direction) endTransport(other);
      }
      const id = newId('transport');
      transports.set(id, { id, peerId, seat, direction, connected: false, iceRestarts: 0 });
      return {
        id,
        iceParameters: { usernameFragment: `${id}-0`, password: 'p'.repeat(32), iceLite: true },
        iceCandidates: [
          {
            foundation: 'udpcandidate',
            priority: 1_076_302_079,
            address: '127.0.0.1',
            ip: '127.0.0.1',
            protocol: 'udp',
            port: 40_000,
            type: 'host',
          },
        ],
        dtlsParameters: {
          role: 'auto',
          fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('AB').join(':') }],
        },
      };
    },
    async connectTransport({ peerId, transportId }) {
      await open();
      const transport = owned(transports, transportId, peerId);
      if (transport.connected) throw new MediaRefused('the transport is connected already');
      transport.connected = true;
    },
    async restartIce({ peerId, transportId }) {
      await open();
      const transport = owned(transports, transportId, peerId);
      transport.iceRestarts += 1;
      return {
        usernameFragment: `${transport.id}-${transport.iceRestarts}`,
        password: 'q'.repeat(32),
        iceLite: true,
      };
    },
    async produce({ peerId, transportId, kind, rtpParameters }) {
      await open();
      const transport = owned(transports, transportId, peerId);
      if (transport.direction !== 'send') throw new MediaRefused('this transport receives');
      if (transport.seat === 'facilitator') throw new MediaRefused('the facilitator is never heard or seen');
      const codec = rtpParameters.codecs[0]?.mimeType.toLowerCase() ?? '';
      const usable = kind === 'audio' ? codec === 'audio/opus' : codec.startsWith('video/');
      if (!usable) throw new MediaRefused(`${codec} cannot be used for ${kind}`);
      for (const old of producers.values()) {
        if (old.peerId === peerId && old.kind === kind) removeProducer(old.producerId);
      }
      const producerId = newId('producer');
      producers.set(producerId, { producerId, peerId, seat: transport.seat, kind, paused: false });
      tellProducers();
      return { producerId };
    },
    async pauseProducer({ peerId, producerId, paused }) {
      await open();
      owned(producers, producerId, peerId).paused = paused;
      tellProducers();
    },
    async closeProducer({ peerId, producerId }) {
      await open();
      owned(producers, producerId, peerId);
      removeProducer(producerId);
    },
    async consume({ peerId, transportId, producerId }) {
      await open();
      const transport = owned(transports, transportId, peerId);
      if (transport.direction !== 'recv') throw new MediaRefused('this transport sends');
      const producer = producers.get(producerId);
      if (producer === undefined) throw new MediaUnknown(`there is no producer ${producerId}`);
      if (producer.seat === transport.seat) throw new MediaRefused('nobody consumes their own seat');
      for (const former of consumers.values()) {
        if (former.peerId === peerId && former.producerId === producerId) consumers.delete(former.id);
      }
      const id = newId('consumer');
      consumers.set(id, { id, peerId, producerId, paused: true });
      const { kind } = producer;
      return {
        id,
        producerId,
        kind,
        rtpParameters: {
          mid: String(made),
          codecs: [
            kind === 'audio'
              ? { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 }
              : { mimeType: 'video/VP8', payloadType: 101, clockRate: 90_000 },
          ],
          encodings: [{ ssrc: 100_000 + made }],
          rtcp: { cname: 'fake', reducedSize: true },
        },
      };
    },
    async resumeConsumer({ peerId, consumerId }) {
      await open();
      owned(consumers, consumerId, peerId).paused = false;
    },
    async closePeer(peerId) {
      await open();
      for (const transport of transports.values()) if (transport.peerId === peerId) endTransport(transport);
    },
    async closeConsumers() {
      await open();
      consumers.clear();
    },
    async setCapture(next) {
      await open();
      const before = capture();
      if (before === next) return;
      captures.push(next);
      if (before === 'off') events()?.captureChanged(conversationId, true);
    },
    async note(event) {
      await open();
      if (capture() !== 'off') notes.push(event);
    },
    async close() {
      await Promise.resolve();
      end();
    },
  };

  function end(): void {
    closed = true;
    transports.clear();
    producers.clear();
    consumers.clear();
    if (capture() !== 'off') captures.push('off');
  }

  const state: FakeRoom = {
    conversationId,
    get capture() {
      return capture();
    },
    captures,
    notes,
    get closed() {
      return closed;
    },
    get peers() {
      return [...new Set(Array.from(transports.values(), ({ peerId }) => peerId))];
    },
    get producers() {
      return listProducers();
    },
    get consumers() {
      return Array.from(consumers.values(), (consumer) => ({ ...consumer }));
    },
  };
  return { room, state, lose: end };
}

function owned<T extends { readonly peerId: PeerId }>(of: Map<string, T>, id: string, peerId: PeerId): T {
  const found = of.get(id);
  if (found === undefined || found.peerId !== peerId) {
    throw new MediaUnknown(`nothing of ${peerId} is ${id}`);
  }
  return found;
}
