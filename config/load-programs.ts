/** Reads programs, decks and consent texts, and puts them together in the language of a conversation. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { ConsentText, Deck, Millis, Program } from '../server/domain/conversation.ts';
import { ConfigError, problemsOf, type Problem } from './problems.ts';
import {
  consentFile,
  deckFile,
  fileId,
  programFile,
  type ConsentFile,
  type DeckFile,
  type ProgramFile,
} from './programs-schema.ts';

export interface ResolvedProgram {
  readonly program: Program;
  readonly deck: Deck;
  readonly consent: ConsentText;
}

export interface Programs {
  ids(): readonly string[];
  /** Two-letter codes, or none where there is no such program. */
  languages(programId: string): readonly string[];
  /** Null where there is no such program, or not in that language. */
  resolve(programId: string, language: string): ResolvedProgram | null;
}

const defaultWarningsMs: readonly Millis[] = [600_000, 300_000, 60_000];

/**
 * Everything is read and checked at once, so that a mistake shows at the start and not at somebody's conversation.
 *
 * @param folder Holds programs/, decks/ and consent/.
 * @throws ConfigError which names each wrong file and key with why.
 */
export function loadPrograms(folder: string): Programs {
  const problems: Problem[] = [];
  const programs = readAll(join(folder, 'programs'), programFile, problems);
  const decks = readAll(join(folder, 'decks'), deckFile, problems);
  const consents = readAll(join(folder, 'consent'), consentFile, problems);

  for (const [id, deck] of decks) problems.push(...checkDeck(deck).map(inFile(`decks/${id}.json`)));
  for (const [id, program] of programs) {
    problems.push(
      ...checkProgram(program, decks.get(program.deck), consents.get(program.consent), problems).map(
        inFile(`programs/${id}.json`),
      ),
    );
  }
  if (programs.size === 0 && problems.length === 0) {
    problems.push({ key: 'programs/', why: 'holds no program' });
  }
  if (problems.length > 0) throw new ConfigError(`The programs in ${folder} cannot be used`, problems);

  return {
    ids: () => [...programs.keys()],
    languages: (programId) => Object.keys(programs.get(programId)?.name ?? {}),
    resolve(programId, language) {
      const program = programs.get(programId);
      if (program === undefined || !Object.hasOwn(program.name, language)) return null;
      const deck = decks.get(program.deck);
      const consent = consents.get(program.consent);
      if (deck === undefined || consent === undefined) return null;
      return {
        program: programIn(language, programId, program),
        deck: deckIn(language, program.deck, deck),
        consent: consentIn(language, consent),
      };
    },
  };
}

function readAll<T>(folder: string, schema: z.ZodType<T>, problems: Problem[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>();
  const kind = folder.split('/').at(-1) ?? folder;
  let names: readonly string[];
  try {
    names = readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .toSorted();
  } catch (error) {
    problems.push({ key: `${kind}/`, why: (error as Error).message });
    return found;
  }
  for (const name of names) {
    const id = name.slice(0, -'.json'.length);
    const file = `${kind}/${name}`;
    if (!fileId.safeParse(id).success) {
      problems.push({ key: file, why: 'the name of a file must be lower-case letters, digits and "-"' });
      continue;
    }
    try {
      const parsed = schema.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      if (parsed.success) found.set(id, parsed.data);
      else problems.push(...problemsOf(parsed.error).map(inFile(file)));
    } catch (error) {
      problems.push({ key: file, why: (error as Error).message });
    }
  }
  return found;
}

function checkDeck(deck: DeckFile): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, prompt] of deck.prompts.entries()) {
    const key = `prompts.${index}`;
    if (seen.has(prompt.id)) problems.push({ key: `${key}.id`, why: `"${prompt.id}" is there twice` });
    seen.add(prompt.id);
    if (!Object.hasOwn(deck.sections, prompt.section)) {
      problems.push({ key: `${key}.section`, why: `there is no section "${prompt.section}"` });
    }
    const before = deck.prompts[index - 1];
    if (before !== undefined && prompt.at < before.at) {
      problems.push({ key: `${key}.at`, why: 'must not be earlier than the one before' });
    }
  }
  return problems;
}

function checkProgram(
  program: ProgramFile,
  deck: DeckFile | undefined,
  consent: ConsentFile | undefined,
  known: readonly Problem[],
): readonly Problem[] {
  const problems: Problem[] = [];
  const languages = Object.keys(program.name);

  for (const [name, text] of Object.entries(program.texts)) {
    const missing = languages.filter((language) => !Object.hasOwn(text, language));
    if (missing.length > 0)
      problems.push({ key: `texts.${name}`, why: `is missing in ${missing.join(', ')}` });
  }

  const warnings = program.warnings ?? [];
  if (warnings.some((ms, index) => ms >= (warnings[index - 1] ?? program.duration))) {
    problems.push({ key: 'warnings', why: 'must be shorter than the duration, and falling' });
  }

  if (deck !== undefined) {
    const last = deck.prompts.at(-1);
    if (last !== undefined && last.at >= program.duration) {
      problems.push({ key: 'deck', why: `"${last.id}" of ${program.deck} comes after the duration is over` });
    }
    const missing = languages.filter((language) => !speaks(deck, language));
    if (missing.length > 0) {
      problems.push({ key: 'deck', why: `${program.deck} is not whole in ${missing.join(', ')}` });
    }
  } else if (!known.some(({ key }) => key.startsWith(`decks/${program.deck}.json`))) {
    problems.push({ key: 'deck', why: `there is no decks/${program.deck}.json` });
  }

  if (consent !== undefined) {
    const missing = languages.filter((language) => !Object.hasOwn(consent.text, language));
    if (missing.length > 0) {
      problems.push({ key: 'consent', why: `${program.consent} is missing in ${missing.join(', ')}` });
    }
  } else if (!known.some(({ key }) => key.startsWith(`consent/${program.consent}.json`))) {
    problems.push({ key: 'consent', why: `there is no consent/${program.consent}.json` });
  }
  return problems;
}

function speaks(deck: DeckFile, language: string): boolean {
  return (
    Object.values(deck.sections).every((section) => Object.hasOwn(section, language)) &&
    deck.prompts.every(
      ({ text, guidance }) =>
        Object.hasOwn(text, language) && (guidance === undefined || Object.hasOwn(guidance, language)),
    )
  );
}

function programIn(language: string, id: string, file: ProgramFile): Program {
  return {
    id,
    name: textIn(language, file.name),
    texts: {
      about: textIn(language, file.texts.about),
      afterwards: textIn(language, file.texts.afterwards),
      public: textIn(language, file.texts.public),
      private: textIn(language, file.texts.private),
      withdrawal: textIn(language, file.texts.withdrawal),
    },
    facilitation: file.facilitation,
    durationMs: file.duration,
    farewellMs: file.farewell,
    graceMs: file.grace,
    pauseAllowanceMs: file.pauses,
    pauses: { facilitator: file.facilitatorMayPause },
    extension: {
      stepMs: file.extension.step,
      atMostMs: file.extension.atMost,
      together: file.extension.together,
    },
    offers: file.offers,
    opensBeforeMs: file.opensBefore,
    noShowAfterMs: file.noShow,
    decideWithinMs: file.decideWithin,
    warningsMs: file.warnings ?? defaultWarningsMs.filter((ms) => ms < file.duration),
    outputs: file.outputs,
    copies: file.copies,
    retentionMs: file.retention ?? null,
  };
}

function deckIn(language: string, id: string, file: DeckFile): Deck {
  return {
    id,
    prompts: file.prompts.map((prompt) => ({
      id: prompt.id,
      section: textIn(language, file.sections[prompt.section]),
      text: textIn(language, prompt.text),
      guidance: prompt.guidance === undefined ? null : textIn(language, prompt.guidance),
      atMs: prompt.at,
    })),
  };
}

function consentIn(language: string, file: ConsentFile): ConsentText {
  const text = textIn<readonly string[]>(language, file.text).join('\n\n');
  return { version: file.version, text, hash: createHash('sha256').update(text, 'utf8').digest('hex') };
}

/** That the text is there was checked when it was read. */
function textIn<T>(language: string, texts: Readonly<Record<string, T>> | undefined): T {
  const text = texts?.[language];
  if (text === undefined) throw new Error(`a text is missing in ${language}`);
  return text;
}

function inFile(file: string): (problem: Problem) => Problem {
  return ({ key, why }) => ({ key: `${file}: ${key}`, why });
}
