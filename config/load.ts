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

type Put = (draft: Record<string, unknown>, text: string) => void;

function at(key: keyof ConfigFile, read: (text: string) => unknown = (text) => text): Put {
  return (draft, text) => {
    draft[key] = read(text);
  };
}

/** A half of `tls`; the other half may come from its own variable or from the file. */
function tlsAt(half: 'certificate' | 'key'): Put {
  return (draft, text) => {
    draft['tls'] = { ...(draft['tls'] as object | undefined), [half]: resolve(text) };
  };
}

/** Later ones go before earlier ones. */
const variables: Readonly<Record<string, Put>> = {
  PORT: at('port', numberOf),
  PARLEY_PORT: at('port', numberOf),
  PARLEY_HOST: at('host'),
  PARLEY_DATA: at('dataFolder', (text) => resolve(text)),
  PARLEY_PUBLIC_URL: at('publicUrl'),
  PARLEY_ANNOUNCED_ADDRESS: at('announcedAddress'),
  PARLEY_MEDIA_PORTS: at('mediaPorts', portsOf),
  PARLEY_TLS_CERTIFICATE: tlsAt('certificate'),
  PARLEY_TLS_KEY: tlsAt('key'),
  PARLEY_WORKERS: at('workers', numberOf),
  PARLEY_PROGRAMS: at('programsFolder', (text) => resolve(text)),
  PARLEY_API_KEY: at('apiKey'),
  PARLEY_LINK_KEYS: at('linkKeys', linkKeysOf),
  PARLEY_TRUST_PROXY: at('trustProxy', numberOf),
  PARLEY_LOG_LEVEL: at('logLevel'),
};

/** Begin with PARLEY_ but are not configuration: where this file is, and what set-up leaves for its children. */
const notKeys: ReadonlySet<string> = new Set(['PARLEY_CONFIG', 'PARLEY_CACHE']);

/** Which variables feed which key, so that a complaint names what was written. */
const variablesOfKey: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    port: ['PARLEY_PORT', 'PORT'],
    host: ['PARLEY_HOST'],
    dataFolder: ['PARLEY_DATA'],
    publicUrl: ['PARLEY_PUBLIC_URL'],
    announcedAddress: ['PARLEY_ANNOUNCED_ADDRESS'],
    mediaPorts: ['PARLEY_MEDIA_PORTS'],
    'tls.certificate': ['PARLEY_TLS_CERTIFICATE'],
    'tls.key': ['PARLEY_TLS_KEY'],
    workers: ['PARLEY_WORKERS'],
    programsFolder: ['PARLEY_PROGRAMS'],
    apiKey: ['PARLEY_API_KEY'],
    linkKeys: ['PARLEY_LINK_KEYS'],
    trustProxy: ['PARLEY_TRUST_PROXY'],
    logLevel: ['PARLEY_LOG_LEVEL'],
  }),
);

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
  const fromEnv = new Set<string>();
  for (const [name, put] of Object.entries(variables)) {
    const text = env.get(name);
    if (text === undefined) continue;
    put(draft, text);
    fromEnv.add(name);
  }

  const parsed = configFile.safeParse(draft);
  if (!parsed.success) {
    problems.push(...problemsOf(parsed.error).map((problem) => inWordsOf(problem, fromEnv)));
    throw new ConfigError(`The configuration (${file} and the environment) cannot be used`, problems);
  }
  const config = resolved(parsed.data, dirname(file), o.machine ?? thisMachine());
  problems.push(...check(parsed.data, config).map((problem) => inWordsOf(problem, fromEnv)));
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

function inWordsOf({ key, why }: Problem, fromEnv: ReadonlySet<string>): Problem {
  const top = key.split('.', 1)[0] ?? key;
  const named = [...(variablesOfKey.get(key) ?? []), ...(variablesOfKey.get(top) ?? [])].find((name) =>
    fromEnv.has(name),
  );
  return { key: named ?? key, why };
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
