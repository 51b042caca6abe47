/** One demonstration from an empty folder to measured figures. It judges nothing; `bars.ts` does. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  conversationAnswer,
  createdAnswer,
  recordingAnswer,
  type ConversationAnswer,
} from '../server/protocol/http.ts';
import type { DemoReport } from './bars.ts';
import { LOUD_ABOVE } from './bot-media.ts';
import { compare, locate, type Located } from './correlate.ts';
import { forAnalysis } from './decode.ts';
import { eventsAnswer, summaryOf, type Summary } from './event-log.ts';
import { get, post } from './http.ts';
import { download, type Downloaded } from './recording-files.ts';
import { writeScaledPrograms } from './scale.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { createDialogue, SAMPLE_RATE } from './speech.ts';
import { both, talk, type Pair, type Talk } from './talk.ts';

const configFolder = fileURLToPath(new URL('../config', import.meta.url));
const programId = 'one-small-step';
/** Speech goes on past the end, so that the farewell has sound too. */
const speechPastEnd = 1.2;
/** A voice that lies further off is as good as not there; looked for once more, to tell how far. */
const searchMs = [1_000, 8_000] as const;
/** A mix is made many times faster than the conversation was. */
const mixWithinMs = 120_000;

export interface Context {
  readonly seconds: number;
  /** Empty; everything stays in it. */
  readonly folder: string;
  readonly say: (words: string) => void;
  /** Called with everything that must not outlive the demonstration, as soon as it is there. */
  readonly own: (close: () => Promise<unknown> | void) => void;
}

/** @throws when something does not happen that should; what was given to `own` is then still to be closed. */
export async function demonstrate({ seconds, folder, say, own }: Context): Promise<DemoReport> {
  say(`two voices are made by espeak-ng for ${seconds} s of conversation`);
  const dialogue = await createDialogue({ seconds: seconds * speechPastEnd + 5, seed: 1 });

  const programsFolder = join(folder, 'config');
  await writeScaledPrograms({ from: configFolder, to: programsFolder, programId, seconds });
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
  const linkOf = (seat: 'a' | 'b'): string => {
    const found = links.find((link) => link.seat === seat);
    if (found === undefined) throw new Error(`no link was made for seat ${seat}`);
    return found.url;
  };
  say(`conversation ${conversation.id} is made, with ${links.length} links`);

  const talked = await whileItRuns(
    server,
    talk({
      server: server.address,
      links: { a: linkOf('a'), b: linkOf('b') },
      dialogue,
      say,
      onBot: (bot) => own(() => bot.leave()),
    }),
  );
  say('the mix is awaited');
  const { outcome } = await whileItRuns(server, untilMixed(api(''), apiKey));
  const log = summaryOf(await get(api('/events'), eventsAnswer, apiKey));
  const recording = await get(api('/recording'), recordingAnswer, apiKey);
  const downloaded = await download(recording, join(folder, 'recording'), say);
  say('the server is asked to end');
  const stopped = await server.stop();

  say('each voice is looked for in the mix');
  const located = await both(async (seat) => find(talked, log, downloaded, seat));
  return {
    conversationId: conversation.id,
    seconds,
    ...figures({ talked, log, downloaded, located }),
    outcome,
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

function find({ spoken }: Talk, log: Summary, { master }: Downloaded, seat: 'a' | 'b'): Located {
  const source = forAnalysis(spoken[seat].sound);
  const spokenAtMs = spoken[seat].at - log.startedAt;
  let located: Located | null = null;
  for (const radiusMs of searchMs) {
    located = locate({ source, mix: master.sound, spokenAtMs, radiusMs });
    if (located.windows.length > 0) return located;
  }
  return located as Located;
}

type Figures = Omit<DemoReport, 'conversationId' | 'seconds' | 'outcome' | 'server'>;

function figures(o: {
  readonly talked: Talk;
  readonly log: Summary;
  readonly downloaded: Downloaded;
  readonly located: Pair<Located>;
}): Figures {
  const { talked, log, downloaded, located } = o;
  const { bots, endSeenAt, spoken } = talked;
  const alignment = compare(located.a, located.b);
  return {
    phases: [
      phase('lobby', log.createdAt),
      phase('live', log.startedAt),
      phase('wrap-up', log.endedAt),
      phase('closed', log.closedAt),
    ],
    mediaClosedAt: new Date(log.mediaClosedAt).toISOString(),
    endLatenessMs: log.endedAt - log.endsAt,
    endSeenLatenessMs: each((seat) => rounded(endSeenAt[seat] - log.endsAt)),
    recording: {
      files: downloaded.files,
      captureStartedAfterMs: log.captureStartedAt - log.startedAt,
      masterDurationErrorMs: rounded(
        downloaded.master.durationSeconds * 1_000 - (log.mediaClosedAt - log.startedAt),
      ),
      mixTookMs: log.mixFinishedAt - log.mediaClosedAt,
    },
    alignmentMs: {
      a: rounded(alignment.a, 2),
      b: rounded(alignment.b, 2),
      betweenMs: rounded(alignment.betweenMs, 2),
      wanderMs: rounded(alignment.wanderMs, 2),
      windows: each((seat) => ({ spoken: located[seat].spoken, found: located[seat].windows.length })),
      clockUncertaintyMs: rounded(Math.max(bots.a.clock.uncertaintyMs, bots.b.clock.uncertaintyMs)),
    },
    joinToAudioMs: each((seat) => rounded(bots[seat].joinToAudioMs())),
    startToAudioMs: each((seat) => {
      const { firstPacketAt } = bots[seat].heard();
      return firstPacketAt === null
        ? null
        : rounded(firstPacketAt + bots[seat].clock.offsetMs - log.startedAt);
    }),
    heardSeconds: each((seat) => ({
      heard: bots[seat].heard().loudSeconds,
      spoken: loudSeconds(spoken[seat === 'a' ? 'b' : 'a'], log.mediaClosedAt),
    })),
    heardOutOfTime: Object.values(bots).some((bot) => {
      const { first, last } = bot.offered();
      const offeredEarly = first !== null && first < log.startedAt - bot.clock.uncertaintyMs - 1;
      return offeredEarly || last === null || last > log.mediaClosedAt + 250;
    }),
    prompts: log.prompts,
    promptsInDeck: log.promptsInDeck,
    warnedMs: log.warnedMs,
    warningsMs: log.warningsMs,
    microphoneLatenessMs: rounded(Math.max(bots.a.microphoneLatenessMs(), bots.b.microphoneLatenessMs())),
  };
}

const each = <T>(of: (seat: 'a' | 'b') => T): Pair<T> => ({ a: of('a'), b: of('b') });

const phase = (name: string, instantMs: number): Figures['phases'][number] => ({
  phase: name,
  at: new Date(instantMs).toISOString(),
  instantMs,
});

/** As a listener's bot counts what it hears: 10 ms pieces that are not silence. */
function loudSeconds(
  { sound, at }: { readonly sound: Int16Array; readonly at: number },
  until: number,
): number {
  const piece = SAMPLE_RATE / 100;
  const end = Math.min(sound.length, Math.round(((until - at) / 1_000) * SAMPLE_RATE));
  let loud = 0;
  for (let start = 0; start + piece <= end; start += piece)
    if (sound.subarray(start, start + piece).some((sample) => Math.abs(sample) > LOUD_ABOVE)) loud++;
  return loud / 100;
}

function rounded(value: number, digits?: number): number;
function rounded(value: number | null, digits?: number): number | null;
function rounded(value: number | null, digits = 1): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
