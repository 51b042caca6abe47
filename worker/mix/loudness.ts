/**
 * How loud two voices are, each and mixed with any gains, by EBU R128 / ITU-R BS.1770-4: integrated, gated, metered as
 * a mono file that is heard from two loudspeakers (ffmpeg's `ebur128=dualmono=true`). One pass over the voices is
 * enough: K-weighting is linear, so the power of any mix follows from the powers of both and their product.
 */
import { SAMPLE_RATE } from './opus.ts';

export interface LoudnessMeter {
  /** Interleaved: a, b, a, b… */
  add(voices: Float32Array): void;
  /** LUFS of `a` times a + `b` times b; null when all of it lies below the gate. */
  integrated(gains: { readonly a: number; readonly b: number }): number | null;
}

const HOP_SAMPLES = SAMPLE_RATE / 10;
/** Blocks of 400 ms, a new one every 100 ms. */
const HOPS_PER_BLOCK = 4;
const ABSOLUTE_GATE_LUFS = -70;
const RELATIVE_GATE_LU = 10;
const OFFSET_LUFS = -0.691;
/** The same sound from two loudspeakers. */
const DUAL_MONO = 2;

/** BS.1770-4, tables 1 and 2, for 48 kHz: the head, then the high-pass. */
const HEAD = {
  b0: 1.535_124_859_586_97,
  b1: -2.691_696_189_406_38,
  b2: 1.198_392_810_852_85,
  a1: -1.690_659_293_182_41,
  a2: 0.732_480_774_215_85,
} as const;
const HIGH_PASS = { a1: -1.990_047_454_833_98, a2: 0.990_072_250_366_21 } as const;

/** Filters that ring out in silence get slow when their numbers get denormal. */
const NOTHING = 1e-20;

export function createLoudnessMeter(): LoudnessMeter {
  /** Powers of each whole hop, in sum: a with a, b with b, a with b. */
  const hops: { readonly aa: number[]; readonly bb: number[]; readonly ab: number[] } = {
    aa: [],
    bb: [],
    ab: [],
  };
  const voices = [createWeighting(), createWeighting()] as const;
  const weighted = [new Float64Array(HOP_SAMPLES), new Float64Array(HOP_SAMPLES)] as const;
  const waiting = new Float32Array(2 * HOP_SAMPLES);
  let filled = 0;

  const measureHop = (): void => {
    const [a, b] = weighted;
    voices[0](waiting, 0, a);
    voices[1](waiting, 1, b);
    let [aa, bb, ab] = [0, 0, 0];
    for (let n = 0; n < HOP_SAMPLES; n += 1) {
      const one = a[n] as number;
      const other = b[n] as number;
      aa += one * one;
      bb += other * other;
      ab += one * other;
    }
    hops.aa.push(aa);
    hops.bb.push(bb);
    hops.ab.push(ab);
  };

  return {
    add(block) {
      for (let at = 0; at < block.length;) {
        const count = Math.min(block.length - at, waiting.length - filled);
        waiting.set(block.subarray(at, at + count), filled);
        at += count;
        filled += count;
        if (filled < waiting.length) break;
        measureHop();
        filled = 0;
      }
    },
    integrated(gains) {
      const powers: number[] = [];
      for (let last = HOPS_PER_BLOCK - 1; last < hops.aa.length; last += 1) {
        let power = 0;
        for (let hop = last - HOPS_PER_BLOCK + 1; hop <= last; hop += 1) {
          power +=
            gains.a ** 2 * (hops.aa[hop] ?? 0) +
            2 * gains.a * gains.b * (hops.ab[hop] ?? 0) +
            gains.b ** 2 * (hops.bb[hop] ?? 0);
        }
        powers.push((DUAL_MONO * power) / (HOPS_PER_BLOCK * HOP_SAMPLES));
      }
      const heard = powers.filter((power) => lufsOf(power) > ABSOLUTE_GATE_LUFS);
      if (heard.length === 0) return null;
      const gate = lufsOf(mean(heard)) - RELATIVE_GATE_LU;
      return lufsOf(mean(heard.filter((power) => lufsOf(power) > gate)));
    },
  };
}

/** K-weights every second sample of what it is given, beginning with sample `first`. */
function createWeighting(): (from: Float32Array, first: number, to: Float64Array) => void {
  let [x1, x2, y1, y2, z1, z2] = [0, 0, 0, 0, 0, 0];
  const calm = (value: number): number => (Math.abs(value) < NOTHING ? 0 : value);
  return (from, first, to) => {
    for (let n = 0; n < to.length; n += 1) {
      const x = from[2 * n + first] as number;
      const y = HEAD.b0 * x + HEAD.b1 * x1 + HEAD.b2 * x2 - HEAD.a1 * y1 - HEAD.a2 * y2;
      const z = y - 2 * y1 + y2 - HIGH_PASS.a1 * z1 - HIGH_PASS.a2 * z2;
      x2 = x1;
      x1 = x;
      y2 = y1;
      y1 = y;
      z2 = z1;
      z1 = z;
      to[n] = z;
    }
    [y1, y2, z1, z2] = [calm(y1), calm(y2), calm(z1), calm(z2)];
  };
}

function lufsOf(power: number): number {
  return OFFSET_LUFS + 10 * Math.log10(power);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
