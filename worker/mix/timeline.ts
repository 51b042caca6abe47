/**
 * The conversation's one timeline: t = 0 at the instant of `started`, in seconds of the server's clock. Pure.
 */
import type { MixEvent } from './job.ts';
import { SAMPLE_RATE } from './opus.ts';

export interface Pause {
  /** Seconds from the start. */
  readonly from: number;
  readonly to: number;
  readonly reason: 'absence' | 'server-away' | 'facilitator';
}

export interface Timeline {
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Null when the log does not know of an end. */
  readonly endedAt: number | null;
  /** In order, apart from each other. An endless one is cut at the end of the recording. */
  readonly pauses: readonly Pause[];
}

/** Null where the conversation has not started. */
export function timelineOf(events: readonly MixEvent[]): Timeline | null {
  const started = events.find((event) => event.type === 'started');
  if (started === undefined) return null;
  const seconds = (instant: number): number => (instant - started.at) / 1000;

  const closed = events.find((event) => event.type === 'media-closed');
  const pauses: Pause[] = [];
  let open: { readonly from: number; readonly reason: Pause['reason'] } | null = null;
  const close = (to: number): void => {
    if (open !== null && to > open.from) pauses.push({ ...open, to });
    open = null;
  };
  for (const event of events) {
    switch (event.type) {
      case 'paused':
        open ??= { from: Math.max(seconds(event.since), pauses.at(-1)?.to ?? 0), reason: event.reason };
        break;
      // The farewell has sound, whatever the clock stood at.
      case 'resumed':
      case 'ended':
      case 'media-closed':
        close(seconds(event.at));
        break;
      case 'created':
      case 'arrived':
      case 'departed':
      case 'taken-over':
      case 'consented':
      case 'consent-withdrawn':
      case 'sound-checked':
      case 'readiness-changed':
      case 'started':
      case 'prompt-shown':
      case 'warned':
      case 'extension-asked':
      case 'extended':
      case 'nudged':
      case 'marked':
      case 'trouble-reported':
      case 'decided':
      case 'withdrawn':
      case 'closed':
      case 'cancelled':
      case 'abandoned':
      case 'link-reissued':
      case 'capture-started':
      case 'mix-started':
      case 'mix-finished':
      case 'mix-failed':
      case 'recording-deleted':
        break;
    }
  }
  close(Number.POSITIVE_INFINITY);
  return { startedAt: started.at, endedAt: closed?.at ?? null, pauses };
}

/** The sample at which a second of the timeline begins. */
export function sampleAt(seconds: number): number {
  return Math.round(seconds * SAMPLE_RATE);
}
