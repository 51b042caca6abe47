/**
 * One generation of transports: what is sent and received over them. It lives until a transport fails or the house
 * loses its side; then it is closed and another is made. It does not decide when.
 */
import type { types } from 'mediasoup-client';
import type {
  NoticePayload,
  RequestAnswer,
  RequestName,
  RequestPayload,
} from '../../../../server/protocol/events.ts';
import type { MediaKind, TransportDirection } from '../../../../server/protocol/webrtc.ts';
import type { Request } from '../connection.ts';
import { PICTURE, PICTURE_ENCODINGS, pictureCodec, VOICE, VOICE_ENCODINGS } from './codecs.ts';

export type Producers = NoticePayload<'media:available'>['producers'];
export type Sending = Readonly<Record<MediaKind, MediaStreamTrack | null>>;

export interface Received {
  readonly producerId: string;
  readonly seat: 'a' | 'b';
  readonly kind: MediaKind;
  readonly track: MediaStreamTrack;
  readonly receiver: RTCRtpReceiver | null;
}

/** The house said no, or nothing; worth another try. */
export class MediaTrouble extends Error {
  override readonly name = 'MediaTrouble';
}

export interface Plane {
  /** Makes what is sent and received equal to what is wanted. Throws MediaTrouble; may be called again then. */
  match(sending: Sending, producers: Producers): Promise<void>;
  /** New network paths for the same transports. Throws MediaTrouble. */
  restartIce(): Promise<void>;
  /** Nothing is broken or still on its way. A transport without anything to carry does not connect at all. */
  connected(): boolean;
  /** Idempotent. */
  close(): void;
}

export interface PlaneEvents {
  received(all: readonly Received[]): void;
  stateChanged(state: types.ConnectionState): void;
}

export async function createPlane(o: {
  readonly device: types.Device;
  readonly request: Request;
  /** The facilitator's seat sends nothing, and has no transport to do so. */
  readonly sends: boolean;
  readonly events: PlaneEvents;
}): Promise<Plane> {
  const { device, request, events } = o;
  const producers = new Map<MediaKind, types.Producer>();
  const consumers = new Map<string, { readonly consumer: types.Consumer; readonly seat: 'a' | 'b' }>();
  let closed = false;

  async function need<N extends RequestName>(name: N, payload: RequestPayload<N>): Promise<RequestAnswer<N>> {
    const answer = await request(name, payload);
    if (!answer.ok) throw new MediaTrouble(`${name}: ${answer.code}`);
    return answer.value;
  }

  async function createTransport(direction: TransportDirection): Promise<types.Transport> {
    const options = (await need('media:create-transport', { direction })) as types.TransportOptions;
    const transport =
      direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      need('media:connect-transport', {
        transportId: transport.id,
        dtlsParameters,
      }).then(done, failed);
    });
    transport.on('produce', ({ kind, rtpParameters }, done, failed) => {
      need('media:produce', {
        transportId: transport.id,
        kind,
        rtpParameters: rtpParameters as RequestPayload<'media:produce'>['rtpParameters'],
      }).then(({ producerId }) => done({ id: producerId }), failed);
    });
    transport.on('connectionstatechange', (state) => {
      if (!closed) events.stateChanged(state);
    });
    return transport;
  }

  const receiving = await createTransport('recv');
  const sendingOver = o.sends ? await createTransport('send') : null;
  const transports = sendingOver === null ? [receiving] : [receiving, sendingOver];

  async function produce(transport: types.Transport, track: MediaStreamTrack): Promise<types.Producer> {
    const codec = pictureCodec(device.sendRtpCapabilities);
    return track.kind === 'audio'
      ? await transport.produce({
          track,
          stopTracks: false,
          codecOptions: VOICE,
          encodings: VOICE_ENCODINGS,
        })
      : await transport.produce({
          track,
          stopTracks: false,
          codecOptions: PICTURE,
          encodings: PICTURE_ENCODINGS,
          ...(codec === undefined ? {} : { codec }),
        });
  }

  async function matchSending(kind: MediaKind, track: MediaStreamTrack | null): Promise<void> {
    const producer = producers.get(kind);
    if (sendingOver === null || (track === null && producer === undefined)) return;
    if (track === null) {
      producers.delete(kind);
      producer?.close();
      if (producer !== undefined) await need('media:close-producer', { producerId: producer.id });
      return;
    }
    if (producer === undefined) {
      if (track.readyState === 'live') producers.set(kind, await produce(sendingOver, track));
    } else if (producer.track !== track) await producer.replaceTrack({ track });
  }

  async function consume(producerId: string, seat: 'a' | 'b'): Promise<void> {
    const answer = await request('media:consume', {
      transportId: receiving.id,
      producerId,
      rtpCapabilities: device.recvRtpCapabilities as RequestPayload<'media:consume'>['rtpCapabilities'],
    });
    // It went away between the list and the question; the next list says so.
    if (!answer.ok && answer.code === 'media-unknown') return;
    if (!answer.ok) throw new MediaTrouble(`media:consume: ${answer.code}`);
    const consumer = await receiving.consume(answer.value as types.ConsumerOptions);
    consumers.set(producerId, { consumer, seat });
    tellReceived();
    await need('media:resume-consumer', { consumerId: consumer.id });
  }

  async function matchReceiving(wanted: Producers): Promise<void> {
    for (const [producerId, { consumer }] of consumers) {
      if (wanted.some((producer) => producer.producerId === producerId)) continue;
      consumers.delete(producerId);
      consumer.close();
      tellReceived();
    }
    // Sound before picture.
    const soundFirst = wanted.toSorted((x, y) => x.kind.localeCompare(y.kind));
    for (const { producerId, seat } of soundFirst) {
      if (!closed && !consumers.has(producerId)) await consume(producerId, seat);
    }
  }

  function tellReceived(): void {
    events.received(
      [...consumers].map(([producerId, { consumer, seat }]) => ({
        producerId,
        seat,
        kind: consumer.kind,
        track: consumer.track,
        receiver: consumer.rtpReceiver ?? null,
      })),
    );
  }

  return {
    async match(sending, wanted) {
      await matchSending('audio', sending.audio);
      await matchReceiving(wanted);
      await matchSending('video', sending.video);
    },
    async restartIce() {
      for (const transport of transports) {
        const { iceParameters } = await need('media:restart-ice', { transportId: transport.id });
        await transport.restartIce({ iceParameters: iceParameters as types.IceParameters });
      }
    },
    connected: () =>
      transports.every(({ connectionState }) => connectionState === 'connected' || connectionState === 'new'),
    close() {
      if (closed) return;
      closed = true;
      for (const transport of transports) transport.close();
      events.received([]);
    },
  };
}
