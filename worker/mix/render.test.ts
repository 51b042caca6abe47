import { describe, expect, it, vi } from 'vitest';
import type { JournalRecord } from '../recording/journal-format.ts';
import { align } from './align.ts';
import type { Decoder } from './decoder.ts';
import { gapsOf, place, tellGaps, type Gap, type Placement } from './layout.ts';
import { packetSamples } from './opus.ts';
import { createPacketCollector, type Track } from './packets.ts';
import { monoOf, render } from './render.ts';
import { ANCHOR, createRandom, monoNsAt, simulate, STARTED_AT, type Speaker } from './simulate.ts';
import { createTrackSound } from './sound.ts';

vi.setConfig({ testTimeout: 60_000 });

const speaker: Speaker = { seat: 'a', stream: 1, from: 1, to: 5, firstTimestamp: 48_000 };

function tracksOf(...speakers: readonly Speaker[]): readonly Track[] {
  const collector = createPacketCollector();
  for (const [seq, one] of speakers.entries()) {
    collector.add({
      bootId: 'b',
      seq,
      anchor: ANCHOR,
      sealed: true,
      skippedBytes: 0,
      records: simulate(one),
    });
  }
  return collector.collect(STARTED_AT).tracks;
}

/** Full-scale for a packet of sound, half of it for a guess: what was asked of it can be seen in what it gave. */
const marking: Decoder = {
  decode: (packet) => new Float32Array(packetSamples(packet) ?? 0).fill(packet.length > 1 ? 1 : 0.5),
  close: () => undefined,
};

/** Reads a track of 4 s as its sender counted, in odd pieces; runs of equal values as [value, samples]. */
function readAll(track: Track, decoder: Decoder = marking): readonly (readonly [number, number])[] {
  const sound = createTrackSound(track, decoder);
  sound.begin({ from: 0, to: track.count, offset: 0, drift: 0, after: 'nothing' });
  const runs: [number, number][] = [];
  for (let from = 48_000; from < 48_000 + 190_000; from += 19_000) {
    for (const value of sound.read(from, from + 19_000)) {
      const last = runs.at(-1);
      // Fades are told as one.
      const kind = value === 0 || value === 1 || value === 0.5 ? value : -1;
      if (last?.[0] === kind) last[1] += 1;
      else runs.push([kind, 1]);
    }
  }
  return runs;
}

function lost(...packets: readonly number[]): Partial<Speaker> {
  return { isLost: (packet) => packets.includes(packet) };
}

describe('holes in a track', () => {
  it('of lost packets up to 200 ms are concealed throughout', () => {
    const [track] = tracksOf({ ...speaker, ...lost(50, 51, 52) });
    if (track === undefined) throw new Error('no track');
    expect(readAll(track)).toEqual([
      [1, 50 * 960],
      [0.5, 3 * 960],
      [1, 190_000 - 53 * 960],
    ]);
  });

  it('of lost packets over 200 ms are concealed so long, faded, silent, and faded in', () => {
    const [track] = tracksOf({ ...speaker, isLost: (packet) => packet >= 50 && packet < 100 });
    if (track === undefined) throw new Error('no track');
    expect(readAll(track)).toEqual([
      [1, 50 * 960],
      [0.5, 9600 - 240],
      [-1, 240],
      [0, 50 * 960 - 9600],
      [-1, 240],
      [1, 190_000 - 100 * 960 - 240],
    ]);
  });

  it('of an encoder that is silent are comfort noise, of a muted sender silence', () => {
    const dtx = tracksOf({ ...speaker, mutes: [{ from: 2, to: 2.4 }] })[0];
    const mute = tracksOf({ ...speaker, mutes: [{ from: 2, to: 4 }] })[0];
    if (dtx === undefined || mute === undefined) throw new Error('no track');
    expect(readAll(dtx)).toEqual([
      [1, 49 * 960],
      [0.5, 20 * 960],
      [1, 190_000 - 69 * 960],
    ]);
    expect(readAll(mute)).toEqual([
      [1, 49 * 960 - 240],
      [-1, 240],
      [0, 100 * 960],
      [-1, 240],
      [1, 190_000 - 149 * 960 - 240],
    ]);
  });

  it('that are no multiple of a frame are filled exactly, and packets of 60 ms stay 60 ms', () => {
    const payloads = Array.from({ length: 100 }, () => Uint8Array.of(0x18, 1, 2));
    const [track] = tracksOf({ ...speaker, payloads, frameSamples: 2880 + 100 });
    if (track === undefined) throw new Error('no track');
    expect(readAll(track).slice(0, 3)).toEqual([
      [1, 2880],
      [0.5, 100],
      [1, 2880],
    ]);
  });

  it('of packets that the decoder refuses are concealed and told', () => {
    const [track] = tracksOf(speaker);
    if (track === undefined) throw new Error('no track');
    let count = 0;
    const refusing: Decoder = {
      ...marking,
      decode(packet) {
        count += 1;
        return count === 11 ? null : marking.decode(packet);
      },
    };
    expect(readAll(track, refusing)).toEqual([
      [1, 9600],
      [0.5, 960],
      [1, 190_000 - 9600 - 960],
    ]);
  });
});

function placementsOf(tracks: readonly Track[]): readonly Placement[] {
  return place(tracks, align(tracks));
}

describe('placing', () => {
  it('lets the later of two tracks win where they meet, and tells what lies between others', () => {
    const placements = placementsOf(
      tracksOf(speaker, { ...speaker, stream: 2, from: 4, to: 7 }, { ...speaker, stream: 3, from: 8, to: 9 }),
    );
    // By 30 ms of path, less libopus' look-ahead.
    const at = (seconds: number): number => Math.round((seconds + 0.03) * 48_000 - 312);
    expect(placements.map(({ from, to }) => [from, to])).toEqual([
      [at(1), at(4)],
      [at(4), at(7)],
      [at(8), at(9)],
    ]);
    const gaps = gapsOf('a', placements, 10).filter(({ seconds }) => seconds > 0.04);
    expect(gaps.map(({ cause, seconds }) => [cause, Math.round(seconds * 100) / 100])).toEqual([
      ['absent', 1.02],
      ['reconnect', 1],
      ['absent', 0.98],
    ]);
  });
});

describe('what is told of gaps', () => {
  const gap = (fromSeconds: number, seconds: number, concealedSeconds = 0): Gap => ({
    seat: 'a',
    cause: 'loss',
    fromSeconds,
    seconds,
    concealedSeconds,
  });

  it('is not what is shorter than 40 ms, outside of the recording, or in a pause', () => {
    const pauses = [{ from: 3, to: 4, reason: 'absence' as const }];
    expect(tellGaps([gap(1, 0.039), gap(2.5, 2, 1), gap(9.5, 3), gap(11, 1)], pauses, 10)).toEqual([
      gap(2.5, 0.5, 0.5),
      { ...gap(3, 1), seat: null, cause: 'pause' },
      gap(4, 0.5),
      gap(9.5, 0.5),
    ]);
  });
});

async function rendered(o: {
  readonly placements: readonly Placement[];
  readonly pauses?: readonly { readonly from: number; readonly to: number }[];
}): Promise<Float32Array> {
  const { blocks } = render({
    placements: { a: o.placements, b: [] },
    pauses: o.pauses ?? [],
    totalSamples: 12 * 48_000 + 7,
  });
  const all: number[] = [];
  for await (const block of blocks) for (const value of block) all.push(value);
  return Float32Array.from(all);
}

describe('the recording', () => {
  it('is of its length to the sample, silent where there is no sound, each seat on its side', async () => {
    const sound = await rendered({ placements: placementsOf(tracksOf({ ...speaker, payloads: tone() })) });
    expect(sound.length).toBe(2 * (12 * 48_000 + 7));
    const loud = (channel: 0 | 1, from: number, to: number): number => {
      let most = 0;
      for (let n = from * 48_000; n < to * 48_000; n += 1)
        most = Math.max(most, Math.abs(sound[2 * n + channel] ?? 0));
      return most;
    };
    expect(loud(0, 0, 1)).toBe(0);
    expect(loud(0, 2, 4)).toBeGreaterThan(0);
    expect(loud(0, 6, 12)).toBe(0);
    expect(loud(1, 0, 12)).toBe(0);
  });

  it('in mono is half of each', async () => {
    const placements = placementsOf(tracksOf({ ...speaker, payloads: tone() }));
    const stereo = await rendered({ placements });
    const mono = monoOf(stereo);
    expect(mono.length).toBe(stereo.length / 2);
    expect(mono).toEqual(
      Float32Array.from(mono, (_, n) => ((stereo[2 * n] ?? 0) + (stereo[2 * n + 1] ?? 0)) / 2),
    );
  });

  it('fades over 5 ms into a pause and out of it', async () => {
    const placements = placementsOf(tracksOf({ ...speaker, payloads: tone() }));
    const whole = await rendered({ placements });
    const paused = await rendered({ placements, pauses: [{ from: 96_000, to: 144_000 }] });
    const changed = Array.from(paused.keys()).filter((at) => at % 2 === 0 && paused[at] !== whole[at]);
    expect(changed[0]).toBeGreaterThanOrEqual(2 * (96_000 - 240));
    expect(changed.at(-1)).toBeLessThan(2 * (144_000 + 240));
    expect(paused.subarray(2 * 96_000, 2 * 144_000).every((value) => value === 0)).toBe(true);
  });
});

/** Packets that libopus decodes to something: bytes of chance are CELT frames like any others. */
function tone(): readonly Uint8Array[] {
  return Array.from({ length: 200 }, (_, packet) =>
    Uint8Array.from({ length: 80 }, (_unused, at) => (at === 0 ? 0xf8 : (packet * 37 + at * 101) & 0xff)),
  );
}

describe('whatever a sender sends', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'the recording has its length and every sample is a number (seed %i)',
    async (seed) => {
      const random = createRandom(seed);
      const collector = createPacketCollector();
      collector.add({
        bootId: 'b',
        seq: 0,
        anchor: ANCHOR,
        sealed: true,
        skippedBytes: 0,
        records: wild(random),
      });
      const { tracks } = collector.collect(STARTED_AT);
      const placements = placementsOf(tracks);
      // libopus complains of what it cannot decode; here that is most of it.
      const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      const sound = await rendered({ placements, pauses: [{ from: 48_000, to: 50_000 }] });
      complaints.mockRestore();
      expect(sound.length).toBe(2 * (12 * 48_000 + 7));
      expect(sound.every((value) => Number.isFinite(value))).toBe(true);
      const gaps = tellGaps(gapsOf('a', placements, 12), [], 12);
      expect(gaps.every((gap) => gap.fromSeconds >= 0 && gap.fromSeconds + gap.seconds <= 12 + 1e-9)).toBe(
        true,
      );
    },
  );
});

/** Counters that leap, freeze and run backwards, in any order, with reports of any clock. */
function wild(random: () => number): readonly JournalRecord[] {
  const records: JournalRecord[] = [...simulate({ ...speaker, to: 1.1 })].slice(0, 1);
  let seq = Math.floor(random() * 65_536);
  let timestamp = Math.floor(random() * 2 ** 32);
  let at = 1;
  const leaps = [0, 1, 120, 960, 960, 960, 5760, 48_000, 230_000, 2 ** 20, 2 ** 31];
  for (let packet = 0; packet < 400; packet += 1) {
    const leap = leaps[Math.floor(random() * leaps.length)] ?? 0;
    timestamp = (timestamp + (random() < 0.1 ? 2 ** 32 - leap : leap)) % 2 ** 32;
    seq = (seq + Math.floor(random() * (random() < 0.05 ? 65_536 : 3))) % 65_536;
    at += random() < 0.02 ? 3 * random() : 0.02 * random();
    const bytes = Uint8Array.from({ length: 12 + Math.floor(random() * 60) }, () =>
      Math.floor(random() * 256),
    );
    const view = new DataView(bytes.buffer);
    view.setUint16(0, 0x80_6f);
    view.setUint16(2, seq);
    view.setUint32(4, timestamp);
    const monoNs = monoNsAt(at + (random() < 0.1 ? 0.3 * random() : 0));
    records.push({ type: 'rtp', monoNs, stream: 1, packet: bytes });
    if (random() < 0.05) {
      records.push({
        type: 'sender-report',
        monoNs,
        stream: 1,
        ssrc: 1,
        ntpSeconds: Math.floor(random() * 2 ** 32),
        ntpFraction: 0,
        rtpTimestamp: Math.floor(random() * 2 ** 32),
        packetCount: 0,
        octetCount: 0,
      });
    }
  }
  return records;
}
