/**
 * Each decides alone, by its own link. b says private before there is anything to listen to, and thinks better of it;
 * a listens first.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attempt, plain, type Attempt } from './attempt.ts';
import type { Bot } from './bot.ts';
import { decode } from './decode.ts';
import { readMp3 } from './mp3.ts';

/** What came when a participant listened. */
export interface Listened {
  readonly by: 'a' | 'b';
  readonly recordingVersion: number | null;
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly contentType: string | null;
  /** By its frames; null: the bytes are no MP3. */
  readonly mp3Seconds: number | null;
  /** By a decoder. */
  readonly durationSeconds: number;
  /** Null where the program gives no copies away. */
  readonly copy: { readonly bytes: number; readonly sha256: string; readonly isAttachment: boolean } | null;
}

export interface MindsMadeUp {
  readonly listened: Listened | null;
  readonly attempts: readonly Attempt[];
  /** What each was told of the other's answer: while they differed, and when they agreed. */
  readonly agreedSeen: Readonly<
    Record<'whileDiffering' | 'whenAgreed', Readonly<Record<'a' | 'b', string | null>>>
  >;
}

const soonMs = 15_000;
const noSuchVersion = 999;

export async function makeUpMinds(o: {
  readonly bots: Readonly<Record<'a' | 'b', Bot>>;
  readonly server: string;
  /** The program makes something to listen to. */
  readonly listening: boolean;
  /** Where what is listened to is put. */
  readonly folder: string;
  readonly say: (words: string) => void;
}): Promise<MindsMadeUp> {
  const { a, b } = o.bots;
  const attempts: Attempt[] = [];
  const present = (bot: Bot): number | null => bot.view().recordingVersion;
  const agreed = (): Readonly<Record<'a' | 'b', string | null>> => ({
    a: a.view().decision?.agreed ?? null,
    b: b.view().decision?.agreed ?? null,
  });

  await b.request('decision:answer', { answer: 'private', recordingVersion: present(b) });
  o.say('media is closed; b says private, a wants to listen first');
  const decideMs = (a.view().decision?.decideBy ?? Number.NaN) - a.now();
  let listened: Listened | null = null;
  if (o.listening) {
    await a.until('it can listen', ({ decision }) => decision?.mayListen === true, decideMs);
    listened = await listen(a, o.server, o.folder);
    o.say(`a has listened to ${listened.durationSeconds.toFixed(1)} s of MP3, version ${present(a)}`);
  }
  const recordingVersion = present(a);
  const other = { answer: 'public', recordingVersion: noSuchVersion } as const;
  attempts.push(plain(await attempt(a, 'decision:answer', other)));
  await a.request('decision:answer', { answer: 'public', recordingVersion });
  await a.until('its answer is there', ({ decision }) => decision?.yours === 'public', soonMs);
  const whileDiffering = agreed();
  await b.request('decision:answer', { answer: 'public', recordingVersion: present(b) });
  for (const bot of [a, b])
    await bot.until('they agree', ({ decision }) => decision?.agreed === 'public', soonMs);
  o.say('b has thought better of it: both say public');
  return { listened, attempts, agreedSeen: { whileDiffering, whenAgreed: agreed() } };
}

async function listen(bot: Bot, server: string, folder: string): Promise<Listened> {
  const { listenUrl, downloadUrl } = await bot.request('recording:address', {});
  const heard = await fetched(new URL(listenUrl, server));
  const path = join(folder, 'listened.mp3');
  await writeFile(path, heard.bytes);
  const { durationSeconds } = await decode(path);
  const copy = downloadUrl === null ? null : await fetched(new URL(downloadUrl, server));
  return {
    by: bot.seat === 'b' ? 'b' : 'a',
    recordingVersion: bot.view().recordingVersion,
    path,
    bytes: heard.bytes.length,
    sha256: heard.sha256,
    contentType: heard.contentType,
    mp3Seconds: readMp3(heard.bytes)?.durationSeconds ?? null,
    durationSeconds,
    copy:
      copy === null
        ? null
        : {
            bytes: copy.bytes.length,
            sha256: copy.sha256,
            isAttachment: copy.disposition?.startsWith('attachment') ?? false,
          },
  };
}

async function fetched(url: URL): Promise<{
  readonly bytes: Uint8Array;
  readonly sha256: string;
  readonly contentType: string | null;
  readonly disposition: string | null;
}> {
  const response = await fetch(url, { signal: AbortSignal.timeout(soonMs * 4) });
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  return {
    bytes,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    contentType: response.headers.get('content-type'),
    disposition: response.headers.get('content-disposition'),
  };
}
