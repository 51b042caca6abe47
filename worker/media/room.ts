/**
 * The media of one conversation: a router, the peers on it, and the recorder that listens. It knows seats, but neither
 * phases nor consent. Who closes whom is in OWNERSHIP.md.
 */
import type { types } from 'mediasoup';
import {
  MediaRefused,
  MediaUnavailable,
  MediaUnknown,
  type Connection,
  type PeerId,
  type ProducerInfo,
  type SeatConnection,
} from '../../server/app/ports.ts';
import { PARTICIPANT_SEATS, type ParticipantSeat, type Seat } from '../../server/domain/conversation.ts';
import type { Recorder } from '../recording/recorder.ts';
import { createLossMeter, isSentWell, judge, type LossMeter } from './connection.ts';
import { createPeer, type Peer } from './peer.ts';
import { createSource } from './tap.ts';

export interface Room {
  readonly conversationId: string;
  readonly rtpCapabilities: types.RtpCapabilities;
  readonly recorder: Pick<Recorder, 'setCapture' | 'note'>;
  /** Made when it is not there yet. @throws MediaRefused when the peer is known with another seat. */
  enter(peerId: PeerId, seat: Seat): Peer;
  /** @throws MediaUnknown */
  peer(peerId: PeerId): Peer;
  /** A producer that this peer may consume: another seat's. @throws MediaUnknown, MediaRefused */
  producerFor(peer: Peer, producerId: string): types.Producer;
  closePeer(peerId: PeerId): void;
  closeConsumers(): void;
  /** "I decide". Resolves when the recording is sealed. Idempotent. */
  close(): Promise<void>;
  /** "My owner went away": mediasoup's worker died. Resolves when the recording is sealed. Idempotent. */
  ownerClosed(): Promise<void>;
}

export async function createRoom(o: {
  readonly conversationId: string;
  readonly router: types.Router;
  readonly webRtcServer: types.WebRtcServer;
  readonly recorder: Recorder;
  readonly onProducers: (producers: readonly ProducerInfo[]) => void;
  readonly onConnections: (connections: readonly SeatConnection[]) => void;
}): Promise<Room> {
  const { conversationId, router, webRtcServer, recorder } = o;
  const direct = await router.createDirectTransport();
  const peers = new Map<PeerId, Peer>();
  let closed = false;
  let told: Readonly<Record<ParticipantSeat, Connection>> = { a: 'unknown', b: 'unknown' };

  /** As the recorder's tap hears it, else as mediasoup's average says. */
  function sendsOf(peer: Peer): number | null {
    const { sends } = peer.facts();
    const producer = peer.producers.get('audio');
    if (sends === null || producer === undefined) return sends;
    return meters.get(producer)?.score ?? sends;
  }

  function receivesOf(peer: Peer): number | null {
    let worst: number | null = null;
    const { plays } = peer.facts();
    for (const other of peers.values()) {
      const score = plays.get(other.producers.get('audio')?.id ?? '');
      if (score !== undefined && isSentWell(sendsOf(other))) worst = Math.min(worst ?? 10, score);
    }
    return worst;
  }

  function lookAtConnections(): void {
    if (closed) return;
    const now: Record<ParticipantSeat, Connection> = { a: 'unknown', b: 'unknown' };
    for (const peer of peers.values()) {
      if (peer.seat === 'facilitator') continue;
      const { transports, pictured } = peer.facts();
      const facts = { transports, pictured, sends: sendsOf(peer), receives: receivesOf(peer) };
      // A seat's newest device counts; what it replaces is about to go.
      now[peer.seat] = judge(facts, told[peer.seat]);
    }
    if (PARTICIPANT_SEATS.every((seat) => now[seat] === told[seat])) return;
    told = now;
    o.onConnections(
      PARTICIPANT_SEATS.flatMap((seat) => (now[seat] === 'unknown' ? [] : [{ seat, connection: now[seat] }])),
    );
  }

  function tellProducers(): void {
    if (closed) return;
    const list: ProducerInfo[] = [];
    for (const { peerId, seat, producers } of peers.values()) {
      if (seat === 'facilitator') continue;
      for (const { id, kind, paused } of producers.values()) {
        list.push({ producerId: id, peerId, seat, kind, paused });
      }
    }
    o.onProducers(list);
  }

  /** For a new producer it resolves when the recorder listens: nothing that is sent after the answer is missed. */
  async function onProducer(peer: Peer, producer: types.Producer): Promise<void> {
    tellProducers();
    if (producer.kind !== 'audio' || peer.seat === 'facilitator') return;
    const measured = meters.get(producer);
    if (producer.closed) recorder.removeSource(producer.id, 'producer-closed');
    else if (measured === undefined) await record(producer, peer.seat);
    else {
      // Paused or resumed: what was measured before says nothing about what comes.
      measured.meter.reset();
      measured.score = null;
      lookAtConnections();
    }
  }

  /** Of every sound that the recorder was told of; `score` is of what it has heard last. */
  const meters = new WeakMap<types.Producer, { readonly meter: LossMeter; score: number | null }>();

  function record(producer: types.Producer, seat: ParticipantSeat): Promise<void> {
    const measured = {
      score: null as number | null,
      meter: createLossMeter((score) => {
        measured.score = score;
        lookAtConnections();
      }),
    };
    meters.set(producer, measured);
    const { rtpCapabilities } = router;
    return recorder.addSource(
      createSource({ producer, seat, direct, rtpCapabilities, meter: measured.meter }),
    );
  }

  function find(peerId: PeerId): Peer {
    if (closed) throw new MediaUnavailable('the room is closed');
    const peer = peers.get(peerId);
    if (peer === undefined) throw new MediaUnknown(`there is no peer ${peerId}`);
    return peer;
  }

  function closePeer(peerId: PeerId): void {
    const peer = peers.get(peerId);
    if (peer === undefined) return;
    // Away from the list first: what is told while it closes has none of it.
    peers.delete(peerId);
    peer.close();
    lookAtConnections();
  }

  return {
    conversationId,
    rtpCapabilities: router.rtpCapabilities,
    recorder,
    enter(peerId, seat) {
      if (closed) throw new MediaUnavailable('the room is closed');
      const known = peers.get(peerId);
      if (known !== undefined) {
        if (known.seat !== seat) throw new MediaRefused('a peer does not change its seat');
        return known;
      }
      const peer = createPeer({
        peerId,
        seat,
        router,
        webRtcServer,
        onProducer,
        onFacts: lookAtConnections,
      });
      peers.set(peerId, peer);
      lookAtConnections();
      return peer;
    },
    peer: find,
    producerFor(peer, producerId) {
      for (const other of peers.values()) {
        for (const producer of other.producers.values()) {
          if (producer.id !== producerId) continue;
          if (other.seat === peer.seat) throw new MediaRefused('nobody consumes their own seat');
          return producer;
        }
      }
      throw new MediaUnknown(`there is no producer ${producerId}`);
    },
    closePeer,
    closeConsumers() {
      for (const peer of peers.values()) peer.closeConsumers();
    },
    async close() {
      closed = true;
      for (const peer of peers.values()) peer.close();
      peers.clear();
      await recorder.close('room-closed');
      router.close();
    },
    async ownerClosed() {
      closed = true;
      for (const peer of peers.values()) peer.ownerClosed();
      peers.clear();
      await recorder.close('worker-died');
    },
  };
}
