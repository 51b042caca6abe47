/** A program cut down to so many seconds: everything in it happens, and sooner. */
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const msPerUnit = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `2.5 min` in milliseconds; programs and decks write every length of time so. */
export function toMs(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?) ?(ms|s|min|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) throw new Error(`"${text}" is no length of time`);
  return Number(amount) * msPerUnit[unit as keyof typeof msPerUnit];
}

const ms = (value: number): string => `${Math.round(value)} ms`;

/** What of a program's file is scaled. What an operator leaves out of it counts as here. */
const programFile = z.looseObject({
  duration: z.string(),
  deck: z.string(),
  facilitation: z.enum(['never', 'optional', 'always']).default('never'),
  farewell: z.string().default('60 s'),
  pauses: z.string().default('10 min'),
  facilitatorMayPause: z.boolean().default(true),
  extension: z
    .looseObject({
      step: z.string().default('5 min'),
      atMost: z.string(),
      together: z.boolean().default(false),
    })
    .default({ step: '5 min', atMost: '0 min', together: false }),
  offers: z.enum(['clock', 'nobody']).default('clock'),
  outputs: z.looseObject({ listening: z.boolean().default(true) }).default({ listening: true }),
  warnings: z.array(z.string()).optional(),
});
const deckFile = z.looseObject({ prompts: z.array(z.looseObject({ at: z.string() })) });
const usualWarnings = ['10 min', '5 min', '1 min'] as const;

/** A stall of a busy machine must not count as somebody having left. */
const leastGraceMs = 2_000;
/** Bots make up their minds fast; the conversation closes when this is over. */
const usualDecideWithinMs = 4_000;

/** What the scaled program allows, and how long everything in it is. */
export interface Scale {
  readonly facilitation: 'never' | 'optional' | 'always';
  readonly durationMs: number;
  readonly farewellMs: number;
  /** Pauses in sum. */
  readonly pausesMs: number;
  readonly facilitatorMayPause: boolean;
  readonly extension: { readonly stepMs: number; readonly atMostMs: number; readonly together: boolean };
  /** Who offers the next card where participants guide. */
  readonly offers: 'clock' | 'nobody';
  /** Participants can listen before they decide. */
  readonly listening: boolean;
}

export interface Scaled {
  readonly deckId: string;
  readonly factor: number;
  readonly program: Readonly<Record<string, unknown>>;
  readonly scale: Scale;
}

/** What does not get shorter with the rest. */
export interface Least {
  /** The decision lasts so long after media has closed. */
  readonly decideWithinMs?: number;
  readonly farewellMs?: number;
}

/** `file` as it was parsed from `programs/<id>.json`. */
export function scaleProgram(file: unknown, seconds: number, least: Least = {}): Scaled {
  const program = programFile.parse(file);
  const durationMs = seconds * 1_000;
  const factor = durationMs / toMs(program.duration);
  const scaled = (text: string): number => Math.round(toMs(text) * factor);
  const farewellMs = Math.max(least.farewellMs ?? 0, scaled(program.farewell));
  const pausesMs = scaled(program.pauses);
  const { step, atMost, together } = program.extension;
  const [stepMs, atMostMs] = [scaled(step), scaled(atMost)];
  const warnings = program.warnings ?? usualWarnings.filter((text) => toMs(text) < toMs(program.duration));
  return {
    deckId: program.deck,
    factor,
    program: {
      ...program,
      duration: ms(durationMs),
      farewell: ms(farewellMs),
      pauses: ms(pausesMs),
      extension: { ...program.extension, step: ms(stepMs), atMost: ms(atMostMs) },
      warnings: warnings.map((text) => ms(scaled(text))),
      grace: ms(leastGraceMs),
      decideWithin: ms(farewellMs + (least.decideWithinMs ?? usualDecideWithinMs)),
    },
    scale: {
      facilitation: program.facilitation,
      durationMs,
      farewellMs,
      pausesMs,
      facilitatorMayPause: program.facilitatorMayPause,
      extension: { stepMs, atMostMs, together },
      offers: program.offers,
      listening: program.outputs.listening,
    },
  };
}

/** `file` as it was parsed from `decks/<id>.json`. */
export function scaleDeck(file: unknown, factor: number): Readonly<Record<string, unknown>> {
  const deck = deckFile.parse(file);
  return {
    ...deck,
    prompts: deck.prompts.map((prompt) => Object.assign({}, prompt, { at: ms(toMs(prompt.at) * factor) })),
  };
}

/** Copies programs, decks and consent texts into a folder of our own, one program of them scaled to `seconds`. */
export async function writeScaledPrograms(o: {
  readonly from: string;
  readonly to: string;
  readonly programId: string;
  readonly seconds: number;
  readonly least?: Least;
}): Promise<Scale> {
  for (const folder of ['programs', 'decks', 'consent'])
    await cp(join(o.from, folder), join(o.to, folder), { recursive: true });
  const programPath = join(o.to, 'programs', `${o.programId}.json`);
  const file = await readJson(programPath);
  const { program, deckId, factor, scale } = scaleProgram(file, o.seconds, o.least);
  const deckPath = join(o.to, 'decks', `${deckId}.json`);
  const deck = scaleDeck(await readJson(deckPath), factor);
  await writeFile(programPath, JSON.stringify(program, null, 2));
  await writeFile(deckPath, JSON.stringify(deck, null, 2));
  return scale;
}

/** What facilitation the program in `folder` knows, unscaled; null where there is no such program. */
export async function facilitationOf(
  folder: string,
  programId: string,
): Promise<Scale['facilitation'] | null> {
  if (!(await programIds(folder)).includes(programId)) return null;
  return programFile.parse(await readJson(join(folder, 'programs', `${programId}.json`))).facilitation;
}

/** Why it cannot be with, or without, a facilitator; null: it can. */
export function facilitationClash(
  programId: string,
  facilitation: Scale['facilitation'],
  facilitated: boolean,
): string | null {
  if (facilitation === 'always' && !facilitated)
    return `Conversations of ${programId} are always facilitated: add --facilitator.`;
  if (facilitation === 'never' && facilitated)
    return `Conversations of ${programId} are never facilitated: leave --facilitator out.`;
  return null;
}

/** The programs that are in `folder`. */
export async function programIds(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(folder, 'programs'));
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .toSorted();
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}
