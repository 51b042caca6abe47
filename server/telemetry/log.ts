/** The log: JSON lines for machines, without anything that opens a door or names a person. */
import { pino, type Logger } from 'pino';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** Keys whose values never belong into a log, up to two levels down. */
const secretKeys = [
  'apiKey',
  'authorization',
  'cookie',
  'key',
  'link',
  'linkKeys',
  'links',
  'name',
  'names',
  'secret',
  'secrets',
  'session',
  'signature',
  'token',
  'url',
];

/**
 * Cleans a finished line, wherever in it a secret stands, also in messages and stack traces of others.
 * A JSON Web Token begins with the base64url of `{"`.
 */
function withoutTokens(line: string): string {
  return line
    .replaceAll(/eyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*)?/g, '[token]')
    .replaceAll(/\b(signature=|bearer\s+)[\w.~+/=-]+/gi, '$1[redacted]');
}

/**
 * @param o.secrets Texts that must not appear in any line (the secrets of the house).
 * @param o.write Takes each line, its end included. Default: standard output.
 */
export function createLog(
  level: LogLevel,
  o: { readonly secrets?: readonly string[]; readonly write?: (line: string) => void } = {},
): Logger {
  const known = (o.secrets ?? []).filter((secret) => secret.length >= 8);
  const clean = (line: string): string =>
    known.reduce((text, secret) => text.replaceAll(secret, '[secret]'), withoutTokens(line));
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: pino.stdSerializers.err, error: pino.stdSerializers.err },
    redact: {
      paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]),
      censor: '[redacted]',
    },
    hooks: { streamWrite: clean },
  };
  return o.write === undefined ? pino(options) : pino(options, { write: o.write });
}
