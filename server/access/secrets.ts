/** The secrets of the house: made in the data folder at the first start, never a default. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { linkKey } from '../../config/schema.ts';

const secret = z.string().min(32).max(512);

const secretsFile = z.strictObject({
  form: z.literal(1),
  apiKey: secret,
  sessionKey: secret,
  addressKey: secret,
  linkKeys: z.array(linkKey).min(1),
});

/** One key of links, by its id; the first of a list signs. */
export interface LinkKey {
  readonly id: string;
  readonly secret: string;
}

export interface Secrets {
  readonly apiKey: string;
  readonly sessionKey: string;
  readonly addressKey: string;
  readonly linkKeys: readonly LinkKey[];
}

/** The file of secrets is there and cannot be used; the message says which and what to do. */
export class SecretsUnusable extends Error {
  override readonly name = 'SecretsUnusable';
}

/**
 * Reads the secrets, making them where there are none. Of two starts at once, both get what the first one made.
 * What is `given` by configuration goes before what is in the file.
 *
 * @throws SecretsUnusable when the file is damaged: new ones would silently void every link that was sent out.
 */
export function loadSecrets(o: {
  readonly dataFolder: string;
  readonly given?: { readonly apiKey: string | null; readonly linkKeys: readonly LinkKey[] | null };
}): Secrets {
  const kept = readSecrets(o.dataFolder) ?? make(o.dataFolder);
  return {
    ...kept,
    apiKey: o.given?.apiKey ?? kept.apiKey,
    linkKeys: o.given?.linkKeys ?? kept.linkKeys,
  };
}

/**
 * Null where no server has made any yet.
 *
 * @throws SecretsUnusable when the file is damaged or may not be read.
 */
export function readSecrets(dataFolder: string): Secrets | null {
  const file = fileIn(dataFolder);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    // A copy restored from a backup often comes back readable by everyone.
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new SecretsUnusable(`${file} cannot be read (${(error as Error).message}).`, { cause: error });
  }
  const parsed = secretsFile.safeParse(jsonOrNull(text));
  if (!parsed.success) {
    // Neither the text nor the parser's complaint about it: both could hold the secrets.
    throw new SecretsUnusable(
      `${file} is damaged. Put a backup in its place, or remove it to make new secrets (all links sent out stop working).`,
    );
  }
  const { apiKey, sessionKey, addressKey, linkKeys } = parsed.data;
  return { apiKey, sessionKey, addressKey, linkKeys };
}

function make(dataFolder: string): Secrets {
  const file = fileIn(dataFolder);
  const made = secretsFile.parse({
    form: 1,
    apiKey: random(),
    sessionKey: random(),
    addressKey: random(),
    linkKeys: [{ id: randomBytes(4).toString('hex'), secret: random() }],
  } satisfies z.input<typeof secretsFile>);

  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const scratch = `${file}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    const handle = openSync(scratch, 'wx', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(made, null, 2)}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    // Unlike rename, link does not replace: whoever comes second reads what the first one made.
    linkSync(scratch, file);
    syncFolder(dirname(file));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new SecretsUnusable(`${file} cannot be made (${(error as Error).message}).`, { cause: error });
    }
  } finally {
    rmSync(scratch, { force: true });
  }
  const kept = readSecrets(dataFolder);
  if (kept === null) throw new SecretsUnusable(`${file} vanished while it was being made.`);
  return kept;
}

/** Without it, a power loss could take the file's name although its bytes are on disk. */
function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function fileIn(dataFolder: string): string {
  return join(dataFolder, 'secrets.json');
}

/** 256 bits. */
function random(): string {
  return randomBytes(32).toString('base64url');
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
