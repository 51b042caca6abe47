/** What a recording has where nothing is to be recorded. */
import { ANALYSIS_RATE, locate, type Stretch } from './correlate.ts';

/** The filter of the analysis, and the packets that were on their way, reach so far over an edge. */
const edgeMs = 25;
/** Short enough that a pause of a few seconds holds some. */
const windowSeconds = 2.5;

/** Of the loudest sample, dBFS; null: there is digital silence, or nothing at all. */
export function loudestDb(mix: Float32Array, { fromMs, toMs }: Stretch): number | null {
  const at = (ms: number): number => Math.max(0, Math.round((ms / 1_000) * ANALYSIS_RATE));
  const loudest = mix
    .subarray(at(fromMs + edgeMs), at(toMs - edgeMs))
    .reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return loudest === 0 ? null : 20 * Math.log10(loudest);
}

/** Windows of what was spoken within `stretch`, and those of them that were found in the mix all the same. */
export function foundOf(o: {
  readonly source: Float32Array;
  readonly mix: Float32Array;
  /** Where in the mix the source's first sample belongs. */
  readonly spokenAtMs: number;
  readonly stretch: Stretch;
  readonly radiusMs: number;
}): { readonly spoken: number; readonly found: number } {
  const first = Math.max(0, Math.ceil(((o.stretch.fromMs - o.spokenAtMs) / 1_000) * ANALYSIS_RATE));
  const end = Math.max(first, Math.floor(((o.stretch.toMs - o.spokenAtMs) / 1_000) * ANALYSIS_RATE));
  const { spoken, windows } = locate({
    source: o.source.subarray(first, end),
    mix: o.mix,
    spokenAtMs: o.spokenAtMs + (first / ANALYSIS_RATE) * 1_000,
    radiusMs: o.radiusMs,
    windowSeconds,
  });
  return { spoken, found: windows.length };
}
