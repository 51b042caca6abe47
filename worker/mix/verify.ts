/** Looks at what the encoder made, so that an encoder's mistake is a failure and no recording. Pure. */
import { SAMPLE_RATE } from './opus.ts';

/** RFC 9639 §8.2: the STREAMINFO block, always first. Null where it is no FLAC. */
export function flacInfo(bytes: Buffer): {
  readonly sampleRate: number;
  readonly channels: number;
  readonly bits: number;
  readonly samples: number;
} | null {
  if (bytes.length < 26 || bytes.toString('latin1', 0, 4) !== 'fLaC') return null;
  // After 4 bytes of mark, 4 of block header and 10 of sizes: 20 bits rate, 3 channels − 1, 5 bits − 1, 36 samples.
  const packed = bytes.readBigUInt64BE(18);
  return {
    sampleRate: Number(packed >> 44n),
    channels: Number((packed >> 41n) & 0x7n) + 1,
    bits: Number((packed >> 36n) & 0x1fn) + 1,
    samples: Number(packed & 0xf_ffff_ffffn),
  };
}

/** Samples in an MP3 of 48 kHz, encoder's padding included, from the Xing header; null where there is none. */
export function mp3Samples(bytes: Buffer): number | null {
  const begin = id3Length(bytes);
  for (const mark of ['Info', 'Xing']) {
    const at = bytes.indexOf(mark, begin, 'latin1');
    if (at === -1 || bytes.length < at + 12) continue;
    const hasFrames = (bytes.readUInt32BE(at + 4) & 1) !== 0;
    if (hasFrames) return bytes.readUInt32BE(at + 8) * MP3_FRAME_SAMPLES;
  }
  return null;
}

/** ID3v2.4 §3.1: ten bytes, the last four of which are the length in sevens of bits. Chapters make it long. */
export function id3Length(bytes: Buffer): number {
  if (bytes.length < 10 || bytes.toString('latin1', 0, 3) !== 'ID3') return 0;
  return 10 + bytes.subarray(6, 10).reduce((length, seven) => length * 128 + seven, 0);
}

/** ISO 11172-3: a frame of layer III at 48 kHz. */
const MP3_FRAME_SAMPLES = 1152;

/** What is wrong with the two files; null: nothing. */
export function faultOf(o: {
  readonly master: Buffer;
  readonly listening: Buffer;
  readonly channels: number;
  readonly samples: number;
  /** The listening copy is shorter: its pauses are. */
  readonly listeningSamples: number;
}): string | null {
  const flac = flacInfo(o.master);
  const wanted = { sampleRate: SAMPLE_RATE, channels: o.channels, bits: 24, samples: o.samples };
  if (JSON.stringify(flac) !== JSON.stringify(wanted)) {
    return `the master is ${JSON.stringify(flac)} and should be ${JSON.stringify(wanted)}`;
  }
  const mp3 = mp3Samples(o.listening);
  // Delay of encoder and decoder, and the last frame's rest.
  const padding = mp3 === null ? -1 : mp3 - o.listeningSamples;
  return padding < 0 || padding > 4 * MP3_FRAME_SAMPLES
    ? `the listening copy has ${mp3 ?? 'no'} samples and should have ${o.listeningSamples}`
    : null;
}
