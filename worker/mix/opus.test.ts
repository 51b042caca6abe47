import { describe, expect, it } from 'vitest';
import { concealmentFor, packetSamples } from './opus.ts';
import { createOpusDecoder } from './decoder.ts';

const toc = (config: number, code: number, stereo = false): number =>
  (config << 3) | (stereo ? 0b100 : 0) | code;

describe('how long an Opus packet is', () => {
  it('follows table 2 of RFC 6716 for a packet of one frame', () => {
    const milliseconds = Array.from(
      { length: 32 },
      (_, config) => (packetSamples(Uint8Array.of(toc(config, 0), 1, 2)) ?? 0) / 48,
    );
    expect(milliseconds).toEqual([
      10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 40, 60, 10, 20, 10, 20, 2.5, 5, 10, 20, 2.5, 5, 10, 20, 2.5, 5,
      10, 20, 2.5, 5, 10, 20,
    ]);
  });

  it('counts the frames of codes 1, 2 and 3, whatever the channels', () => {
    expect(packetSamples(Uint8Array.of(toc(31, 1), 1, 2))).toBe(1920);
    expect(packetSamples(Uint8Array.of(toc(31, 2, true), 1, 2))).toBe(1920);
    expect(packetSamples(Uint8Array.of(toc(28, 3), 0b0000_0111, 1))).toBe(840);
    expect(packetSamples(Uint8Array.of(toc(31, 3), 0b1100_0011, 1))).toBe(2880);
  });

  it('is nothing where no packet can be so', () => {
    expect(packetSamples(Uint8Array.of())).toBeNull();
    expect(packetSamples(Uint8Array.of(toc(31, 3)))).toBeNull();
    expect(packetSamples(Uint8Array.of(toc(31, 3), 0))).toBeNull();
    // 7 frames of 20 ms are more than 120 ms.
    expect(packetSamples(Uint8Array.of(toc(31, 3), 7))).toBeNull();
    expect(packetSamples(Uint8Array.of(toc(3, 3), 3))).toBeNull();
  });
});

describe('asking for concealment', () => {
  it('keeps mode, bandwidth and channels, in steps from 20 ms down to 2.5 ms', () => {
    const bytes = (first: number, samples: number): readonly (readonly [number, number])[] =>
      concealmentFor(first, samples).map((one) => [one.packet[0] ?? 0, one.samples] as const);
    // CELT full band, stereo.
    expect(bytes(toc(31, 1, true), 1800)).toEqual([
      [toc(31, 0, true), 960],
      [toc(30, 0, true), 480],
      [toc(29, 0, true), 240],
      [toc(28, 0, true), 120],
    ]);
    // SILK wide band, 60 ms frames: what is under 10 ms is CELT's, and no multiple of 2.5 ms is rounded up.
    expect(bytes(toc(11, 0), 960 + 480 + 1)).toEqual([
      [toc(9, 0), 960],
      [toc(8, 0), 480],
      [toc(20, 0), 120],
    ]);
    // Hybrid, super-wide band.
    expect(bytes(toc(12, 0), 480 + 240)).toEqual([
      [toc(12, 0), 480],
      [toc(25, 0), 240],
    ]);
  });

  it('gives packets of which libopus makes exactly that many samples, in every configuration', async () => {
    const decoder = await createOpusDecoder();
    for (let config = 0; config < 32; config += 1) {
      for (const one of concealmentFor(toc(config, 0), 1800)) {
        expect(decoder.decode(one.packet)?.length).toBe(one.samples);
      }
    }
    decoder.close();
  });
});
