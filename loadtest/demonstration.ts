/** One demonstration from an empty folder to measured figures. It judges nothing; `bars.ts` does. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  conversationAnswer,
  createdAnswer,
  recordingAnswer,
  type ConversationAnswer,
} from '../server/protocol/http.ts';
import type { DemoReport } from './demo-report.ts';
import { eventsAnswer, summaryOf } from './event-log.ts';
import { figuresOf } from './figures.ts';
import { get, post } from './http.ts';
import { readMixReport } from './mix-report.ts';
import { decideWithinMs, LEAST_FAREWELL_MS, planOf } from './plan.ts';
import { download } from './recording-files.ts';
import { writeScaledPrograms } from './scale.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { createDialogue } from './speech.ts';
import { talk } from './talk.ts';

export const CONFIG_FOLDER = fileURLToPath(new URL('../config', import.meta.url));
/** Speech goes on past the end, so that the farewell has sound too. */
const speechPastEnd = 1.2;
/** A mix is made many times faster than the conversation was. */
const mixWithinMs = 120_000;

export interface Context {
  readonly programId: string;
  /** A bot facilitates. */
  readonly facilitator: boolean;
  readonly seconds: number;
  /** Empty; everything stays in it. */
  readonly folder: string;
  readonly say: (words: string) => void;
  /** Called with everything that must not outlive the demonstration, as soon as it is there. */
  readonly own: (close: () => Promise<unknown> | void) => void;
}

/** @throws when something does not happen that should; what was given to `own` is then still to be closed. */
export async function demonstrate(context: Context): Promise<DemoReport> {
  const { programId, seconds, folder, say, own } = context;
  const programsFolder = join(folder, 'config');
  const scale = await writeScaledPrograms({
    from: CONFIG_FOLDER,
    to: programsFolder,
    programId,
    seconds,
    least: { decideWithinMs: decideWithinMs(seconds), farewellMs: LEAST_FAREWELL_MS },
  });
  const planned = planOf(scale, context.facilitator);
  say(`two voices are made by espeak-ng for ${seconds} s of conversation`);
  const dialogue = await createDialogue({
    seconds: seconds * speechPastEnd + (planned.pauseMs + planned.extensionMs) / 1_000 + 5,
    seed: 1,
  });

  const apiKey = randomBytes(24).toString('base64url');
  say('a fresh server starts');
  const server = await startServer({ folder, programsFolder, apiKey });
  own(() => server.stop());
  await server.ready;
  say(`it answers at ${server.address}; what it says goes to ${server.logPath}`);

  const { conversation, links } = await post(
    new URL('/api/conversations', server.address),
    { program: programId, names: ['Ada', 'Ben'], language: 'en', about: { title: 'A demonstration' } },
    createdAnswer,
    apiKey,
  );
  const api = (what: string): URL => new URL(`/api/conversations/${conversation.id}${what}`, server.address);
  const linkOf = (seat: 'a' | 'b' | 'facilitator'): string => {
    const found = links.find((link) => link.seat === seat);
    if (found === undefined) throw new Error(`no link was made for seat ${seat}`);
    return found.url;
  };
  say(`conversation ${conversation.id} of ${programId} is made, with ${links.length} links`);

  const recordingFolder = join(folder, 'recording');
  await mkdir(recordingFolder, { recursive: true });
  const { durationMs, offers, listening } = scale;
  const talked = await whileItRuns(
    server,
    talk({
      server: server.address,
      links: {
        a: linkOf('a'),
        b: linkOf('b'),
        facilitator: context.facilitator ? linkOf('facilitator') : null,
      },
      dialogue,
      manners: {
        facilitator: context.facilitator ? { durationMs, ...planned } : null,
        askForMore: !context.facilitator && planned.extensionMs > 0,
        offers,
        listening,
      },
      folder: recordingFolder,
      say,
      onBot: (bot) => own(() => bot.leave()),
    }),
  );
  say('the mix is awaited');
  const kept = await whileItRuns(server, untilMixed(api(''), apiKey));
  const log = summaryOf(await get(api('/events'), eventsAnswer, apiKey));
  const recording = await get(api('/recording'), recordingAnswer, apiKey);
  const downloaded = await download(recording, recordingFolder, say);
  const mixReport = await readMixReport(join(folder, 'data'), conversation.id);
  say('the server is asked to end');
  const stopped = await server.stop();

  say('each voice is looked for in the mix');
  return {
    conversationId: conversation.id,
    program: programId,
    facilitated: context.facilitator,
    seconds,
    planned,
    ...figuresOf({ talked, log, kept, downloaded, mixReport, facilitation: scale.facilitation }),
    server: { exitCode: stopped.exitCode, orphans: stopped.orphans.length },
  };
}

/** A server that has gone is the better reason for whatever failed with it. */
async function whileItRuns<T>({ ended }: ServerProcess, task: Promise<T>): Promise<T> {
  try {
    return await Promise.race([task, ended]);
  } catch (error) {
    await Promise.race([ended, sleep(300)]);
    throw error;
  }
}

async function untilMixed(url: URL, apiKey: string): Promise<ConversationAnswer> {
  const until = performance.now() + mixWithinMs;
  for (;;) {
    const conversation = await get(url, conversationAnswer, apiKey);
    const { state } = conversation.recording;
    if (state === 'ready') return conversation;
    if (state === 'failed') throw new Error('the mix has failed');
    if (performance.now() > until) throw new Error(`no mix within ${mixWithinMs} ms: ${state}`);
    await sleep(100);
  }
}
