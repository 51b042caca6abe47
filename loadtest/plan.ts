/** What is to happen in a demonstration, and how long it takes. Pure. */
import type { DemoReport } from './demo-report.ts';
import type { Scale } from './scale.ts';

/** A pause: long enough for a few windows of speech, and no longer than half of what pauses may take. */
const pauseShare = 0.1;
const pauseMs = { least: 3_000, most: 20_000 } as const;

/** In which a facilitator still writes, tries and leaves. */
export const LEAST_FAREWELL_MS = 1_000;
/** The mix is listened to before the conversation closes, on a machine that may have much to do. */
export const decideWithinMs = (seconds: number): number => 20_000 + seconds * 50;

/** What is to happen, as far as the program lets it. Without a facilitator nobody pauses; both ask for more time. */
export function planOf(scale: Scale, facilitated: boolean): DemoReport['planned'] {
  const { durationMs, pausesMs, facilitatorMayPause, extension } = scale;
  const wantedMs = Math.min(pauseMs.most, Math.max(pauseMs.least, durationMs * pauseShare));
  const mayExtend = facilitated || extension.together;
  return {
    pauseMs: facilitated && facilitatorMayPause ? Math.min(wantedMs, pausesMs / 2) : 0,
    extensionMs: mayExtend ? Math.min(extension.stepMs, extension.atMostMs) : 0,
  };
}

/** The clock lays the first. One is laid before its time and then the one before it, as only a facilitator may. */
export function cardOrder(count: number): readonly number[] {
  const order = Array.from({ length: Math.max(0, count - 1) }, (_, i) => i + 1);
  const [one, two, three, ...rest] = order;
  return one === undefined || two === undefined || three === undefined ? order : [one, three, two, ...rest];
}
