import { describe, expect, it } from 'vitest';
import type { JournalRecord, Segment } from '../recording/journal-format.ts';
import { createPacketCollector, parseRtp, unwrap, type Track } from './packets.ts';
import { ANCHOR, monoNsAt, simulate, STARTED_AT } from './simulate.ts';

function segment(records: readonly JournalRecord[], o: Partial<Segment> = {}): Segment {
  return { bootId: 'boot', seq: 0, anchor: ANCHOR, sealed: true, skippedBytes: 0, records, ...o };
}

function collect(...segments: readonly Segment[]): readonly Track[] {
  const collector = createPacketCollector();
  for (const one of segments) collector.add(one);
  return collector.collect(STARTED_AT).tracks;
}

const speaker = { seat: 'a', stream: 1, from: 0, to: 2 } as const;

describe('an RTP packet', () => {
  it('is stripped of contributing sources, extension and padding', () => {
    // Version 2, padding, extension, one CSRC; one extension word; payload 7 8 9; three bytes of padding.
    const header = [0xb1, 0xef, 1, 2, 0, 0, 0, 5, 0, 0, 0, 9, 1, 1, 1, 1, 0xbe, 0xde, 0, 1, 0, 0, 0, 0];
    const parsed = parseRtp(Uint8Array.from([...header, 7, 8, 9, 0, 0, 3]));
    expect(parsed).toEqual({
      payloadType: 111,
      seq: 258,
      timestamp: 5,
      payload: Uint8Array.of(7, 8, 9),
    });
  });

  it('is none when it is too short, of another version, or nothing but padding', () => {
    const whole = [0x80, 111, 0, 1, 0, 0, 0, 5, 0, 0, 0, 9, 1];
    expect(parseRtp(Uint8Array.from(whole.slice(0, 11)))).toBeNull();
    expect(parseRtp(Uint8Array.from(whole.slice(0, 12)))).toBeNull();
    expect(parseRtp(Uint8Array.from([0x40, ...whole.slice(1)]))).toBeNull();
    expect(parseRtp(Uint8Array.from([0xa0, ...whole.slice(1, 12), 1]))).toBeNull();
    expect(parseRtp(Uint8Array.from([0xa0, ...whole.slice(1, 12), 200]))).toBeNull();
    expect(parseRtp(Uint8Array.from([0x90, ...whole.slice(1, 12), 1]))).toBeNull();
  });
});

describe('a counter', () => {
  it('goes on over its wrap, forwards and back', () => {
    expect(unwrap(3, 65_534, 16)).toBe(65_539);
    expect(unwrap(65_534, 65_539, 16)).toBe(65_534);
    expect(unwrap(10, 2 ** 32 - 5, 32)).toBe(2 ** 32 + 10);
    expect(unwrap(2 ** 31 + 10, 2 ** 31 - 10, 32)).toBe(2 ** 31 + 10);
  });
});

describe('a track', () => {
  it('is in the order of sending, over both wraps, whatever the order of arrival, and without doubles', () => {
    const [track] = collect(
      segment(
        simulate({
          ...speaker,
          firstSeq: 65_530,
          firstTimestamp: 2 ** 32 - 4800,
          late: (packet) => (packet % 7 === 3 ? 0.15 : 0),
          isDouble: (packet) => packet % 10 === 0,
        }),
      ),
    );
    expect(track?.count).toBe(100);
    expect(track?.duplicates).toBe(10);
    expect([...(track?.seq ?? [])]).toEqual(Array.from({ length: 100 }, (_, packet) => 65_530 + packet));
    expect([...(track?.timestamp ?? [])]).toEqual(
      Array.from({ length: 100 }, (_, packet) => 2 ** 32 - 4800 + 960 * packet),
    );
    // Of a double the one that came first.
    expect(track?.arrival[20]).toBeCloseTo(0.45, 6);
  });

  it('is one track over many segments, which may tell it again or repeat each other', () => {
    const records = simulate(speaker);
    const [opened, ...rest] = records;
    if (opened === undefined) throw new Error('no record');
    const tracks = collect(
      segment(records.slice(0, 40)),
      segment([opened, ...records.slice(20, 60)], { seq: 1 }),
      segment([opened, ...rest.slice(59)], { seq: 2 }),
    );
    expect(tracks).toHaveLength(1);
    expect(tracks[0]).toMatchObject({ count: 100, duplicates: 20, openedAt: expect.closeTo(0, 6) as number });
  });

  it('of the same number in another boot is another track', () => {
    const tracks = collect(
      segment(simulate(speaker)),
      segment(simulate({ ...speaker, from: 5, to: 7 }), { bootId: 'other' }),
    );
    expect(tracks.map(({ bootId, count }) => [bootId, count])).toEqual([
      ['boot', 100],
      ['other', 100],
    ]);
  });

  it('goes on after ten minutes in which nothing came, whatever its sequence number did meanwhile', () => {
    const long = { ...speaker, to: 1500, isLost: (_: number, at: number): boolean => at > 1 && at < 1499 };
    const [track] = collect(segment(simulate(long)));
    expect(track?.count).toBe(101);
    expect(
      [...(track?.timestamp ?? [])].every((at, index, all) => index === 0 || at > (all[index - 1] ?? 0)),
    ).toBe(true);
  });

  it('leaves out and counts what is no Opus of its payload type', () => {
    const records = simulate(speaker).map((record, index) => {
      if (record.type !== 'rtp' || index > 3) return record;
      const packet = record.packet.slice();
      if (index === 1) packet[1] = 13;
      if (index === 2) packet[12] = 0xfb;
      if (index === 3) packet[0] = 0;
      return { ...record, packet: index === 2 ? packet.subarray(0, 13) : packet };
    });
    expect(collect(segment(records))[0]).toMatchObject({ count: 97, invalid: 3 });
  });

  it('counts packets of which nobody said whose they are', () => {
    const collector = createPacketCollector();
    collector.add(segment(simulate(speaker).slice(1)));
    expect(collector.collect(STARTED_AT)).toMatchObject({ tracks: [], strayPackets: 100 });
  });

  it('does not jump where segments of one boot have anchors that differ by a rounding, or a lost one', () => {
    const records = simulate(speaker);
    const [track] = collect(
      segment(records.slice(0, 40)),
      segment(records.slice(40, 70), { anchor: { ...ANCHOR, instantMs: ANCHOR.instantMs + 1 } }),
      segment(records.slice(70), { anchor: { monoNs: 0, instantMs: 0 } }),
    );
    expect(track?.arrival[0]).toBeCloseTo(0.05, 6);
    expect(track?.arrival[50]).toBeCloseTo(1.05, 6);
    expect(track?.arrival[90]).toBeCloseTo(1.85, 6);
    expect(monoNsAt(0)).toBe(ANCHOR.monoNs + 7e9);
  });

  it('keeps payloads apart from the journal’s bytes', () => {
    const records = simulate({ ...speaker, payloads: [Uint8Array.of(0xf8, 1), Uint8Array.of(0xf8, 2, 3)] });
    const tracks = collect(segment(records));
    for (const record of records) if (record.type === 'rtp') record.packet.fill(0);
    expect([tracks[0]?.payload(0), tracks[0]?.payload(1)]).toEqual([
      Uint8Array.of(0xf8, 1),
      Uint8Array.of(0xf8, 2, 3),
    ]);
  });
});
