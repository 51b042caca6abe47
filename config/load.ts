/** Reads the configuration from `parley.json` and the environment, and says what is wrong with it. */
import { accessSync, constants, readFileSync } from 'node:fs';
import { availableParallelism, networkInterfaces } from 'node:os';
import { dirname, resolve } from 'node:path';
import { ConfigError, problemsOf, type Problem } from './problems.ts';
import { configFile, type Config, type ConfigFile, type MediaAddress } from './schema.ts';

export { ConfigError } from './problems.ts';
export { publicUrlFor, type Config, type MediaAddress } from './schema.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What the defaults depend on. */
export interface Machine {
  readonly cores: number;
  /** Own IPv4 addresses that others may reach, first the likeliest. */
  readonly addresses: readonly string[];
}

/** What a variable sets, named as complaints name it, and how its text is read. */
interface Variable {
  readonly key: keyof ConfigFile | 'tls.certificate' | 'tls.key';
  readonly read?: (text: string) => unknown;
}

/** Later ones go before earlier ones. */
const variables: Readonly<Record<string, Variable>> = {
  PORT: { key: 'port', read: numberOf },
  PARLEY_PORT: { key: 'port', read: numberOf },
  PARLEY_HOST: { key: 'host' },
  PARLEY_DATA: { key: 'dataFolder', read: inWorkingFolder },
  PARLEY_PUBLIC_URL: { key: 'publicUrl' },
  PARLEY_ANNOUNCED_ADDRESS: { key: 'announcedAddress' },
  PARLEY_MEDIA_PORTS: { key: 'mediaPorts', read: portsOf },
  PARLEY_TLS_CERTIFICATE: { key: 'tls.certificate', read: inWorkingFolder },
  PARLEY_TLS_KEY: { key: 'tls.key', read: inWorkingFolder },
  PARLEY_WORKERS: { key: 'workers', read: numberOf },
  PARLEY_PROGRAMS: { key: 'programsFolder', read: inWorkingFolder },
  PARLEY_API_KEY: { key: 'apiKey' },
  PARLEY_LINK_KEYS: { key: 'linkKeys', read: linkKeysOf },
  PARLEY_TRUST_PROXY: { key: 'trustProxy', read: numberOf },
  PARLEY_LOG_LEVEL: { key: 'logLevel' },
};

/** Begin with PARLEY_ but are not configuration: where the file is, and what set-up and its test runner leave for children. */
const notKeys: ReadonlySet<string> = new Set(['PARLEY_CONFIG', 'PARLEY_CACHE', 'PARLEY_TALLY_FILE']);

/** Parley's own programs, decks and consent texts. */
const shippedPrograms = import.meta.dirname;

/**
 * @param file The configuration file; without it `PARLEY_CONFIG`, else `parley.json` in the working folder if it is there.
 *   Relative paths in it start at its own folder, those in the environment at the working folder.
 * @throws ConfigError which lists every wrong key with why.
 */
export function loadConfig(o: {
  readonly env: Environment;
  readonly file?: string;
  readonly machine?: Machine;
}): Config {
  // An empty variable, as a compose file passes on, counts as not given.
  const env = new Map(
    Object.entries(o.env).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''),
  );
  const named = o.file ?? env.get('PARLEY_CONFIG');
  const file = resolve(named ?? 'parley.json');
  const draft = readFile(file, named !== undefined);

  const problems: Problem[] = [];
  for (const name of env.keys()) {
    if (name.startsWith('PARLEY_') && !Object.hasOwn(variables, name) && !notKeys.has(name)) {
      problems.push({ key: name, why: 'there is no such variable' });
    }
  }
  /** Which variable has the last word on a key. */
  const variableOf = new Map<string, string>();
  for (const [name, { key, read }] of Object.entries(variables)) {
    const text = env.get(name);
    if (text === undefined) continue;
    put(draft, key, read?.(text) ?? text);
    variableOf.set(key, name);
  }

  const parsed = configFile.safeParse(draft);
  if (!parsed.success) {
    problems.push(...problemsOf(parsed.error).map((problem) => inWordsOf(problem, variableOf)));
    throw new ConfigError(`The configuration (${file} and the environment) cannot be used`, problems);
  }
  const config = resolved(parsed.data, dirname(file), o.machine ?? thisMachine());
  problems.push(...check(parsed.data, config).map((problem) => inWordsOf(problem, variableOf)));
  if (problems.length > 0) {
    throw new ConfigError(`The configuration (${file} and the environment) cannot be used`, problems);
  }
  return config;
}

function readFile(file: string, mustBe: boolean): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && !mustBe) return {};
    throw new ConfigError('The configuration cannot be read', [{ key: file, why: (error as Error).message }]);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigError('The configuration is not JSON', [{ key: file, why: (error as Error).message }]);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ConfigError('The configuration is not an object', [{ key: file, why: 'must be { … }' }]);
  }
  return { ...value };
}

function resolved(file: ConfigFile, folder: string, machine: Machine): Config {
  const ports = file.mediaPorts ?? { first: 40_000, count: 16 };
  const workers = file.workers ?? Math.min(Math.max(1, machine.cores), ports.count);
  return {
    port: file.port ?? 3_000,
    host: file.host,
    dataFolder: file.dataFolder === undefined ? resolve('data') : resolve(folder, file.dataFolder),
    publicUrl: file.publicUrl ?? null,
    mediaAddresses: mediaAddresses(file.announcedAddress, machine),
    mediaPorts: Array.from({ length: workers }, (_, index) => ports.first + index),
    tls:
      file.tls === undefined
        ? null
        : { certificate: resolve(folder, file.tls.certificate), key: resolve(folder, file.tls.key) },
    workers,
    programsFolder:
      file.programsFolder === undefined ? shippedPrograms : resolve(folder, file.programsFolder),
    apiKey: file.apiKey ?? null,
    linkKeys: file.linkKeys ?? null,
    trustProxy: file.trustProxy ?? 0,
    logLevel: file.logLevel ?? 'info',
  };
}

function mediaAddresses(announced: string | undefined, machine: Machine): readonly MediaAddress[] {
  if (announced !== undefined) {
    // Listening on one of its own keeps the others closed; anything else is somebody's translation to this machine.
    if (announced === '127.0.0.1' || machine.addresses.includes(announced)) {
      return [{ listen: announced, announced }];
    }
    return [{ listen: announced.includes(':') ? '::' : '0.0.0.0', announced }];
  }
  return ['127.0.0.1', ...machine.addresses.slice(0, 1)].map((own) => ({ listen: own, announced: own }));
}

/** What no schema of one key can see. */
function check(file: ConfigFile, config: Config): readonly Problem[] {
  const problems: Problem[] = [];
  const ports = file.mediaPorts ?? { first: 40_000, count: 16 };
  if (ports.first + ports.count - 1 > 65_535) {
    problems.push({ key: 'mediaPorts', why: 'goes past port 65535' });
  }
  if (config.workers > ports.count) {
    problems.push({
      key: 'workers',
      why: `${config.workers} workers need as many media ports, there are ${ports.count}`,
    });
  }
  if (config.mediaPorts.includes(config.port)) {
    problems.push({ key: 'mediaPorts', why: `holds port ${config.port}, where HTTP listens` });
  }
  if (config.tls !== null) {
    for (const half of ['certificate', 'key'] as const) {
      try {
        accessSync(config.tls[half], constants.R_OK);
      } catch {
        problems.push({ key: `tls.${half}`, why: `${config.tls[half]} cannot be read` });
      }
    }
  }
  return problems;
}

/** A complaint names what was written: the variable, where the key comes from one. */
function inWordsOf({ key, why }: Problem, variableOf: ReadonlyMap<string, string>): Problem {
  const [top = key] = key.split('.', 1);
  return { key: variableOf.get(key) ?? variableOf.get(top) ?? key, why };
}

/** One half of `tls` may come from its variable and the other from the file. */
function put(draft: Record<string, unknown>, key: string, value: unknown): void {
  const [top = key, half] = key.split('.');
  draft[top] = half === undefined ? value : { ...(draft[top] as object | undefined), [half]: value };
}

function inWorkingFolder(path: string): string {
  return resolve(path);
}

/** Texts that are no number stay text, so that the schema complains about them. */
function numberOf(text: string): unknown {
  return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
}

function portsOf(text: string): unknown {
  const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (first === undefined) return text;
  return { first: Number(first), count: Number(last ?? first) - Number(first) + 1 };
}

function linkKeysOf(text: string): unknown {
  return text.split(',').map((pair) => {
    const colon = pair.indexOf(':');
    return { id: pair.slice(0, Math.max(0, colon)), secret: pair.slice(colon + 1) };
  });
}

function thisMachine(): Machine {
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(
      ({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'),
    )
    .map(({ address }) => address);
  return { cores: availableParallelism(), addresses };
}
