/** A program cut down to so many seconds: everything in it happens, and sooner. */
import { cp, readFile, writeFile } from 'node:fs/promises';
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
  farewell: z.string().default('60 s'),
  warnings: z.array(z.string()).optional(),
});
const deckFile = z.looseObject({ prompts: z.array(z.looseObject({ at: z.string() })) });
const usualWarnings = ['10 min', '5 min', '1 min'] as const;

/** A stall of a busy machine must not count as somebody having left. */
const leastGraceMs = 2_000;
/** Bots make up their minds fast; the conversation closes when this is over. */
const decideWithinMs = 4_000;

export interface Scaled {
  readonly deckId: string;
  readonly factor: number;
  readonly program: Readonly<Record<string, unknown>>;
}

/** `file` as it was parsed from `programs/<id>.json`. */
export function scaleProgram(file: unknown, seconds: number): Scaled {
  const program = programFile.parse(file);
  const durationMs = seconds * 1_000;
  const factor = durationMs / toMs(program.duration);
  const farewellMs = toMs(program.farewell) * factor;
  const warnings = program.warnings ?? usualWarnings.filter((text) => toMs(text) < toMs(program.duration));
  return {
    deckId: program.deck,
    factor,
    program: {
      ...program,
      duration: ms(durationMs),
      farewell: ms(farewellMs),
      warnings: warnings.map((text) => ms(toMs(text) * factor)),
      grace: ms(leastGraceMs),
      decideWithin: ms(farewellMs + decideWithinMs),
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
}): Promise<void> {
  for (const folder of ['programs', 'decks', 'consent'])
    await cp(join(o.from, folder), join(o.to, folder), { recursive: true });
  const programPath = join(o.to, 'programs', `${o.programId}.json`);
  const { program, deckId, factor } = scaleProgram(await readJson(programPath), o.seconds);
  const deckPath = join(o.to, 'decks', `${deckId}.json`);
  const deck = scaleDeck(await readJson(deckPath), factor);
  await writeFile(programPath, JSON.stringify(program, null, 2));
  await writeFile(deckPath, JSON.stringify(deck, null, 2));
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await readFile(path, 'utf8')) as unknown;
}
