/** Whether bytes are an MP3, by their frames alone, and how long they sound. */

export interface Mp3 {
  readonly frames: number;
  readonly durationSeconds: number;
}

/** ISO 11172-3 §2.4.2.3, MPEG-1 layer III, kbit/s by index; 0 (free) and 15 are not used here. */
const kilobits = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const;
const rates = [44_100, 48_000, 32_000] as const;
const samplesPerFrame = 1_152;

/** Null when they are none: the tag, then frame upon frame to the end, of one rate. */
export function readMp3(bytes: Uint8Array): Mp3 | null {
  let at = tagLength(bytes);
  let frames = 0;
  let rate: number | null = null;
  while (at + 4 <= bytes.length) {
    const frame = frameAt(bytes, at);
    // An old tag of 128 bytes may stand at the end.
    if (frame === null) return frames > 0 && isOldTag(bytes, at) ? found(frames, rate) : null;
    if (rate !== null && rate !== frame.rate) return null;
    ({ rate } = frame);
    at += frame.length;
    frames++;
  }
  return at === bytes.length && frames > 0 ? found(frames, rate) : null;
}

const found = (frames: number, rate: number | null): Mp3 => ({
  frames,
  durationSeconds: (frames * samplesPerFrame) / (rate ?? Number.NaN),
});

/** ID3v2.4 §3.1: ten bytes, the last four of which are the length in sevens of bits. */
function tagLength(bytes: Uint8Array): number {
  if (String.fromCharCode(...bytes.subarray(0, 3)) !== 'ID3') return 0;
  return 10 + bytes.subarray(6, 10).reduce((length, seven) => length * 128 + seven, 0);
}

function isOldTag(bytes: Uint8Array, at: number): boolean {
  return bytes.length - at === 128 && String.fromCharCode(...bytes.subarray(at, at + 3)) === 'TAG';
}

function frameAt(bytes: Uint8Array, at: number): { readonly length: number; readonly rate: number } | null {
  const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
  // Eleven bits of sync, MPEG-1, layer III.
  if (first !== 0xff || (second & 0xfe) !== 0xfa) return null;
  const kilobit = kilobits[third >> 4] ?? 0;
  const rate = rates[(third >> 2) & 3];
  if (kilobit === 0 || rate === undefined) return null;
  return { rate, length: Math.floor((144_000 * kilobit) / rate) + ((third >> 1) & 1) };
}
