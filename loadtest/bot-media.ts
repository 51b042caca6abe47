/** A bot's sound: its microphone to the server, the other's sound back. Knows nothing of phases. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Device, type types } from 'mediasoup-client';
import type { Available, RequestAnswer, RequestName, RequestPayload } from '../server/protocol/events.ts';
import type { RtpCapabilities, RtpParameters, TransportDirection } from '../server/protocol/webrtc.ts';
import { LOUD_ABOVE } from './loudness.ts';
import type { Microphone } from './microphone.ts';
import { HANDLER, RTCAudioSink, type AudioFrame } from './webrtc.ts';

// The types of mediasoup-client say the same as the protocol's, but not to the compiler: one leaves an optional field
// undefined where the other leaves it out. Both sides parse what they get.
export type Request = <N extends RequestName>(
  name: N,
  payload: RequestPayload<N>,
) => Promise<RequestAnswer<N>>;

export interface Heard {
  /** `performance.now()` at the first packet of anybody else's sound; null until then. */
  readonly firstPacketAt: number | null;
  /** How long there was sound louder than silence, seconds. */
  readonly loudSeconds: number;
}

export interface BotMedia {
  /** Opens the transport that listens and, where there is a microphone, the one that sends. */
  open(): Promise<void>;
  /** Listens to exactly these. */
  listenTo(available: Available): Promise<void>;
  heard(): Heard;
  /** By which way packets reach the server; null when they did not within five seconds, or nothing is sent. */
  way(): Promise<'udp' | 'tcp' | null>;
  /** What the server called whatever this bot ever sent. */
  producerIds(): ReadonlySet<string>;
  transportIds(): { readonly sending: string | null; readonly receiving: string | null };
  /** Idempotent. */
  close(): void;
}

/** The sound of a conversation that is recorded (PROTOCOL.md §5). */
const soundOptions: types.ProducerCodecOptions = {
  opusStereo: false,
  opusFec: true,
  opusDtx: false,
  opusNack: true,
  opusMaxAverageBitrate: 64_000,
};
/** As fine as the time to the first packet is told. */
const lookEveryMs = 5;
const connectedWithinMs = 5_000;

export function createBotMedia(o: {
  readonly request: Request;
  readonly microphone: Microphone | null;
}): BotMedia {
  const { request, microphone } = o;
  const device = new Device({ handlerName: HANDLER });
  const consumers = new Map<string, { close(): void }>();
  const producerIds = new Set<string>();
  let sending: types.Transport | null = null;
  let receiving: types.Transport | null = null;
  let firstPacketAt: number | null = null;
  let loudFrames = 0;

  async function openTransport(direction: TransportDirection): Promise<types.Transport> {
    const options = (await request('media:create-transport', { direction })) as types.TransportOptions;
    const transport =
      direction === 'send' ? device.createSendTransport(options) : device.createRecvTransport(options);
    transport.on('connect', ({ dtlsParameters }, done, failed) => {
      settle(request('media:connect-transport', { transportId: transport.id, dtlsParameters }), done, failed);
    });
    transport.on('produce', ({ kind, rtpParameters: theirs }, done, failed) => {
      const rtpParameters = theirs as RtpParameters;
      const answer = request('media:produce', { transportId: transport.id, kind, rtpParameters });
      const known = ({ producerId }: RequestAnswer<'media:produce'>): void => {
        producerIds.add(producerId);
        done({ id: producerId });
      };
      settle(answer, known, failed);
    });
    return transport;
  }

  async function listen(transport: types.Transport, producerId: string): Promise<void> {
    const options = await request('media:consume', {
      transportId: transport.id,
      producerId,
      rtpCapabilities: device.recvRtpCapabilities as RtpCapabilities,
    });
    const consumer = await transport.consume(options as types.ConsumerOptions);
    const sink = new RTCAudioSink(consumer.track);
    sink.ondata = (frame: unknown) => {
      if ((frame as AudioFrame).samples.some((sample) => Math.abs(sample) > LOUD_ABOVE)) loudFrames++;
    };
    consumers.set(producerId, {
      close() {
        sink.stop();
        consumer.close();
      },
    });
    await request('media:resume-consumer', { consumerId: consumer.id });
    lookForFirstPacket(transport).catch(() => {
      // The transport was closed while it was asked.
    });
  }

  async function lookForFirstPacket(transport: types.Transport): Promise<void> {
    while (firstPacketAt === null && !transport.closed) {
      const stats = await transport.getStats();
      for (const one of stats.values() as Iterable<{ type: string; packetsReceived?: number }>)
        if (one.type === 'inbound-rtp' && (one.packetsReceived ?? 0) > 0) firstPacketAt ??= performance.now();
      await sleep(lookEveryMs);
    }
  }

  async function way(): Promise<'udp' | 'tcp' | null> {
    const until = performance.now() + connectedWithinMs;
    while (sending !== null && !sending.closed && performance.now() < until) {
      const found = wayOf([...(await sending.getStats()).values()]);
      if (found !== null) return found;
      await sleep(lookEveryMs * 4);
    }
    return null;
  }

  function closeAll(): void {
    for (const consumer of consumers.values()) consumer.close();
    consumers.clear();
    sending?.close();
    receiving?.close();
    sending = null;
    receiving = null;
  }

  return {
    async open() {
      closeAll();
      if (!device.loaded) {
        const { rtpCapabilities } = await request('media:capabilities', {});
        await device.load({ routerRtpCapabilities: rtpCapabilities as types.RtpCapabilities });
      }
      receiving = await openTransport('recv');
      if (microphone !== null) {
        sending = await openTransport('send');
        await sending.produce({
          track: microphone.track,
          codecOptions: soundOptions,
          // The microphone outlives a transport: it is used again when the server builds its media anew.
          stopTracks: false,
        });
      }
    },
    async listenTo({ producers }) {
      const wanted = new Set(
        producers.flatMap(({ kind, producerId }) => (kind === 'audio' ? [producerId] : [])),
      );
      for (const [producerId, consumer] of consumers) {
        if (wanted.has(producerId)) continue;
        consumers.delete(producerId);
        consumer.close();
      }
      for (const producerId of wanted)
        if (!consumers.has(producerId) && receiving !== null) await listen(receiving, producerId);
    },
    heard: () => ({ firstPacketAt, loudSeconds: loudFrames / 100 }),
    way,
    producerIds: () => producerIds,
    transportIds: () => ({ sending: sending?.id ?? null, receiving: receiving?.id ?? null }),
    close: closeAll,
  };
}

/** Of the pair of candidates over which something was answered. */
function wayOf(stats: readonly unknown[]): 'udp' | 'tcp' | null {
  const all = stats as readonly {
    readonly type: string;
    readonly id: string;
    readonly state?: string;
    readonly nominated?: boolean;
    readonly localCandidateId?: string;
    readonly protocol?: string;
  }[];
  const pair = all.find(
    ({ type, state, nominated }) => type === 'candidate-pair' && state === 'succeeded' && nominated === true,
  );
  const protocol = all.find(({ id }) => id === pair?.localCandidateId)?.protocol;
  return protocol === 'udp' || protocol === 'tcp' ? protocol : null;
}

/** mediasoup-client asks by callbacks. */
function settle<T>(answer: Promise<T>, done: (value: T) => void, failed: (error: Error) => void): void {
  const tell = async (): Promise<void> => {
    try {
      done(await answer);
    } catch (error) {
      failed(error instanceof Error ? error : new Error(String(error)));
    }
  };
  void tell();
}
