/**
 * Every key of the configuration, once: `parley.json` holds them by these names, and the environment
 * (the variable named at each) goes before the file. Unknown keys are refused in both.
 */
import { isIP } from 'node:net';
import { z } from 'zod';

const port = z.int().min(1).max(65_535);
/** For listening; 0 lets the system choose, for tests. */
const listenPort = z.int().min(0).max(65_535);
const path = z.string().min(1);

/** An API key is a password of the whole house; shorter ones could be guessed. */
const secret = z
  .string()
  .min(32, 'must have at least 32 characters')
  .max(512)
  .regex(/^[\x21-\x7e]+$/, 'may hold visible ASCII characters only');

/** Names a key in the tokens that it signed. */
const keyId = z.string().regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 letters, digits, "-" or "_"');

export const linkKey = z.strictObject({ id: keyId, secret });

const httpOrigin = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    text.replace(/\/$/, '').toLowerCase() === url.origin
  ) {
    return url.origin;
  }
  context.addIssue({
    code: 'custom',
    message: 'must be http:// or https:// with a host and nothing after it, like "https://talk.example.org"',
  });
  return z.NEVER;
});

/** An IP address, or a name that browsers can resolve. */
const address = z
  .string()
  .refine(
    (text) => isIP(text) > 0 || /^[A-Za-z0-9][A-Za-z0-9.-]{0,252}$/.test(text),
    'must be an IP address or a host name',
  );

export const configFile = z.strictObject({
  /** Where HTTP and the socket listen. `PORT` or `PARLEY_PORT`. Default 3000. */
  port: listenPort.optional(),
  /** On which of the machine's addresses HTTP listens. `PARLEY_HOST`. Default: all. */
  host: address.optional(),
  /** Conversations, recordings and secrets. `PARLEY_DATA`. Default `./data`. */
  dataFolder: path.optional(),
  /**
   * What links begin with. `PARLEY_PUBLIC_URL`. Default `http://localhost:<port>`, `https://…` with TLS.
   */
  publicUrl: httpOrigin.optional(),
  /**
   * The address under which browsers reach the media ports. `PARLEY_ANNOUNCED_ADDRESS`.
   * Default: 127.0.0.1 and the machine's first own IPv4 address, which serves this machine and its network.
   */
  announcedAddress: address.optional(),
  /**
   * UDP and TCP ports for sound and picture, one per worker, the first `workers` of them are used.
   * `PARLEY_MEDIA_PORTS` as `first-last`. Default 40000-40015.
   */
  mediaPorts: z.strictObject({ first: port, count: z.int().min(1).max(256) }).optional(),
  /** PEM files. `PARLEY_TLS_CERTIFICATE` and `PARLEY_TLS_KEY`, both or none. Default: none, plain HTTP. */
  tls: z.strictObject({ certificate: path, key: path }).optional(),
  /** Media worker processes. `PARLEY_WORKERS`. Default: one per core, at most one per media port. */
  workers: z.int().min(1).max(256).optional(),
  /** A folder that holds programs/, decks/ and consent/. `PARLEY_PROGRAMS`. Default: Parley's own config/. */
  programsFolder: path.optional(),
  /** What callers of the HTTP API must know. `PARLEY_API_KEY`. Default: made in the data folder. */
  apiKey: secret.optional(),
  /**
   * Keys of the links; the first signs, all verify. `PARLEY_LINK_KEYS` as `id:secret,id:secret`.
   * Default: one made in the data folder.
   */
  linkKeys: z
    .array(linkKey)
    .min(1)
    .max(16)
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, 'two keys have the same id')
    .optional(),
  /** How many reverse proxies stand before the server, each adding X-Forwarded-For. `PARLEY_TRUST_PROXY`. Default 0. */
  trustProxy: z.int().min(0).max(16).optional(),
  /** `PARLEY_LOG_LEVEL`. Default `info`. */
  logLevel: z.enum(['silent', 'error', 'warn', 'info', 'debug']).optional(),
});

export type ConfigFile = z.infer<typeof configFile>;
export type LinkKey = z.infer<typeof linkKey>;

/** Where mediasoup listens, and what it tells browsers. The same ports on each. */
export interface MediaAddress {
  readonly listen: string;
  readonly announced: string;
}

/** Every choice made. Paths are absolute. */
export interface Config {
  readonly port: number;
  /** Undefined: all addresses. */
  readonly host: string | undefined;
  readonly dataFolder: string;
  /** Null when it was not given: then `publicUrlFor` the port really listened on. */
  readonly publicUrl: string | null;
  readonly mediaAddresses: readonly MediaAddress[];
  /** As many as there are workers. */
  readonly mediaPorts: readonly number[];
  readonly tls: { readonly certificate: string; readonly key: string } | null;
  readonly workers: number;
  readonly programsFolder: string;
  /** Null: made in the data folder. */
  readonly apiKey: string | null;
  readonly linkKeys: readonly LinkKey[] | null;
  readonly trustProxy: number;
  readonly logLevel: NonNullable<ConfigFile['logLevel']>;
}

/** What links begin with, now that the port is known. */
export function publicUrlFor(config: Config, listeningPort: number): string {
  return config.publicUrl ?? `${config.tls === null ? 'http' : 'https'}://localhost:${listeningPort}`;
}
