/** What the server's own log says of a conversation; only what a demonstration asks of it. */
import { z } from 'zod';

const instant = z.number();

const event = z.looseObject({ type: z.string(), at: instant });

/** `GET /api/conversations/:id/events` */
export const eventsAnswer = z.looseObject({ events: z.array(event) });
export type EventsAnswer = z.infer<typeof eventsAnswer>;

const kinds = {
  departed: z.looseObject({ at: instant, seat: z.string() }),
  created: z.looseObject({
    at: instant,
    program: z.looseObject({ durationMs: z.number(), warningsMs: z.array(z.number()) }),
    deck: z.looseObject({ prompts: z.array(z.unknown()) }),
  }),
  started: z.looseObject({ at: instant, endsAt: instant }),
  paused: z.looseObject({ at: instant, since: instant, reason: z.string() }),
  resumed: z.looseObject({ at: instant, endsAt: instant }),
  'extension-asked': z.looseObject({ at: instant, seat: z.string(), wanted: z.boolean() }),
  extended: z.looseObject({ at: instant, byMs: z.number(), endsAt: instant, by: z.string() }),
  nudged: z.looseObject({ at: instant, nudgeId: z.string(), to: z.string(), text: z.string() }),
  marked: z.looseObject({ at: instant, markId: z.string(), note: z.string().nullable() }),
  'trouble-reported': z.looseObject({ at: instant, seat: z.string(), kind: z.string() }),
  decided: z.looseObject({
    at: instant,
    seat: z.string(),
    answer: z.string().optional(),
    recordingVersion: z.number().nullable().optional(),
  }),
  'capture-started': z.looseObject({ at: instant }),
  'prompt-shown': z.looseObject({ at: instant, index: z.int(), by: z.string() }),
  warned: z.looseObject({ at: instant, remainingMs: z.number() }),
  ended: z.looseObject({ at: instant, reason: z.string() }),
  'media-closed': z.looseObject({ at: instant }),
  closed: z.looseObject({ at: instant, outcome: z.string() }),
  'mix-finished': z.looseObject({ at: instant }),
} as const;

export interface Summary {
  readonly createdAt: number;
  readonly startedAt: number;
  readonly captureStartedAt: number;
  /** The last plan before the end. */
  readonly endsAt: number;
  readonly endedAt: number;
  readonly mediaClosedAt: number;
  readonly closedAt: number;
  readonly mixFinishedAt: number;
  /** `atMs`: since the start. */
  readonly prompts: readonly { readonly index: number; readonly by: string; readonly atMs: number }[];
  readonly promptsInDeck: number;
  readonly warnedMs: readonly number[];
  /** What is to be told of, in this order, after all extensions. */
  readonly warningsMs: readonly number[];
  readonly pauses: readonly LoggedPause[];
  readonly extensions: readonly LoggedExtension[];
  readonly extensionAskedBy: readonly string[];
  readonly nudges: readonly {
    readonly nudgeId: string;
    readonly to: string;
    readonly text: string;
    readonly at: number;
  }[];
  readonly marks: readonly { readonly markId: string; readonly note: string | null; readonly at: number }[];
  readonly troubles: readonly { readonly seat: string; readonly kind: string; readonly at: number }[];
  /** For the last time; null: it is there, or never was. */
  readonly facilitatorLeftAt: number | null;
  /** In order, with those that were changed later. */
  readonly answers: readonly LoggedAnswer[];
}

/** Since the start, like everything in the mix. */
export interface LoggedPause {
  readonly reason: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LoggedExtension {
  readonly at: number;
  readonly by: string;
  readonly byMs: number;
  readonly endsAtBefore: number;
  readonly endsAt: number;
  /** What was left before it. */
  readonly remainingMs: number;
}

export interface LoggedAnswer {
  readonly seat: string;
  readonly answer: string | null;
  readonly recordingVersion: number | null;
}

/** @throws when something that every finished conversation has is not in the log. */
export function summaryOf({ events }: EventsAnswer): Summary {
  const all = <K extends keyof typeof kinds>(type: K): readonly z.infer<(typeof kinds)[K]>[] =>
    events
      .filter((one) => one.type === type)
      .map((one) => kinds[type].parse(one) as z.infer<(typeof kinds)[K]>);
  const last = <K extends keyof typeof kinds>(type: K): z.infer<(typeof kinds)[K]> => {
    const found = all(type).at(-1);
    if (found === undefined) throw new Error(`the event log has no "${type}"`);
    return found;
  };
  const created = last('created');
  const started = last('started');
  const extensions = all('extended').map(({ at, by, byMs, endsAt }): LoggedExtension => {
    const pause = pausesOf(all('paused'), all('resumed'), endsAt).find(
      (one) => one.since <= at && at < one.to,
    );
    const endsAtBefore = endsAt - byMs;
    return { at, by, byMs, endsAtBefore, endsAt, remainingMs: endsAtBefore - (pause?.since ?? at) };
  });
  const ended = last('ended');
  return {
    createdAt: created.at,
    startedAt: started.at,
    captureStartedAt: last('capture-started').at,
    endsAt: lastPlan(events, started.endsAt),
    endedAt: ended.at,
    mediaClosedAt: last('media-closed').at,
    closedAt: last('closed').at,
    mixFinishedAt: last('mix-finished').at,
    prompts: all('prompt-shown').map(({ index, by, at }) => ({ index, by, atMs: at - started.at })),
    promptsInDeck: created.deck.prompts.length,
    warnedMs: all('warned').map(({ remainingMs }) => remainingMs),
    warningsMs: warningsDue(created.program, extensions),
    pauses: pausesOf(all('paused'), all('resumed'), ended.at).map(({ reason, since, to }) => ({
      reason,
      fromMs: since - started.at,
      toMs: to - started.at,
    })),
    extensions,
    extensionAskedBy: all('extension-asked').flatMap(({ seat, wanted }) => (wanted ? [seat] : [])),
    nudges: all('nudged').map(({ nudgeId, to, text, at }) => ({ nudgeId, to, text, at })),
    marks: all('marked').map(({ markId, note, at }) => ({ markId, note, at })),
    troubles: all('trouble-reported').map(({ seat, kind, at }) => ({ seat, kind, at })),
    facilitatorLeftAt: all('departed').findLast(({ seat }) => seat === 'facilitator')?.at ?? null,
    answers: all('decided').map(({ seat, answer = null, recordingVersion = null }) => ({
      seat,
      answer,
      recordingVersion,
    })),
  };
}

/** When it was to end, by the last word about it. */
function lastPlan(events: EventsAnswer['events'], planned: number): number {
  return events.reduce((endsAt, event) => {
    if (event.type !== 'resumed' && event.type !== 'extended') return endsAt;
    return kinds[event.type].parse(event).endsAt;
  }, planned);
}

/** Pauses and resumptions take turns; the last pause may end with the conversation. */
function pausesOf(
  paused: readonly z.infer<typeof kinds.paused>[],
  resumed: readonly z.infer<typeof kinds.resumed>[],
  endedAt: number,
): readonly { readonly reason: string; readonly since: number; readonly to: number }[] {
  return paused.map(({ reason, since }, i) => ({ reason, since, to: resumed[i]?.at ?? endedAt }));
}

/** Each once, at its remaining time; those that an extension made untrue again come again. */
export function warningsDue(
  program: { readonly durationMs: number; readonly warningsMs: readonly number[] },
  extensions: readonly Pick<LoggedExtension, 'remainingMs' | 'byMs'>[],
): readonly number[] {
  const due: number[] = [];
  let below = program.durationMs + 1;
  for (const { remainingMs, byMs } of extensions) {
    due.push(...program.warningsMs.filter((warning) => warning < below && warning >= remainingMs));
    below = Math.min(remainingMs + byMs, program.durationMs + 1);
  }
  return [...due, ...program.warningsMs.filter((warning) => warning < below)];
}
