/** What is wrong in a file or in the environment, in words for whoever wrote it. */
import type { z } from 'zod';

export interface Problem {
  /** Where: a key such as `tls.certificate`, or an environment variable. */
  readonly key: string;
  readonly why: string;
}

/** The configuration cannot be used; the message lists every wrong key with why. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(where: string, problems: readonly Problem[]) {
    super([`${where}:`, ...problems.map(({ key, why }) => `  ${key}: ${why}`)].join('\n'));
    this.problems = problems;
  }
}

export function problemsOf(error: z.ZodError): readonly Problem[] {
  return error.issues.flatMap((issue): readonly Problem[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ key: keyOf([...issue.path, key]), why: 'there is no such key' }));
    }
    const why =
      issue.code === 'invalid_type' &&
      issue.input === undefined &&
      issue.message.endsWith('received undefined')
        ? 'is missing'
        : plain(issue.message);
    return [{ key: keyOf(issue.path), why }];
  });
}

function keyOf(path: readonly PropertyKey[]): string {
  return path.length === 0 ? '(whole)' : path.map(String).join('.');
}

/** zod says "Invalid input: expected number, received string"; its first half tells nobody anything. */
function plain(message: string): string {
  return message.replace(/^(Invalid input|Invalid option|Invalid string|Too small|Too big): /, '');
}
