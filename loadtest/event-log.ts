/** What the server's own log says of a conversation; only what a demonstration asks of it. */
import { z } from 'zod';

const instant = z.number();

const event = z.looseObject({ type: z.string(), at: instant });

/** `GET /api/conversations/:id/events` */
export const eventsAnswer = z.looseObject({ events: z.array(event) });
export type EventsAnswer = z.infer<typeof eventsAnswer>;

const kinds = {
  created: z.looseObject({
    at: instant,
    program: z.looseObject({ warningsMs: z.array(z.number()) }),
    deck: z.looseObject({ prompts: z.array(z.unknown()) }),
  }),
  started: z.looseObject({ at: instant, endsAt: instant }),
  resumed: z.looseObject({ at: instant, endsAt: instant }),
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
  readonly warningsMs: readonly number[];
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
  return {
    createdAt: created.at,
    startedAt: started.at,
    captureStartedAt: last('capture-started').at,
    endsAt: (all('resumed').at(-1) ?? started).endsAt,
    endedAt: last('ended').at,
    mediaClosedAt: last('media-closed').at,
    closedAt: last('closed').at,
    mixFinishedAt: last('mix-finished').at,
    prompts: all('prompt-shown').map(({ index, by, at }) => ({ index, by, atMs: at - started.at })),
    promptsInDeck: created.deck.prompts.length,
    warnedMs: all('warned').map(({ remainingMs }) => remainingMs),
    warningsMs: created.program.warningsMs,
  };
}
