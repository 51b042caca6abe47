/**
 * A WebRTC peer that sends the RTP packets it is given and hands over those it gets, over real ICE, DTLS and SRTP
 * (libdatachannel). It encodes and decodes nothing.
 */
import { Audio, PeerConnection, type Track } from 'node-datachannel';
import type { MediaRoom } from '../../server/app/ports.ts';
import type { Seat } from '../../server/domain/conversation.ts';
import type { RtpCapabilities, RtpParameters, TransportOptions } from '../../server/protocol/webrtc.ts';

type Calls = Pick<
  MediaRoom,
  'createTransport' | 'connectTransport' | 'produce' | 'consume' | 'resumeConsumer'
>;

export const OPUS_PAYLOAD_TYPE = 111;

export function opusParameters(ssrc: number): RtpParameters {
  return {
    mid: '0',
    codecs: [
      {
        mimeType: 'audio/opus',
        payloadType: OPUS_PAYLOAD_TYPE,
        clockRate: 48_000,
        channels: 2,
        parameters: { minptime: 10, useinbandfec: 1 },
        rtcpFeedback: [{ type: 'nack' }],
      },
    ],
    encodings: [{ ssrc }],
    rtcp: { cname: `peer-${ssrc}`, reducedSize: true },
  };
}

export const OPUS_CAPABILITIES: RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48_000,
      channels: 2,
    },
  ],
};

/** RFC 6716 §3.1: one 20 ms CELT frame, mono; then bytes that say which packet it is. */
export function opusPacket(o: { ssrc: number; sequence: number; timestamp: number; bytes?: number }): Buffer {
  const packet = Buffer.alloc(12 + (o.bytes ?? 80));
  packet[0] = 0x80;
  packet[1] = OPUS_PAYLOAD_TYPE;
  packet.writeUInt16BE(o.sequence & 0xffff, 2);
  packet.writeUInt32BE(o.timestamp >>> 0, 4);
  packet.writeUInt32BE(o.ssrc, 8);
  packet[12] = 0xf8;
  packet.writeUInt32BE(o.sequence >>> 0, 13);
  return packet;
}

/** The number that `opusPacket` hid in a packet. */
export function hiddenSequence(packet: Uint8Array): number {
  return Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength).readUInt32BE(packet.length - 79);
}

/** RFC 3550 §6.4.1, without report blocks. */
export function senderReport(o: {
  ssrc: number;
  ntpSeconds: number;
  ntpFraction: number;
  rtpTimestamp: number;
  packetCount: number;
  octetCount: number;
}): Buffer {
  const packet = Buffer.alloc(28);
  packet[0] = 0x80;
  packet[1] = 200;
  packet.writeUInt16BE(6, 2);
  packet.writeUInt32BE(o.ssrc, 4);
  packet.writeUInt32BE(o.ntpSeconds, 8);
  packet.writeUInt32BE(o.ntpFraction, 12);
  packet.writeUInt32BE(o.rtpTimestamp >>> 0, 16);
  packet.writeUInt32BE(o.packetCount, 20);
  packet.writeUInt32BE(o.octetCount, 24);
  return packet;
}

/** RFC 3550 §6.4.2, with one block. */
function receiverReport(o: {
  ssrc: number;
  fractionLost: number;
  totalLost: number;
  highestSequence: number;
}): Buffer {
  const packet = Buffer.alloc(32);
  packet[0] = 0x81;
  packet[1] = 201;
  packet.writeUInt16BE(7, 2);
  packet.writeUInt32BE(1, 4);
  packet.writeUInt32BE(o.ssrc, 8);
  packet[12] = Math.round(o.fractionLost * 256);
  packet.writeUIntBE(o.totalLost, 13, 3);
  packet.writeUInt32BE(o.highestSequence, 16);
  return packet;
}

export interface Sender {
  readonly transportId: string;
  readonly producerId: string;
  readonly ssrc: number;
  send(packet: Buffer): void;
  /** Sends a packet each 20 ms until stopped; answers how many in all. */
  talk(): () => number;
  close(): void;
}

export async function createSender(
  room: Pick<Calls, 'createTransport' | 'connectTransport' | 'produce'>,
  o: { readonly peerId: string; readonly seat: Seat; readonly ssrc: number },
): Promise<Sender> {
  const { peerId, seat, ssrc } = o;
  const transport = await room.createTransport({ peerId, seat, direction: 'send' });
  const { connection, track, fingerprint, opened } = offer('SendOnly', ssrc);
  await room.connectTransport({
    peerId,
    transportId: transport.id,
    dtlsParameters: { role: 'server', fingerprints: [fingerprint] },
  });
  connection.setRemoteDescription(answerSdp(transport, 'recvonly', OPUS_PAYLOAD_TYPE), 'answer');
  await opened;
  const { producerId } = await room.produce({
    peerId,
    transportId: transport.id,
    kind: 'audio',
    rtpParameters: opusParameters(ssrc),
  });
  const send = (packet: Buffer): void => {
    if (track.isOpen()) track.sendMessageBinary(packet);
  };
  return {
    transportId: transport.id,
    producerId,
    ssrc,
    send,
    talk() {
      let sequence = 0;
      const begun = performance.now();
      const timer = setInterval(() => {
        while (sequence * 20 < performance.now() - begun) {
          send(opusPacket({ ssrc, sequence, timestamp: sequence * 960 }));
          sequence += 1;
        }
      }, 5);
      return () => {
        clearInterval(timer);
        return sequence;
      };
    },
    close: () => connection.close(),
  };
}

export interface Listener {
  readonly consumerId: string;
  readonly packets: Buffer[];
  /** Tells, as a receiver does, what share of the packets was lost since the last report. */
  report(o: {
    readonly fractionLost: number;
    readonly totalLost: number;
    readonly highestSequence: number;
  }): void;
  close(): void;
}

export async function createListener(
  room: Calls,
  o: { readonly peerId: string; readonly seat: Seat; readonly producerId: string },
): Promise<Listener> {
  const { peerId, seat, producerId } = o;
  const transport = await room.createTransport({ peerId, seat, direction: 'recv' });
  const { connection, track, fingerprint, opened } = offer('RecvOnly', null);
  const packets: Buffer[] = [];
  track.onMessage((packet) => {
    // RFC 5761 §4: RTCP comes through the same port, with types of 192 and above.
    if ((packet[1] ?? 0) < 192) packets.push(packet);
  });
  await room.connectTransport({
    peerId,
    transportId: transport.id,
    dtlsParameters: { role: 'server', fingerprints: [fingerprint] },
  });
  const consumer = await room.consume({
    peerId,
    transportId: transport.id,
    producerId,
    rtpCapabilities: OPUS_CAPABILITIES,
  });
  const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc ?? 0;
  connection.setRemoteDescription(answerSdp(transport, 'sendonly', 100, ssrc), 'answer');
  await opened;
  await room.resumeConsumer({ peerId, consumerId: consumer.id });
  return {
    consumerId: consumer.id,
    packets,
    report: (o) => void track.sendMessageBinary(receiverReport({ ...o, ssrc })),
    close: () => connection.close(),
  };
}

function offer(direction: 'SendOnly' | 'RecvOnly', ssrc: number | null) {
  const connection = new PeerConnection('peer', { iceServers: [] });
  const audio = new Audio('0', direction);
  audio.addOpusCodec(direction === 'SendOnly' ? OPUS_PAYLOAD_TYPE : 100);
  if (ssrc !== null) audio.addSSRC(ssrc, `peer-${ssrc}`);
  const track: Track = connection.addTrack(audio);
  const opened = new Promise<void>((resolve, reject) => {
    track.onOpen(resolve);
    connection.onStateChange((state) => {
      if (state === 'failed' || state === 'closed') reject(new Error(`the peer's connection ${state}`));
    });
  });
  opened.catch(() => undefined);
  connection.setLocalDescription('offer');
  const value = /a=fingerprint:sha-256 (\S+)/i.exec(connection.localDescription()?.sdp ?? '')?.[1];
  if (value === undefined) throw new Error('the offer has no fingerprint');
  return { connection, track, opened, fingerprint: { algorithm: 'sha-256', value } as const };
}

function answerSdp(
  { iceParameters, iceCandidates, dtlsParameters }: TransportOptions,
  direction: 'sendonly' | 'recvonly',
  payloadType: number,
  ssrc?: number,
): string {
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256');
  const candidates = iceCandidates
    .filter(({ protocol }) => protocol === 'udp')
    .map(({ foundation, priority, address, port }) =>
      ['a=candidate:' + foundation, 1, 'udp', priority, address, port, 'typ host'].join(' '),
    );
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'a=ice-lite',
    `m=audio 7 UDP/TLS/RTP/SAVPF ${payloadType}`,
    'c=IN IP4 127.0.0.1',
    'a=mid:0',
    `a=${direction}`,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    `a=rtpmap:${payloadType} opus/48000/2`,
    ...(ssrc === undefined ? [] : [`a=ssrc:${ssrc} cname:parley`]),
    `a=ice-ufrag:${iceParameters.usernameFragment}`,
    `a=ice-pwd:${iceParameters.password}`,
    `a=fingerprint:sha-256 ${fingerprint?.value}`,
    'a=setup:active',
    ...candidates,
    'a=end-of-candidates',
    '',
  ].join('\r\n');
}
