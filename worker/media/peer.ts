/**
 * One device of one seat: at most one transport each way, one producer of each kind, one consumer for each producer
 * of others. Its calls are served one after the other. Does not know who else is in the room.
 */
import type { types } from 'mediasoup';
import { MediaRefused, MediaUnknown, type PeerId } from '../../server/app/ports.ts';
import type { Seat } from '../../server/domain/conversation.ts';
import type {
  ConsumerOptions,
  DtlsParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  TransportDirection,
  TransportOptions,
} from '../../server/protocol/webrtc.ts';
import { scoreOfLoss, type ConnectionFacts } from './connection.ts';
import { inPortsWords } from './in-ports-words.ts';

/** Simulcast has three layers at most. */
const MAX_VIDEO_ENCODINGS = 3;
/** Bit/s. Sound is below 0.1, one good picture of a face 1.2; the rest is a client that does as it likes. */
const MAX_INCOMING_BITRATE = 2_000_000;
/** Bit/s. Where the estimate for two pictures begins; mediasoup's own 600,000 makes the first seconds blurred. */
const INITIAL_OUTGOING_BITRATE = 1_000_000;
/** Seconds without consent (RFC 7675) until a transport counts as disconnected; mediasoup's own is 30. */
const ICE_CONSENT_TIMEOUT_SECONDS = 20;

export interface Peer {
  readonly peerId: PeerId;
  readonly seat: Seat;
  readonly producers: ReadonlyMap<MediaKind, types.Producer>;
  /** As mediasoup measures it, of every sound that it plays by its producer's id. */
  facts(): Pick<ConnectionFacts, 'transports' | 'sends' | 'pictured'> & {
    readonly plays: ReadonlyMap<string, number>;
  };
  createTransport(direction: TransportDirection): Promise<TransportOptions>;
  connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void>;
  restartIce(transportId: string): Promise<IceParameters>;
  produce(transportId: string, kind: MediaKind, rtpParameters: RtpParameters): Promise<types.Producer>;
  pauseProducer(producerId: string, paused: boolean): Promise<void>;
  closeProducer(producerId: string): Promise<void>;
  /** `producer` is another seat's. */
  consume(
    transportId: string,
    producer: types.Producer,
    rtpCapabilities: RtpCapabilities,
  ): Promise<ConsumerOptions>;
  resumeConsumer(consumerId: string): Promise<void>;
  closeConsumers(): void;
  /** "I decide": closes its transports and with them all it has. Idempotent. */
  close(): void;
  /** "My owner went away": the router took the transports along. Idempotent. */
  ownerClosed(): void;
}

interface OwnTransport {
  readonly transport: types.WebRtcTransport;
  readonly direction: TransportDirection;
}

export function createPeer(o: {
  readonly peerId: PeerId;
  readonly seat: Seat;
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
  /** A producer came, was paused or resumed, or went (then it is closed). A new one is told of when this resolves. */
  readonly onProducer: (peer: Peer, producer: types.Producer) => Promise<void>;
  /** `facts` are others now. */
  readonly onFacts: () => void;
}): Peer {
  const { peerId, seat, router, webRtcServer } = o;
  const transports = new Map<TransportDirection, OwnTransport>();
  const producers = new Map<MediaKind, types.Producer>();
  const consumers = new Map<string, types.Consumer>();
  /** Scores of the last report of each sound that it plays. */
  const plays = new Map<string, number>();
  let order: Promise<unknown> = Promise.resolve();
  let closed = false;

  /** One after the other, so that "a second one replaces the first" has one meaning. */
  function inOrder<T>(run: () => Promise<T>): Promise<T> {
    const result = order.then(() => {
      if (closed) throw new MediaUnknown(`the peer ${peerId} is gone`);
      return inPortsWords(run);
    });
    order = result.catch(() => undefined);
    return result;
  }

  function ownTransport(transportId: string): OwnTransport {
    for (const own of transports.values()) if (own.transport.id === transportId) return own;
    throw new MediaUnknown(`the peer has no transport ${transportId}`);
  }

  function ownProducer(producerId: string): types.Producer {
    for (const producer of producers.values()) if (producer.id === producerId) return producer;
    throw new MediaUnknown(`the peer has no producer ${producerId}`);
  }

  function endProducer(producer: types.Producer): void {
    producer.close();
    producers.delete(producer.kind);
    void o.onProducer(peer, producer);
  }

  /** What a former transport of this direction carried ends with it. */
  function endTransport(direction: TransportDirection): void {
    const own = transports.get(direction);
    if (own === undefined) return;
    transports.delete(direction);
    if (direction === 'send') for (const producer of producers.values()) endProducer(producer);
    else closeConsumers();
    own.transport.close();
  }

  function closeConsumers(): void {
    for (const consumer of consumers.values()) consumer.close();
    consumers.clear();
  }

  function tellFacts(): void {
    if (!closed) o.onFacts();
  }

  /** mediasoup tells that its average has moved; the last report alone says how it is now. */
  async function lookAt(consumer: types.Consumer): Promise<void> {
    const stats = await consumer.getStats();
    const sent = stats.find(({ type }) => type === 'outbound-rtp');
    if (sent === undefined || consumer.closed || consumer.kind !== 'audio') return;
    // RFC 3550 §6.4.1: in 256ths.
    plays.set(consumer.producerId, scoreOfLoss(sent.fractionLost / 256));
    tellFacts();
  }

  const peer: Peer = {
    peerId,
    seat,
    producers,
    facts: () => ({
      transports: Array.from(transports.values(), ({ transport }) => reachOf(transport)),
      sends: scoreOf(producers.get('audio')),
      pictured: isPictured(producers.get('video')),
      plays,
    }),
    createTransport: (direction) =>
      inOrder(async () => {
        if (seat === 'facilitator' && direction === 'send') {
          throw new MediaRefused('the facilitator is never heard or seen');
        }
        const transport = await router.createWebRtcTransport({
          webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
          iceConsentTimeout: ICE_CONSENT_TIMEOUT_SECONDS,
        });
        if (closed) {
          transport.close();
          throw new MediaUnknown(`the peer ${peerId} is gone`);
        }
        endTransport(direction);
        transports.set(direction, { transport, direction });
        transport.on('icestatechange', tellFacts);
        transport.on('dtlsstatechange', tellFacts);
        tellFacts();
        if (direction === 'send') await transport.setMaxIncomingBitrate(MAX_INCOMING_BITRATE);
        const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
        return { id, iceParameters, iceCandidates: iceCandidates.map(toPortsCandidate), dtlsParameters };
      }),
    connectTransport: (transportId, dtlsParameters) =>
      inOrder(() =>
        ownTransport(transportId).transport.connect({
          dtlsParameters: dtlsParameters as types.DtlsParameters,
        }),
      ),
    restartIce: (transportId) => inOrder(() => ownTransport(transportId).transport.restartIce()),
    produce: (transportId, kind, rtpParameters) =>
      inOrder(async () => {
        const { transport, direction } = ownTransport(transportId);
        if (direction !== 'send') throw new MediaRefused('this transport receives');
        refuseUnusable(kind, rtpParameters);
        // First the old one goes: the new one often has its SSRCs.
        const former = producers.get(kind);
        if (former !== undefined) endProducer(former);
        const producer = await transport.produce({
          kind,
          rtpParameters: rtpParameters as types.RtpParameters,
        });
        if (closed || producer.closed) {
          producer.close();
          throw new MediaUnknown(`the transport ${transportId} is gone`);
        }
        producers.set(kind, producer);
        producer.on('score', tellFacts);
        await o.onProducer(peer, producer);
        return producer;
      }),
    pauseProducer: (producerId, paused) =>
      inOrder(async () => {
        const producer = ownProducer(producerId);
        await (paused ? producer.pause() : producer.resume());
        tellFacts();
        await o.onProducer(peer, producer);
      }),
    closeProducer: (producerId) =>
      inOrder(async () => {
        endProducer(ownProducer(producerId));
        tellFacts();
      }),
    consume: (transportId, producer, rtpCapabilities) =>
      inOrder(async () => {
        const { transport, direction } = ownTransport(transportId);
        if (direction !== 'recv') throw new MediaRefused('this transport sends');
        const capabilities = rtpCapabilities as types.RtpCapabilities;
        if (producer.closed) throw new MediaUnknown(`there is no producer ${producer.id}`);
        if (!router.canConsume({ producerId: producer.id, rtpCapabilities: capabilities })) {
          throw new MediaRefused('this device cannot play what the other sends');
        }
        for (const former of consumers.values()) if (former.producerId === producer.id) former.close();
        const consumer = await transport.consume({
          producerId: producer.id,
          rtpCapabilities: capabilities,
          paused: true,
        });
        if (closed || consumer.closed) {
          consumer.close();
          throw new MediaUnknown(`there is no producer ${producer.id}`);
        }
        consumers.set(consumer.id, consumer);
        consumer.on('score', () => {
          lookAt(consumer).catch(() => undefined);
        });
        consumer.observer.once('close', () => {
          consumers.delete(consumer.id);
          plays.delete(consumer.producerId);
        });
        const { id, producerId, kind, rtpParameters } = consumer;
        return { id, producerId, kind, rtpParameters: rtpParameters as ConsumerOptions['rtpParameters'] };
      }),
    resumeConsumer: (consumerId) =>
      inOrder(async () => {
        const consumer = consumers.get(consumerId);
        if (consumer === undefined) throw new MediaUnknown(`the peer has no consumer ${consumerId}`);
        await consumer.resume();
      }),
    closeConsumers,
    close() {
      if (closed) return;
      closed = true;
      endTransport('send');
      endTransport('recv');
    },
    ownerClosed() {
      closed = true;
      transports.clear();
      producers.clear();
      consumers.clear();
    },
  };
  return peer;
}

function reachOf({ iceState, dtlsState }: types.WebRtcTransport): 'new' | 'open' | 'gone' {
  if (iceState === 'disconnected' || dtlsState === 'failed' || dtlsState === 'closed') return 'gone';
  return dtlsState === 'connected' ? 'open' : 'new';
}

/** Of its best encoding; null while it is paused or nothing has arrived yet. */
function scoreOf(producer: types.Producer | undefined): number | null {
  if (producer === undefined || producer.paused || producer.score.length === 0) return null;
  return Math.max(...producer.score.map(({ score }) => score));
}

/** mediasoup notices that a picture has stopped where it has several layers. */
function isPictured(producer: types.Producer | undefined): boolean {
  return producer?.type === 'simulcast' && (scoreOf(producer) ?? 0) > 0;
}

/** Beyond what mediasoup checks itself. */
function refuseUnusable(kind: MediaKind, { codecs, encodings = [] }: RtpParameters): void {
  const mimeTypes = codecs.map((codec) => codec.mimeType.toLowerCase());
  if (kind === 'audio') {
    if (mimeTypes.length !== 1 || mimeTypes[0] !== 'audio/opus') throw new MediaRefused('sound must be Opus');
    if (encodings.length > 1) throw new MediaRefused('sound has one encoding');
    return;
  }
  if (!mimeTypes.every((mimeType) => mimeType.startsWith('video/'))) {
    throw new MediaRefused('a picture must be video');
  }
  if (encodings.length > MAX_VIDEO_ENCODINGS) throw new MediaRefused('a picture has three encodings at most');
}

function toPortsCandidate(candidate: types.IceCandidate): TransportOptions['iceCandidates'][number] {
  const { foundation, priority, ip, address, protocol, port, type, tcpType } = candidate;
  const common = { foundation, priority, ip, address, protocol, port, type };
  return tcpType === undefined ? common : { ...common, tcpType };
}
