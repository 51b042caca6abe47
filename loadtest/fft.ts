/** Complex numbers as two arrays of one length, a power of two. */
export interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

export interface Fft {
  readonly size: number;
  /** In place. */
  forward(x: Spectrum): void;
  /** In place, scaled by 1/size, so that it undoes `forward`. */
  inverse(x: Spectrum): void;
}

/** Fast Fourier transform, radix 2 (Cooley and Tukey 1965). */
export function createFft(size: number): Fft {
  const bits = Math.log2(size);
  if (!Number.isInteger(bits) || bits < 1) throw new Error(`${size} is not a power of two`);
  const cos = Float64Array.from({ length: size / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sin = Float64Array.from({ length: size / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / size));
  const reversed = new Uint32Array(size);
  for (let i = 1; i < size; i++) reversed[i] = ((reversed[i >> 1] ?? 0) >> 1) | ((i & 1) << (bits - 1));

  function forward({ re, im }: Spectrum): void {
    for (let i = 0; i < size; i++) {
      const j = reversed[i] ?? 0;
      if (j > i) {
        [re[i], re[j]] = [re[j] ?? 0, re[i] ?? 0];
        [im[i], im[j]] = [im[j] ?? 0, im[i] ?? 0];
      }
    }
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let start = 0; start < size; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const upper = start + k;
          const lower = upper + half;
          const c = cos[k * stride] ?? 0;
          const s = sin[k * stride] ?? 0;
          const lowerRe = re[lower] ?? 0;
          const lowerIm = im[lower] ?? 0;
          const turnedRe = lowerRe * c - lowerIm * s;
          const turnedIm = lowerRe * s + lowerIm * c;
          re[lower] = (re[upper] ?? 0) - turnedRe;
          im[lower] = (im[upper] ?? 0) - turnedIm;
          re[upper] = (re[upper] ?? 0) + turnedRe;
          im[upper] = (im[upper] ?? 0) + turnedIm;
        }
      }
    }
  }

  return {
    size,
    forward,
    inverse: ({ re, im }) => {
      // Swapping the parts turns the one transform into the other.
      forward({ re: im, im: re });
      for (let i = 0; i < size; i++) {
        re[i] = (re[i] ?? 0) / size;
        im[i] = (im[i] ?? 0) / size;
      }
    },
  };
}
