import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MediaRefused, MediaUnknown, type MediaRoom } from '../../server/app/ports.ts';
import { parseRtp } from '../mix/packets.ts';
import {
  createListener,
  createSender,
  hiddenSequence,
  opusPacket,
  opusParameters,
  senderReport,
} from './rtp-peer.ts';
import { CONVERSATION, ofType, recordsOf, startPlane, until, type PlaneRig } from './rig.ts';

let rig: PlaneRig;
let room: MediaRoom;
const closers: (() => unknown)[] = [];

beforeEach(async () => {
  rig = await startPlane();
  room = await rig.plane.openRoom(CONVERSATION);
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await rig.stop();
});

async function sender(peerId: string, seat: 'a' | 'b', ssrc: number) {
  const made = await createSender(room, { peerId, seat, ssrc });
  closers.push(made.close);
  return made;
}

async function listener(peerId: string, seat: 'a' | 'b' | 'facilitator', producerId: string) {
  const made = await createListener(room, { peerId, seat, producerId });
  closers.push(made.close);
  return made;
}

/** Sound takes its way; the journal is written every 50 ms. */
const recorded = (packets: number) =>
  until('the packets are in the journal', async () => ofType(await rig.journal(), 'rtp').length === packets);

const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('two people talk', () => {
  test('each packet of both is in the journal with its arrival; the other and the facilitator hear it', async () => {
    const a = await sender('peer-a', 'a', 1001);
    const b = await sender('peer-b', 'b', 2002);
    const hears = await listener('peer-b', 'b', a.producerId);
    const guides = await listener('peer-f', 'facilitator', b.producerId);
    await room.setCapture('on');
    expect(rig.durable).toEqual([true]);

    const begunNs = Number(process.hrtime.bigint());
    const stopA = a.talk();
    const stopB = b.talk();
    await after(500);
    const report = {
      ssrc: 1001,
      ntpSeconds: 4_000_000_000,
      ntpFraction: 0x8000_0000,
      rtpTimestamp: 24_000,
      packetCount: 25,
      octetCount: 2000,
    };
    a.send(senderReport(report));
    await room.note({ type: 'prompt-shown', at: 1, index: 0, promptId: 'p', by: 'clock' });
    await after(1000);
    const [sentA, sentB] = [stopA(), stopB()];
    const endedNs = Number(process.hrtime.bigint());
    await until(
      'what was sent arrived',
      () => hears.packets.length === sentA && guides.packets.length === sentB,
    );
    await recorded(sentA + sentB);
    await room.setCapture('off');

    const segments = await rig.journal();
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({ sealed: true, skippedBytes: 0, anchor: rig.anchor });
    const epochs = ofType(segments, 'epoch-open');
    expect(
      epochs.map(({ seat, mimeType, clockRate, channels }) => [seat, mimeType, clockRate, channels]),
    ).toEqual([
      ['a', 'audio/opus', 48_000, 2],
      ['b', 'audio/opus', 48_000, 2],
    ]);
    for (const [index, sent] of [sentA, sentB].entries()) {
      const epoch = epochs[index];
      const packets = ofType(segments, 'rtp').filter(({ stream }) => stream === epoch?.stream);
      expect(packets.map(({ packet }) => hiddenSequence(packet))).toEqual(
        Array.from({ length: sent }, (_, n) => n),
      );
      const headers = packets.map(({ packet }) => parseRtp(packet));
      // The sender's own time stamps; SSRC and payload type as the epoch says.
      expect(headers.map((header) => header?.timestamp)).toEqual(
        Array.from({ length: sent }, (_, n) => n * 960),
      );
      expect(new Set(packets.map(({ packet }) => ssrcOf(packet)))).toEqual(new Set([epoch?.ssrc]));
      expect(new Set(headers.map((header) => header?.payloadType))).toEqual(new Set([epoch?.payloadType]));
      // Arrivals lie within the talk, rise, and follow the 20 ms cadence within what a busy machine adds.
      expect(packets.every(({ monoNs }) => monoNs > begunNs && monoNs < endedNs + 2e8)).toBe(true);
      const late = packets.map(({ monoNs }, n) => monoNs - begunNs - n * 2e7);
      expect(Math.min(...late)).toBeGreaterThan(-2e7);
      expect(late.toSorted((x, y) => x - y)[Math.floor(sent / 2)]).toBeLessThan(5e7);
    }
    expect(ofType(segments, 'sender-report')).toEqual([
      { type: 'sender-report', monoNs: expect.any(Number), stream: epochs[0]?.stream, ...report },
    ]);
    expect(ofType(segments, 'event').map(({ event }) => event.type)).toEqual(['prompt-shown']);
    expect(ofType(segments, 'epoch-close').map(({ reason }) => reason)).toEqual([
      'capture-off',
      'capture-off',
    ]);
  });

  test('nothing is recorded before capture is on, while it is held, or after', async () => {
    const a = await sender('peer-a', 'a', 1001);
    const hears = await listener('peer-b', 'b', a.producerId);
    let n = 0;
    const say = async (packets: number): Promise<void> => {
      for (let k = 0; k < packets; k += 1, n += 1)
        a.send(opusPacket({ ssrc: 1001, sequence: n, timestamp: n * 960 }));
      await until('heard', () => hears.packets.length === n);
    };
    await say(10);
    await room.setCapture('on');
    await say(20);
    // The recorder hears through another pipe than the listener.
    await recorded(20);
    await room.setCapture('held');
    await say(30);
    await after(300);
    await room.setCapture('on');
    await say(40);
    await recorded(60);
    await room.setCapture('off');
    await say(50);
    const segments = await rig.journal();
    const taken = ofType(segments, 'rtp').map(({ packet }) => hiddenSequence(packet));
    expect(taken).toEqual([...range(10, 30), ...range(60, 100)]);
    expect(ofType(segments, 'gap').map(({ dropped, why }) => [dropped, why])).toEqual([[30, 'held']]);
  });

  test('a reconnect is another epoch of the same seat', async () => {
    await room.setCapture('on');
    const first = await sender('peer-a', 'a', 1001);
    first.send(opusPacket({ ssrc: 1001, sequence: 1, timestamp: 0 }));
    await recorded(1);
    await room.closePeer('peer-a');
    const second = await sender('peer-a2', 'a', 1003);
    second.send(opusPacket({ ssrc: 1003, sequence: 2, timestamp: 0 }));
    await recorded(2);
    await room.close();
    const segments = await rig.journal();
    expect(ofType(segments, 'epoch-open').map(({ seat, stream }) => [seat, stream])).toEqual([
      ['a', 1],
      ['a', 2],
    ]);
    expect(ofType(segments, 'rtp').map(({ packet, stream }) => [hiddenSequence(packet), stream])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(ofType(segments, 'epoch-close').map(({ stream }) => stream)).toEqual([1, 2]);
  });

  test('when hearing ends the recording goes on', async () => {
    const a = await sender('peer-a', 'a', 1001);
    const hears = await listener('peer-b', 'b', a.producerId);
    await room.setCapture('on');
    a.send(opusPacket({ ssrc: 1001, sequence: 1, timestamp: 0 }));
    await until('heard', () => hears.packets.length === 1);
    await room.closeConsumers();
    await expect(room.resumeConsumer({ peerId: 'peer-b', consumerId: hears.consumerId })).rejects.toThrow(
      MediaUnknown,
    );
    a.send(opusPacket({ ssrc: 1001, sequence: 2, timestamp: 960 }));
    await recorded(2);
    await room.setCapture('off');
    expect(hears.packets).toHaveLength(1);
    expect(ofType(await rig.journal(), 'rtp').map(({ packet }) => hiddenSequence(packet))).toEqual([1, 2]);
  });
});

describe('the facilitator is never heard or recorded', () => {
  test('whatever is sent on the way that only receives, also under the name of another', async () => {
    const a = await sender('peer-a', 'a', 1001);
    const hears = await listener('peer-b', 'b', a.producerId);
    await room.setCapture('on');
    const refusals: unknown[] = [];
    const cheats = [];
    // Its own SSRC, and that of participant a: what comes on a transport belongs to it alone.
    for (const ssrc of [3003, 1001]) {
      const cheat = await createSender(
        {
          createTransport: (o) => room.createTransport({ ...o, direction: 'recv' }),
          connectTransport: room.connectTransport,
          async produce(o) {
            refusals.push(await room.produce(o).catch((error: unknown) => error));
            refusals.push(
              await room.produce({ ...o, transportId: a.transportId }).catch((error: unknown) => error),
            );
            return { producerId: 'none' };
          },
        },
        { peerId: `peer-f-${ssrc}`, seat: 'facilitator', ssrc },
      );
      closers.push(cheat.close);
      cheats.push(cheat);
    }
    expect(refusals.map((error) => (error as Error).name)).toEqual([
      'MediaRefused',
      'MediaUnknown',
      'MediaRefused',
      'MediaUnknown',
    ]);
    const stops = [a, ...cheats].map((each) => each.talk());
    await after(700);
    const [sent = 0, ...cheated] = stops.map((stop) => stop());
    expect(Math.min(...cheated)).toBeGreaterThan(20);
    await until('what a sent arrived', () => hears.packets.length >= sent);
    await room.setCapture('off');
    expect(hears.packets).toHaveLength(sent);
    const segments = await rig.journal();
    expect(ofType(segments, 'rtp')).toHaveLength(sent);
    expect(ofType(segments, 'epoch-open').map(({ seat }) => seat)).toEqual(['a']);
    expect(rig.producers).toHaveLength(1);
    expect(rig.connections.flat().filter(({ seat }) => seat !== 'a' && seat !== 'b')).toEqual([]);
  });
});

describe('how well a device is connected', () => {
  const latest = (): string =>
    (rig.connections.at(-1) ?? []).map(({ seat, connection }) => `${seat} ${connection}`).join(', ');

  test('good while sound comes, lost when none does, good when it comes again; told at changes only', async () => {
    const a = await sender('peer-a', 'a', 1001);
    await room.setCapture('on');
    let stop = a.talk();
    await until('a is good', () => latest() === 'a good');
    await listener('peer-b', 'b', a.producerId);
    await until('b is good', () => latest() === 'a good, b good');
    stop();
    await until('a is lost', () => latest() === 'a lost, b good');
    stop = a.talk();
    await until('a is good again', () => latest() === 'a good, b good');
    await room.pauseProducer({ peerId: 'peer-a', producerId: a.producerId, paused: true });
    stop();
    // Longer than the silence that counts as lost.
    await after(4500);
    expect(latest()).toBe('a good, b good');
    await room.closePeer('peer-a');
    await until('a is unknown', () => latest() === 'b good');
    expect(rig.connections).toHaveLength(5);
  });

  test('weak while a quarter of the packets is lost on the way here, and only for whose they are', async () => {
    const a = await sender('peer-a', 'a', 1001);
    const b = await sender('peer-b', 'b', 2002);
    await listener('peer-a', 'a', b.producerId);
    await room.setCapture('on');
    closers.push(b.talk());
    let losing = true;
    let sequence = 0;
    // Four packets in 20 ms, so that the 5 s of sound that are looked at pass sooner.
    const timer = setInterval(() => {
      for (let each = 0; each < 4; each += 1) {
        sequence += 1;
        if (losing && sequence % 4 === 0) continue;
        a.send(opusPacket({ ssrc: 1001, sequence, timestamp: sequence * 960 }));
      }
    }, 20);
    closers.push(() => clearInterval(timer));
    await until('a is weak', () => latest() === 'a weak, b good', 10_000);
    losing = false;
    await until('a is good again', () => latest() === 'a good, b good', 10_000);
    const told = rig.connections
      .flat()
      .filter(({ seat, connection }) => seat === 'b' && connection !== 'good');
    expect(told).toEqual([]);
  });
});

test('a device that loses what it is sent is weak, as it says itself, and good when it says so', async () => {
  const a = await sender('peer-a', 'a', 1001);
  closers.push(a.talk());
  const hears = await listener('peer-b', 'b', a.producerId);
  await until('b hears', () => hears.packets.length > 50);
  const report = (fractionLost: number): void =>
    hears.report({ fractionLost, totalLost: Math.round(fractionLost * 50), highestSequence: 50 });
  report(0.3);
  const connectionOfB = () => rig.connections.at(-1)?.find(({ seat }) => seat === 'b')?.connection;
  await until('b is weak', () => connectionOfB() === 'weak');
  report(0);
  await until('b is good', () => {
    report(0);
    return connectionOfB() === 'good';
  });
  expect(
    rig.connections.flat().filter(({ seat, connection }) => seat === 'a' && connection !== 'good'),
  ).toEqual([]);
});

describe('hostile parameters', () => {
  const opus = opusParameters(1);
  const [codec] = opus.codecs;
  const vp8 = { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
  const rtx = (apt: unknown) => ({
    mimeType: 'video/rtx',
    payloadType: 97,
    clockRate: 90_000,
    parameters: { apt: apt as number },
  });
  const bad: readonly (readonly [string, 'audio' | 'video', object])[] = [
    ['two encodings of sound', 'audio', { ...opus, encodings: [{ ssrc: 1 }, { ssrc: 2 }] }],
    [
      'sound that is not Opus',
      'audio',
      { codecs: [{ mimeType: 'audio/PCMU', payloadType: 0, clockRate: 8000 }] },
    ],
    ['sound in many channels', 'audio', { codecs: [{ ...codec, mimeType: 'audio/multiopus', channels: 4 }] }],
    ['a picture as sound', 'audio', { codecs: [vp8], encodings: [{ ssrc: 1 }] }],
    ['sound as a picture', 'video', opus],
    ['two codecs of sound', 'audio', { ...opus, codecs: [codec, { ...codec, payloadType: 112 }] }],
    ['another clock', 'audio', { ...opus, codecs: [{ ...codec, clockRate: 8000 }] }],
    ['Opus with one channel', 'audio', { ...opus, codecs: [{ ...codec, channels: 1 }] }],
    ['RTX of nothing', 'video', { codecs: [rtx(96)], encodings: [{ ssrc: 1 }] }],
    ['RTX of itself', 'video', { codecs: [vp8, rtx(97)], encodings: [{ ssrc: 1 }] }],
    ['an apt that is a string', 'video', { codecs: [vp8, rtx('x')], encodings: [{ ssrc: 1 }] }],
    [
      'four layers',
      'video',
      { codecs: [vp8], encodings: [{ rid: 'a' }, { rid: 'b' }, { rid: 'c' }, { rid: 'd' }] },
    ],
    ['simulcast without rid or SSRC', 'video', { codecs: [vp8], encodings: [{}, {}, {}] }],
    ['the same SSRC twice', 'video', { codecs: [vp8], encodings: [{ ssrc: 5 }, { ssrc: 5 }] }],
    ['an unknown payload type', 'audio', { ...opus, encodings: [{ ssrc: 1, codecPayloadType: 99 }] }],
    [
      'a bad H.264 profile',
      'video',
      {
        codecs: [
          {
            mimeType: 'video/H264',
            payloadType: 96,
            clockRate: 90_000,
            parameters: { 'profile-level-id': 'zzzzzz', 'packetization-mode': 1 },
          },
        ],
        encodings: [{ ssrc: 1 }],
      },
    ],
    [
      'no codec that matters',
      'video',
      { codecs: [{ ...vp8, mimeType: 'video/VP9' }], encodings: [{ ssrc: 1 }] },
    ],
  ];

  test('each is refused or taken, nothing crashes, and sound still goes through', async () => {
    const transport = await room.createTransport({ peerId: 'peer-x', seat: 'a', direction: 'send' });
    const outcomes = new Map<string, string>();
    for (const [what, kind, rtpParameters] of bad) {
      const outcome = await room
        .produce({
          peerId: 'peer-x',
          transportId: transport.id,
          kind,
          rtpParameters: rtpParameters as typeof opus,
        })
        .then(
          ({ producerId }) => room.closeProducer({ peerId: 'peer-x', producerId }).then(() => 'taken'),
          (error: unknown) => (error instanceof Error ? error.name : 'nothing'),
        );
      outcomes.set(what, outcome);
    }
    const taken = [...outcomes].filter(([, outcome]) => outcome !== 'MediaRefused');
    expect(taken).toEqual([]);
    expect(rig.lost).toEqual([]);

    await room.setCapture('on');
    const a = await sender('peer-a', 'a', 1001);
    a.send(opusPacket({ ssrc: 1001, sequence: 7, timestamp: 0 }));
    await recorded(1);
    await room.setCapture('off');
    expect(ofType(await rig.journal(), 'rtp').map(({ packet }) => hiddenSequence(packet))).toEqual([7]);
  });

  test('header extensions, feedback and names at their limits are survived', async () => {
    const transport = await room.createTransport({ peerId: 'peer-x', seat: 'a', direction: 'send' });
    const extension = (id: number, uri: string) => ({ id, uri });
    const odd: readonly object[] = [
      { ...opus, headerExtensions: [extension(255, 'urn:ietf:params:rtp-hdrext:sdes:mid')] },
      {
        ...opus,
        headerExtensions: [
          extension(1, 'urn:x'),
          extension(1, 'urn:ietf:params:rtp-hdrext:ssrc-audio-level'),
        ],
      },
      {
        ...opus,
        headerExtensions: Array.from({ length: 32 }, (_, n) =>
          extension(n + 1, 'urn:ietf:params:rtp-hdrext:sdes:mid'),
        ),
      },
      { ...opus, mid: 'm'.repeat(32) },
      { ...opus, encodings: [{ ssrc: 0 }] },
      { ...opus, encodings: [{ ssrc: 0xffff_ffff, dtx: true, maxBitrate: 0, scalabilityMode: 'L99T99' }] },
      { ...opus, encodings: [{ ssrc: 3, rtx: { ssrc: 3 } }] },
      { ...opus, encodings: [] },
      { ...opus, mid: '', encodings: [{ rid: '' }] },
      { ...opus, rtcp: { cname: 'c'.repeat(256) } },
      {
        ...opus,
        codecs: [{ ...codec, parameters: { __proto__: 1, constructor: 'x', useinbandfec: 'NaN' } }],
      },
      { ...opus, codecs: [{ ...codec, payloadType: 0 }] },
    ];
    const outcomes: string[] = [];
    for (const rtpParameters of odd) {
      const outcome = await room
        .produce({
          peerId: 'peer-x',
          transportId: transport.id,
          kind: 'audio',
          rtpParameters: rtpParameters as typeof opus,
        })
        .then(
          () => 'taken',
          (error: unknown) => (error instanceof Error ? error.name : 'nothing'),
        );
      outcomes.push(outcome);
    }
    expect(outcomes.filter((outcome) => outcome !== 'taken' && outcome !== 'MediaRefused')).toEqual([]);
    expect(rig.lost).toEqual([]);
    expect(rig.plane.workers).toHaveLength(1);
    await expect(room.setCapture('on')).resolves.toBeUndefined();
  });

  test('DTLS parameters that make no sense, and connecting twice, are refused', async () => {
    const transport = await room.createTransport({ peerId: 'peer-x', seat: 'a', direction: 'send' });
    const connect = (algorithm: 'sha-256' | 'sha-512', value: string) =>
      room.connectTransport({
        peerId: 'peer-x',
        transportId: transport.id,
        dtlsParameters: { role: 'client', fingerprints: [{ algorithm, value }] },
      });
    const short = Array(20).fill('AB').join(':');
    const right = Array(32).fill('AB').join(':');
    const outcomes = [
      await settled(connect('sha-512', short)),
      await settled(connect('sha-256', right)),
      await settled(connect('sha-256', right)),
    ];
    expect(outcomes.at(-1)).toBe('MediaRefused');
    expect(rig.lost).toEqual([]);
  });

  test('a device without Opus is refused a consumer', async () => {
    const a = await sender('peer-a', 'a', 1001);
    const transport = await room.createTransport({ peerId: 'peer-b', seat: 'b', direction: 'recv' });
    for (const rtpCapabilities of [
      {},
      { codecs: [] },
      { codecs: [{ kind: 'audio' as const, mimeType: 'audio/PCMU', clockRate: 8000 }] },
    ]) {
      await expect(
        room.consume({
          peerId: 'peer-b',
          transportId: transport.id,
          producerId: a.producerId,
          rtpCapabilities,
        }),
      ).rejects.toThrow(MediaRefused);
    }
  });
});

test('every address is offered over UDP and TCP on the one port, as it is announced', async () => {
  const two = await startPlane({
    addresses: [
      { listen: '127.0.0.1', announced: '127.0.0.1' },
      { listen: '127.0.0.2', announced: 'talk.example.org' },
    ],
  });
  closers.push(() => two.stop());
  const opened = await two.plane.openRoom(CONVERSATION);
  const transport = await opened.createTransport({ peerId: 'p', seat: 'facilitator', direction: 'recv' });
  const port = two.plane.workers[0]?.port;
  expect(transport.iceCandidates.map((c) => [c.address, c.protocol, c.port])).toEqual([
    ['127.0.0.1', 'udp', port],
    ['127.0.0.1', 'tcp', port],
    ['talk.example.org', 'udp', port],
    ['talk.example.org', 'tcp', port],
  ]);
});

test('closing the plane seals what is being written, at once', async () => {
  const a = await sender('peer-a', 'a', 1001);
  await room.setCapture('on');
  a.send(opusPacket({ ssrc: 1001, sequence: 1, timestamp: 0 }));
  await recorded(1);
  const begun = performance.now();
  await rig.plane.close();
  expect(performance.now() - begun).toBeLessThan(1500);
  const segments = await rig.journal();
  expect(segments.map(({ sealed }) => sealed)).toEqual([true]);
  expect(
    recordsOf(segments)
      .map(({ type }) => type)
      .filter((type) => type !== 'clock'),
  ).toEqual(['epoch-open', 'rtp', 'epoch-close', 'seal']);
});

function ssrcOf(packet: Uint8Array): number {
  return Buffer.from(packet).readUInt32BE(8);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}

async function settled(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'taken';
  } catch (error) {
    return error instanceof Error ? error.name : 'nothing';
  }
}
