/**
 * What every MediaPlane must keep to, whatever is behind it: one suite, for the real one and for the fake.
 * Needs no media: nothing is connected.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  MediaRefused,
  MediaUnavailable,
  MediaUnknown,
  type MediaEvents,
  type MediaPlane,
  type MediaRoom,
  type ProducerInfo,
  type SeatConnection,
} from '../server/app/ports.ts';
import type { Seat } from '../server/domain/conversation.ts';
import type {
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  TransportDirection,
} from '../server/protocol/webrtc.ts';

const CONVERSATION = 'contract-conversation_';

const SOUND: RtpParameters = {
  mid: '0',
  codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }],
  encodings: [{ ssrc: 1001 }],
};
const PICTURE: RtpParameters = {
  mid: '1',
  codecs: [
    { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 },
    { mimeType: 'video/rtx', payloadType: 97, clockRate: 90_000, parameters: { apt: 96 } },
  ],
  encodings: [{ rid: 'q' }, { rid: 'h' }, { rid: 'f' }],
};
const DEVICE: RtpCapabilities = {
  codecs: [
    { kind: 'audio', mimeType: 'audio/opus', preferredPayloadType: 100, clockRate: 48_000, channels: 2 },
    { kind: 'video', mimeType: 'video/VP8', preferredPayloadType: 101, clockRate: 90_000 },
  ],
};

export function planeContract(
  start: () => Promise<{ readonly plane: MediaPlane; readonly stop: () => Promise<void> }>,
): void {
  let plane: MediaPlane;
  let stop: () => Promise<void>;
  let room: MediaRoom;
  let lists: (readonly ProducerInfo[])[];
  let captures: boolean[];
  let connections: (readonly SeatConnection[])[];

  beforeEach(async () => {
    ({ plane, stop } = await start());
    lists = [];
    captures = [];
    connections = [];
    const events: MediaEvents = {
      roomLost: (conversationId) => {
        throw new Error(`the room of ${conversationId} was lost`);
      },
      producersChanged: (_conversationId, producers) => void lists.push(producers),
      captureChanged: (_conversationId, durable) => void captures.push(durable),
      qualityChanged: (_conversationId, list) => void connections.push(list),
    };
    plane.listen(events);
    room = await plane.openRoom(CONVERSATION);
  });
  afterEach(() => stop());

  async function transport(peerId: string, seat: Seat, direction: TransportDirection): Promise<string> {
    const made = await room.createTransport({ peerId, seat, direction });
    return made.id;
  }

  async function producer(peerId: string, seat: 'a' | 'b', kind: MediaKind = 'audio') {
    const transportId = await transport(peerId, seat, 'send');
    const rtpParameters = kind === 'audio' ? SOUND : PICTURE;
    const { producerId } = await room.produce({ peerId, transportId, kind, rtpParameters });
    return { peerId, transportId, producerId };
  }

  describe('sending', () => {
    test('the facilitator gets no send transport, and cannot send on another', async () => {
      const peerId = 'peer-f';
      await expect(room.createTransport({ peerId, seat: 'facilitator', direction: 'send' })).rejects.toThrow(
        MediaRefused,
      );
      const transportId = await transport(peerId, 'facilitator', 'recv');
      await expect(
        room.produce({ peerId, transportId, kind: 'audio', rtpParameters: SOUND }),
      ).rejects.toThrow(MediaRefused);
      expect(lists).toEqual([]);
    });

    test('sound is Opus, a picture is not', async () => {
      const transportId = await transport('peer-a', 'a', 'send');
      const produce = (kind: MediaKind, rtpParameters: RtpParameters) =>
        room.produce({ peerId: 'peer-a', transportId, kind, rtpParameters });
      const pcmu = { codecs: [{ mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8000 }] };
      await expect(produce('audio', pcmu)).rejects.toThrow(MediaRefused);
      await expect(produce('audio', PICTURE)).rejects.toThrow(MediaRefused);
      await expect(produce('video', SOUND)).rejects.toThrow(MediaRefused);
      expect(lists).toEqual([]);
    });

    test('a second producer of a kind replaces the first; every change is told as the whole list', async () => {
      const { peerId, transportId, producerId } = await producer('peer-a', 'a');
      const second = await room.produce({ peerId, transportId, kind: 'audio', rtpParameters: SOUND });
      await room.pauseProducer({ peerId, producerId: second.producerId, paused: true });
      await room.pauseProducer({ peerId, producerId: second.producerId, paused: false });
      await expect(room.closeProducer({ peerId, producerId })).rejects.toThrow(MediaUnknown);
      await room.closeProducer({ peerId, producerId: second.producerId });
      const info = { peerId, seat: 'a', kind: 'audio', paused: false };
      expect(lists).toEqual([
        [{ ...info, producerId }],
        [],
        [{ ...info, producerId: second.producerId }],
        [{ ...info, producerId: second.producerId, paused: true }],
        [{ ...info, producerId: second.producerId }],
        [],
      ]);
    });

    test('a second transport of a direction replaces the first and what was on it', async () => {
      const { peerId, transportId, producerId } = await producer('peer-a', 'a');
      await transport('peer-a', 'a', 'send');
      expect(lists.at(-1)).toEqual([]);
      await expect(room.restartIce({ peerId, transportId })).rejects.toThrow(MediaUnknown);
      await expect(room.closeProducer({ peerId, producerId })).rejects.toThrow(MediaUnknown);
    });

    test('a peer does not change its seat', async () => {
      await transport('peer-a', 'a', 'send');
      await expect(transport('peer-a', 'b', 'recv')).rejects.toThrow(MediaRefused);
    });

    test('an ICE restart gives new credentials', async () => {
      const made = await room.createTransport({ peerId: 'peer-a', seat: 'a', direction: 'send' });
      const again = await room.restartIce({ peerId: 'peer-a', transportId: made.id });
      expect(again.usernameFragment).not.toBe(made.iceParameters.usernameFragment);
      expect(again.password).not.toBe('');
    });
  });

  describe('receiving', () => {
    test('another seat is consumed, paused at first, and the facilitator consumes both', async () => {
      const a = await producer('peer-a', 'a');
      const b = await producer('peer-b', 'b', 'video');
      const kinds: string[] = [];
      const transportId = await transport('peer-f', 'facilitator', 'recv');
      for (const { producerId } of [a, b]) {
        const consumer = await room.consume({
          peerId: 'peer-f',
          transportId,
          producerId,
          rtpCapabilities: DEVICE,
        });
        expect(consumer.producerId).toBe(producerId);
        expect(consumer.rtpParameters.encodings).toHaveLength(1);
        kinds.push(consumer.kind);
        await room.resumeConsumer({ peerId: 'peer-f', consumerId: consumer.id });
      }
      expect(kinds).toEqual(['audio', 'video']);
    });

    test('nobody consumes their own seat, by any device, nor on a transport that sends', async () => {
      const { producerId } = await producer('peer-a', 'a');
      const consume = async (peerId: string, transportId: string) =>
        room.consume({ peerId, transportId, producerId, rtpCapabilities: DEVICE });
      await expect(consume('peer-a', await transport('peer-a', 'a', 'recv'))).rejects.toThrow(MediaRefused);
      await expect(consume('peer-a2', await transport('peer-a2', 'a', 'recv'))).rejects.toThrow(MediaRefused);
      await expect(consume('peer-b', await transport('peer-b', 'b', 'send'))).rejects.toThrow(MediaRefused);
    });

    test('a second consumer of the same producer replaces the first', async () => {
      const { producerId } = await producer('peer-a', 'a');
      const peerId = 'peer-b';
      const transportId = await transport(peerId, 'b', 'recv');
      const consume = () => room.consume({ peerId, transportId, producerId, rtpCapabilities: DEVICE });
      const first = await consume();
      const second = await consume();
      await expect(room.resumeConsumer({ peerId, consumerId: first.id })).rejects.toThrow(MediaUnknown);
      await expect(room.resumeConsumer({ peerId, consumerId: second.id })).resolves.toBeUndefined();
    });

    test('when hearing ends consumers are gone and producers are not', async () => {
      const { producerId } = await producer('peer-a', 'a');
      const peerId = 'peer-b';
      const transportId = await transport(peerId, 'b', 'recv');
      const consume = () => room.consume({ peerId, transportId, producerId, rtpCapabilities: DEVICE });
      const consumer = await consume();
      await room.closeConsumers();
      await expect(room.resumeConsumer({ peerId, consumerId: consumer.id })).rejects.toThrow(MediaUnknown);
      await expect(consume()).resolves.toMatchObject({ producerId });
    });
  });

  test("nobody can name another's transport, producer or consumer, nor what is not there", async () => {
    const a = await producer('peer-a', 'a');
    const recv = await transport('peer-b', 'b', 'recv');
    const heard = await room.consume({
      peerId: 'peer-b',
      transportId: recv,
      producerId: a.producerId,
      rtpCapabilities: DEVICE,
    });
    const foreign = { peerId: 'peer-b', transportId: a.transportId };
    const consuming = { producerId: a.producerId, rtpCapabilities: DEVICE };
    const calls: readonly (() => Promise<unknown>)[] = [
      () => room.restartIce(foreign),
      () => room.produce({ ...foreign, kind: 'audio', rtpParameters: SOUND }),
      () => room.consume({ ...foreign, ...consuming }),
      () => room.pauseProducer({ peerId: 'peer-b', producerId: a.producerId, paused: true }),
      () => room.closeProducer({ peerId: 'peer-b', producerId: a.producerId }),
      () => room.resumeConsumer({ peerId: 'peer-a', consumerId: heard.id }),
      () => room.restartIce({ peerId: 'nobody', transportId: a.transportId }),
      () => room.consume({ peerId: 'peer-b', transportId: recv, ...consuming, producerId: 'nothing' }),
    ];
    for (const call of calls) await expect(call()).rejects.toThrow(MediaUnknown);
    expect(lists).toHaveLength(1);
  });

  describe('the facilitator is never heard', () => {
    test('neither on a transport of a participant, nor by another device, nor under a known one', async () => {
      const a = await producer('peer-a', 'a');
      for (const peerId of ['peer-f', 'peer-f2']) {
        const transportId = await transport(peerId, 'facilitator', 'recv');
        const produce = (on: string) =>
          room.produce({ peerId, transportId: on, kind: 'audio', rtpParameters: SOUND });
        await expect(produce(transportId)).rejects.toThrow(MediaRefused);
        await expect(produce(a.transportId)).rejects.toThrow(MediaUnknown);
        await expect(transport(peerId, 'facilitator', 'send')).rejects.toThrow(MediaRefused);
        await expect(transport(peerId, 'a', 'send')).rejects.toThrow(MediaRefused);
        await room.closePeer(peerId);
        await expect(produce(transportId)).rejects.toThrow(MediaUnknown);
      }
      await expect(transport('peer-a', 'facilitator', 'recv')).rejects.toThrow(MediaRefused);
      expect(lists).toEqual([
        [{ peerId: 'peer-a', seat: 'a', kind: 'audio', paused: false, producerId: a.producerId }],
      ]);
    });
  });

  test('of connections nothing is told while nothing is connected', async () => {
    await producer('peer-a', 'a');
    await room.closePeer('peer-a');
    expect(connections).toEqual([]);
  });

  test('closing a peer closes what it has, twice or for nobody as well', async () => {
    const { producerId } = await producer('peer-a', 'a');
    const transportId = await transport('peer-b', 'b', 'recv');
    await room.closePeer('peer-a');
    await room.closePeer('peer-a');
    await room.closePeer('nobody');
    expect(lists.at(-1)).toEqual([]);
    await expect(
      room.consume({ peerId: 'peer-b', transportId, producerId, rtpCapabilities: DEVICE }),
    ).rejects.toThrow(MediaUnknown);
  });

  test('capture is told as durable when it begins; events are noted while it is on or held', async () => {
    await room.note({ type: 'cancelled', at: 1 });
    expect(captures).toEqual([]);
    await room.setCapture('on');
    await room.setCapture('on');
    await room.note({ type: 'warned', at: 2, remainingMs: 300_000 });
    await room.setCapture('held');
    await room.note({ type: 'resumed', at: 3, endsAt: 4 });
    await room.setCapture('off');
    await room.setCapture('off');
    expect(captures).toEqual([true]);
  });

  test('a closed room is void; opening again closes the former one', async () => {
    const again = await plane.openRoom(CONVERSATION);
    await expect(room.closePeer('peer-a')).rejects.toThrow(MediaUnavailable);
    await again.setCapture('on');
    await again.close();
    await again.close();
    await expect(again.setCapture('on')).rejects.toThrow(MediaUnavailable);
    expect(again.rtpCapabilities.codecs?.some(({ mimeType }) => mimeType === 'audio/opus')).toBe(true);
  });

  test('a closed plane opens nothing', async () => {
    await plane.close();
    await plane.close();
    await expect(plane.openRoom(CONVERSATION)).rejects.toThrow(MediaUnavailable);
    await expect(room.setCapture('on')).rejects.toThrow(MediaUnavailable);
  });
}
