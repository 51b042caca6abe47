/** The listening copy's own timeline: long pauses are short in it, and every prompt that was shown is a chapter. Pure. */
import type { MixEvent } from './job.ts';
import { SAMPLE_RATE } from './opus.ts';

/** In samples of the master, `to` exclusive. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Seconds of the listening copy. */
export interface Chapter {
  readonly title: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** So much is left of a pause that is longer. */
const LONGEST_PAUSE_SAMPLES = SAMPLE_RATE;
const TITLE_CHARACTERS = 60;

/** The middles of long pauses: what the listening copy leaves out. */
export function cutsOf(pauses: readonly Stretch[], totalSamples: number): readonly Stretch[] {
  return pauses
    .map(({ from, to }) => ({ from: Math.max(0, from), to: Math.min(totalSamples, to) }))
    .filter(({ from, to }) => to - from > LONGEST_PAUSE_SAMPLES)
    .map(({ from, to }) => ({
      from: from + LONGEST_PAUSE_SAMPLES / 2,
      to: to - LONGEST_PAUSE_SAMPLES / 2,
    }));
}

/** Where a sample of the master lies in the listening copy. */
export function sampleAfterCuts(sample: number, cuts: readonly Stretch[]): number {
  const left = cuts.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(sample, to) - from), 0);
  return sample - left;
}

export function chaptersOf(
  events: readonly MixEvent[],
  o: { readonly startedAt: number; readonly totalSamples: number; readonly cuts: readonly Stretch[] },
): readonly Chapter[] {
  const created = events.find((event) => event.type === 'created');
  const texts = new Map(created?.deck.prompts.map(({ id, text }) => [id, text]));
  const end = sampleAfterCuts(o.totalSamples, o.cuts);
  const shown = events
    .filter((event) => event.type === 'prompt-shown')
    .map(({ at, promptId }) => {
      const sample = Math.min(
        o.totalSamples,
        Math.max(0, Math.round(((at - o.startedAt) * SAMPLE_RATE) / 1000)),
      );
      return { title: titleOf(texts.get(promptId) ?? ''), from: sampleAfterCuts(sample, o.cuts) };
    });
  return shown
    .map(({ title, from }, index) => ({
      title,
      fromSeconds: from / SAMPLE_RATE,
      toSeconds: (shown[index + 1]?.from ?? end) / SAMPLE_RATE,
    }))
    .filter(({ fromSeconds, toSeconds }) => toMs(toSeconds) > toMs(fromSeconds));
}

/** The whole text where it is short, else its first sentence, else as many words as there is room for. */
export function titleOf(text: string): string {
  const line = text.replaceAll(/\s+/gu, ' ').trim();
  if (line.length <= TITLE_CHARACTERS) return line;
  const sentence = /^.*?[.?!](?=\s)/u.exec(line)?.[0];
  if (sentence !== undefined && sentence.length <= TITLE_CHARACTERS) return sentence;
  const room = line.slice(0, TITLE_CHARACTERS);
  const words = room.slice(0, Math.max(room.lastIndexOf(' '), 0)).replace(/[\s,;:–—-]+$/u, '');
  return `${words === '' ? room.slice(0, TITLE_CHARACTERS - 1) : words}…`;
}

/** https://ffmpeg.org/ffmpeg-formats.html#Metadata-1 */
export function ffmetadata(chapters: readonly Chapter[]): string {
  return [
    ';FFMETADATA1',
    ...chapters.flatMap(({ title, fromSeconds, toSeconds }) => [
      '[CHAPTER]',
      'TIMEBASE=1/1000',
      `START=${toMs(fromSeconds)}`,
      `END=${toMs(toSeconds)}`,
      `title=${title.replaceAll(/[=;#\\\n]/gu, String.raw`\$&`)}`,
    ]),
    '',
  ].join('\n');
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1000);
}
