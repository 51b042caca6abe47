/** The command line for conversations. Speaks to the running server over its HTTP API, as any other program would. */
import { Command, InvalidArgumentError } from 'commander';
import type { z } from 'zod';
import { ConfigError, loadConfig, publicUrlFor } from '../../config/load.ts';
import { readSecrets, SecretsUnusable } from '../access/secrets.ts';
import {
  conversationAnswer,
  createdAnswer,
  errorAnswer,
  link as linkAnswer,
  listAnswer,
  recordingAnswer,
  type ConversationAnswer,
  type Link,
} from '../protocol/http.ts';

/** Something that the person at the keyboard can do something about; its message is all that is shown. */
class CliError extends Error {
  override readonly name = 'CliError';
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

interface Options {
  readonly json?: true;
  readonly server?: string;
}

interface CreateOptions extends Options {
  readonly program: string;
  readonly names: readonly string[];
  readonly language?: string;
  readonly planned?: string;
  readonly title?: string;
  readonly keywords?: readonly string[];
  readonly place?: string;
}

/** A server that is there answers at once; making a conversation has to reach the disk. */
const answerWithinMs = 15_000;

/** Commander takes an id that begins with a dash for an option; such ids are marked before and freed after. */
const mark = 'id:';
const dashedId = /^-[A-Za-z0-9_-]{21}$/;

/** @returns The exit code. */
export async function runConversationCommand(args: readonly string[], around: Surroundings): Promise<number> {
  try {
    await commandLine(around).parseAsync(
      args.map((arg) => (dashedId.test(arg) ? `${mark}${arg}` : arg)),
      { from: 'user' },
    );
    return 0;
  } catch (error) {
    if (error instanceof CliError || error instanceof ConfigError || error instanceof SecretsUnusable) {
      around.err(`${error.message}\n`);
      return 1;
    }
    // Commander has already said what was wrong, or has shown its help.
    if (error instanceof Error && 'exitCode' in error && typeof error.exitCode === 'number') {
      return error.exitCode;
    }
    throw error;
  }
}

function commandLine({ env, out, err }: Surroundings): Command {
  const root = new Command('conversation')
    .description('Make, look at and cancel conversations of the running server.')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err });

  function command(usage: string, description: string): Command {
    return root
      .command(usage)
      .description(description)
      .option('--json', 'answer JSON, for programs')
      .option('--server <url>', 'the server, where it is not the one of this configuration');
  }

  function show(options: Options, value: unknown, text: string): void {
    out(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : `${text}\n`);
  }

  command('create', 'Make a conversation; prints its links.')
    .requiredOption('--program <id>', 'the kind of conversation, like one-small-step')
    .requiredOption('--names <names>', 'both names, like "First name,Other name"', twoNames)
    .option('--language <code>', 'en, es; default en')
    .option('--planned <time>', 'when, like 2026-12-01T10:00-05:00', plannedTime)
    .option('--title <title>', 'for the archive')
    .option('--keywords <words>', 'for the archive, like "work,faith"', commaList)
    .option('--place <place>', 'for the archive')
    .action(async (options: CreateOptions) => {
      const { program, names, language, planned: plannedAt, title, keywords, place } = options;
      const created = await createApi(env, options)('POST', '', createdAnswer, {
        program,
        names,
        language,
        plannedAt,
        about: { title, keywords, place },
      });
      const links = created.links.map((each) => linkLine(each, created.conversation));
      show(options, created, [details(created.conversation), '', ...links].join('\n'));
    });

  command('list', 'The latest conversations, newest first.')
    .option('--limit <number>', 'at most this many, up to 100', '20')
    .option('--after <id>', 'go on after this one', freed)
    .action(async (options: Options & { readonly limit: string; readonly after?: string }) => {
      const query = new URLSearchParams({
        limit: options.limit,
        ...(options.after === undefined ? {} : { after: options.after }),
      });
      const page = await createApi(env, options)('GET', `?${query.toString()}`, listAnswer);
      show(options, page, listed(page.conversations, page.next));
    });

  command('show <id>', 'One conversation.').action(async (id: string, options: Options) => {
    const conversation = await createApi(env, options)('GET', pathOf(id), conversationAnswer);
    show(options, conversation, details(conversation));
  });

  command('cancel <id>', 'Cancel a conversation that has not started.').action(
    async (id: string, options: Options) => {
      const conversation = await createApi(env, options)('POST', `${pathOf(id)}/cancel`, conversationAnswer);
      show(options, conversation, details(conversation));
    },
  );

  command('link <id> <seat>', 'A new link for seat a, b or facilitator; the old one stops working.').action(
    async (id: string, seat: string, options: Options) => {
      const path = `${pathOf(id)}/links/${encodeURIComponent(seat)}`;
      const fresh = await createApi(env, options)('POST', path, linkAnswer);
      show(options, fresh, fresh.url);
    },
  );

  command('recording <id>', 'The files of a recording, with addresses that work for ten minutes.').action(
    async (id: string, options: Options) => {
      const recording = await createApi(env, options)('GET', `${pathOf(id)}/recording`, recordingAnswer);
      const files = recording.files.map(
        ({ format, bytes, sha256, url }) => `${format}  ${megabytes(bytes)}  sha256 ${sha256}\n  ${url}`,
      );
      const title = `Version ${recording.version}, ${minutes(recording.durationSeconds)}`;
      show(options, recording, [title, ...files].join('\n'));
    },
  );
  return root;
}

type Api = <T>(method: 'GET' | 'POST', path: string, schema: z.ZodType<T>, body?: object) => Promise<T>;

/** `path` begins after `/api/conversations`. @throws CliError in words for whoever typed the command. */
function createApi(env: Surroundings['env'], options: Options): Api {
  const config = loadConfig({ env });
  const server = (options.server ?? publicUrlFor(config, config.port)).replace(/\/+$/, '');
  if (!URL.canParse(server)) throw new CliError(`${server} is not an address of a server.`);
  const key = config.apiKey ?? readSecrets(config.dataFolder)?.apiKey;
  if (key === undefined) {
    throw new CliError(
      `There is no API key in ${config.dataFolder} yet. Start the server once with npm start, or give PARLEY_DATA or PARLEY_API_KEY.`,
    );
  }

  return async (method, path, schema, body) => {
    const response = await fetch(`${server}/api/conversations${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerWithinMs),
    }).catch((error: unknown) => {
      throw new CliError(
        `No server answers at ${server} (${reasonOf(error)}). Start it with npm start; if it runs elsewhere, give --server or the same PORT.`,
      );
    });
    const value: unknown = await response.json().catch(() => undefined);
    if (!response.ok) {
      const refusal = errorAnswer.safeParse(value);
      if (!refusal.success)
        throw new CliError(`${server} answered ${response.status}: it is not a Parley server.`);
      const { code, message } = refusal.data.error;
      throw new CliError(
        code === 'unauthorized'
          ? `The server at ${server} does not know the API key of ${config.apiKey === null ? config.dataFolder : 'this configuration'}. Is it another server's?`
          : message,
      );
    }
    const answer = schema.safeParse(value);
    if (!answer.success)
      throw new CliError(`${server} answered something else: is it another version of Parley?`);
    return answer.data;
  };
}

/** fetch says only that it failed; its cause says why. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof Error) return 'code' in cause ? String(cause.code) : cause.message;
  return error.message;
}

function pathOf(id: string): string {
  return `/${encodeURIComponent(freed(id))}`;
}

function freed(id: string): string {
  return id.startsWith(mark) ? id.slice(mark.length) : id;
}

function commaList(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function twoNames(text: string): readonly string[] {
  const names = commaList(text);
  if (names.length !== 2) throw new InvalidArgumentError('Give two names with a comma between them.');
  return names;
}

/** Without an offset it is this machine's time. */
function plannedTime(text: string): string {
  const form = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/;
  const time = form.test(text) ? new Date(text.replace(' ', 'T')) : null;
  if (time === null || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('Write a time like 2026-12-01T10:00-05:00.');
  }
  return time.toISOString();
}

function details(conversation: ConversationAnswer): string {
  const { id, phase, program, language, names, plannedAt, startedAt, endedAt, outcome, about, recording } =
    conversation;
  const rows: readonly (readonly [string, string | null])[] = [
    ['Conversation', id],
    ['Names', names.join(' and ')],
    ['Program', `${program} (${language})`],
    ['Phase', outcome === null ? phase : `${phase}, ${outcome}`],
    ['Planned', plannedAt],
    ['Started', startedAt],
    ['Ended', endedAt],
    ['Title', about.title],
    ['Keywords', about.keywords.length === 0 ? null : about.keywords.join(', ')],
    ['Place', about.place],
    [
      'Recording',
      recording.durationSeconds === null
        ? recording.state
        : `${recording.state}, ${minutes(recording.durationSeconds)}`,
    ],
  ];
  return rows
    .filter(([, value]) => value !== null)
    .map(([label, value]) => `${label.padEnd(13)} ${printable(value ?? '')}`)
    .join('\n');
}

function linkLine({ seat, url }: Link, { names: [a, b] }: ConversationAnswer): string {
  const whose = { a, b, facilitator: 'Facilitator' }[seat];
  return `${printable(whose)}\n  ${url}`;
}

function listed(conversations: readonly ConversationAnswer[], next: string | null): string {
  if (conversations.length === 0) return 'There is no conversation yet.';
  const rows = conversations.map(({ id, phase, plannedAt, createdAt, names, recording }) => [
    id,
    phase,
    (plannedAt ?? createdAt).slice(0, 16).replace('T', ' '),
    recording.state,
    names.join(' and '),
  ]);
  const table = [['ID', 'PHASE', 'TIME (UTC)', 'RECORDING', 'NAMES'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const lines = table.map((row) =>
    row
      .map((cell, column) => printable(cell).padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  if (next !== null) lines.push('', `There are more: --after ${next}`);
  return lines.join('\n');
}

/** Names come from outside; a terminal would obey what is hidden in them. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
}

function minutes(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')} min`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

// Also true when set-up imports this file in the place of Node's own main module.
if (process.argv[1] === import.meta.filename) {
  process.exitCode = await runConversationCommand(process.argv.slice(2), {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
}
