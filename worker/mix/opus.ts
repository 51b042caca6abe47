/**
 * What an Opus packet says about itself, and the packets that ask a decoder to conceal. Decodes nothing.
 */

/** RFC 7587 §4.1: Opus over RTP counts at 48 kHz, whatever is encoded. */
export const SAMPLE_RATE = 48_000;

/** RFC 6716 §3.4 [R5]: a packet holds at most 120 ms. */
export const MAX_PACKET_SAMPLES = 5760;

/** RFC 6716 §2.1.4, §3.1: no frame is shorter than 2.5 ms. */
export const SHORTEST_FRAME_SAMPLES = 120;

/** libopus' look-ahead (OPUS_GET_LOOKAHEAD at 48 kHz): decoded sound lies so much behind its timestamp. */
export const LOOK_AHEAD_SAMPLES = 312;

const SILK_FRAMES = [480, 960, 1920, 2880] as const;
const HYBRID_FRAMES = [480, 960] as const;
const CELT_FRAMES = [120, 240, 480, 960] as const;

/** Samples at 48 kHz of one frame of configuration 0 to 31 (RFC 6716 §3.1, table 2). */
function frameSamples(config: number): number {
  if (config < 12) return SILK_FRAMES[config % 4] ?? 0;
  if (config < 16) return HYBRID_FRAMES[config % 2] ?? 0;
  return CELT_FRAMES[config % 4] ?? 0;
}

/** Samples at 48 kHz that a packet stands for, from its table of contents; null where no packet can be so. */
export function packetSamples(packet: Uint8Array): number | null {
  const toc = packet[0];
  if (toc === undefined) return null;
  const code = toc & 0b11;
  let frames = 1;
  if (code === 3) {
    const count = packet[1];
    if (count === undefined) return null;
    frames = count & 0x3f;
  } else if (code !== 0) {
    frames = 2;
  }
  const samples = frames * frameSamples(toc >> 3);
  return samples === 0 || samples > MAX_PACKET_SAMPLES ? null : samples;
}

export interface Concealment {
  /** One byte: a frame of length 0, which every decoder conceals (RFC 6716 §3.2.1, RFC 7845 §4.1). */
  readonly packet: Uint8Array;
  readonly samples: number;
}

/** CELT of the same bandwidth; there is no medium band in CELT (RFC 7845 §4.1). */
function celtConfig(config: number): number {
  if (config >= 16) return config - (config % 4);
  if (config >= 14) return 28;
  if (config >= 12) return 24;
  return config < 4 ? 16 : 20;
}

function config20ms(config: number): number {
  if (config >= 16) return config - (config % 4) + 3;
  if (config >= 12) return config - (config % 2) + 1;
  return config - (config % 4) + 1;
}

/**
 * Packets that conceal at least `samples` after a packet that began with `toc`: mode, bandwidth and channels stay
 * (RFC 7845 §4.1), 20 ms at a time (libopus conceals longer frames in such steps itself), then 10, 5 and 2.5. The sum
 * is `samples` rounded up to a multiple of 2.5 ms; what is over is for the caller to cut off.
 */
export function concealmentFor(toc: number, samples: number): readonly Concealment[] {
  const config = toc >> 3;
  const stereo = toc & 0b100;
  const of = (frame: number, frameConfig: number): Concealment => ({
    packet: Uint8Array.of((frameConfig << 3) | stereo),
    samples: frame,
  });
  const long = config20ms(config);
  const steps = [
    of(960, long),
    of(480, long - 1),
    of(240, celtConfig(config) + 1),
    of(SHORTEST_FRAME_SAMPLES, celtConfig(config)),
  ];
  const packets: Concealment[] = [];
  let left = Math.ceil(samples / SHORTEST_FRAME_SAMPLES) * SHORTEST_FRAME_SAMPLES;
  for (const step of steps) {
    while (left >= step.samples) {
      packets.push(step);
      left -= step.samples;
    }
  }
  return packets;
}
