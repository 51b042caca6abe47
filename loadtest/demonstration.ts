/** One demonstration from an empty folder to measured figures. It judges nothing; `bars.ts` does. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import {
  conversationAnswer,
  createdAnswer,
  recordingAnswer,
  type ConversationAnswer,
} from '../server/protocol/http.ts';
import type { DemoReport, ReportedDecision } from './bars.ts';
import type { Bot } from './bot.ts';
import { LOUD_ABOVE } from './bot-media.ts';
import { compare, locate, type Located } from './correlate.ts';
import { forAnalysis } from './decode.ts';
import { eventsAnswer, summaryOf, type Summary } from './event-log.ts';
import { get, post } from './http.ts';
import { download, type Downloaded } from './recording-files.ts';
import { readMixReport, type MixReport } from './mix-report.ts';
import { writeScaledPrograms, type Scale } from './scale.ts';
import { startServer, type ServerProcess } from './server-process.ts';
import { foundOf, loudestDb } from './silence.ts';
import { createDialogue, SAMPLE_RATE } from './speech.ts';
import { both, talk, type Pair, type Talk } from './talk.ts';

export const CONFIG_FOLDER = fileURLToPath(new URL('../config', import.meta.url));
/** Speech goes on past the end, so that the farewell has sound too. */
const speechPastEnd = 1.2;
/** A voice that lies further off is as good as not there; looked for once more, to tell how far. */
const searchMs = [1_000, 8_000] as const;
/** A mix is made many times faster than the conversation was; it is listened to before the conversation closes. */
const mixWithinMs = 120_000;
const decideWithinMs = (seconds: number): number => 12_000 + seconds * 50;
/** A pause: long enough for a few windows of speech, and no longer than half of what pauses may take. */
const pauseShare = 0.1;
const pauseMs = { least: 3_000, most: 20_000 } as const;
/** A gap in the recording's own report is told to the microsecond, a pause in the log to the millisecond. */
const gapToleranceSeconds = 0.002;

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
    decideWithinMs: decideWithinMs(seconds),
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
  const sources = await both(async (seat) => forAnalysis(talked.spoken[seat].sound));
  const located = await both(async (seat) => find(talked, sources[seat], log, downloaded, seat));
  return {
    conversationId: conversation.id,
    program: programId,
    facilitated: context.facilitator,
    seconds,
    ...figures({ talked, log, downloaded, located }),
    ...guidance({ talked, log, kept, mixReport, scale }),
    planned,
    pauses: pausesIn({ talked, log, downloaded, sources, mixReport }),
    server: { exitCode: stopped.exitCode, orphans: stopped.orphans.length },
  };
}

/** What is to happen, as far as the program lets it. Without a facilitator nobody pauses; both ask for more time. */
export function planOf(scale: Scale, facilitated: boolean): DemoReport['planned'] {
  const { durationMs, pausesMs, facilitatorMayPause, extension } = scale;
  const wantedMs = Math.min(pauseMs.most, Math.max(pauseMs.least, durationMs * pauseShare));
  const mayExtend = facilitated || extension.together;
  return {
    pauseMs: facilitated && facilitatorMayPause ? Math.min(wantedMs, pausesMs / 2) : 0,
    extensionMs: mayExtend ? Math.min(extension.stepMs, extension.atMostMs) : 0,
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

function find(
  { spoken }: Talk,
  source: Float32Array,
  log: Summary,
  { master }: Downloaded,
  seat: 'a' | 'b',
): Located {
  const spokenAtMs = spoken[seat].at - log.startedAt;
  let located: Located | null = null;
  for (const radiusMs of searchMs) {
    located = locate({ source, mix: master.sound, spokenAtMs, radiusMs, silences: log.pauses });
    if (located.windows.length > 0) return located;
  }
  return located as Located;
}

/** What was said in a pause is looked for just as what was said outside of it is. */
function pausesIn(o: {
  readonly talked: Talk;
  readonly log: Summary;
  readonly downloaded: Downloaded;
  readonly sources: Pair<Float32Array>;
  readonly mixReport: MixReport;
}): DemoReport['pauses'] {
  const mix = o.downloaded.master.sound;
  return o.log.pauses.map(({ reason, fromMs, toMs }) => {
    const stretch = { fromMs, toMs };
    const windows = each((seat) =>
      foundOf({
        source: o.sources[seat],
        mix,
        spokenAtMs: o.talked.spoken[seat].at - o.log.startedAt,
        stretch,
        radiusMs: searchMs[1],
      }),
    );
    const toldAsGap = o.mixReport.gaps.some(
      ({ cause, seat, fromSeconds, seconds }) =>
        cause === 'pause' &&
        seat === null &&
        Math.abs(fromSeconds - fromMs / 1_000) <= gapToleranceSeconds &&
        Math.abs(seconds - (toMs - fromMs) / 1_000) <= gapToleranceSeconds,
    );
    return {
      reason,
      fromMs,
      ms: toMs - fromMs,
      mix: { loudestDb: rounded(loudestDb(mix, stretch)), toldAsGap, windows },
    };
  });
}

type Guidance = Pick<
  DemoReport,
  | 'facilitatorProducers'
  | 'facilitator'
  | 'attempts'
  | 'sent'
  | 'nudges'
  | 'marks'
  | 'extension'
  | 'soundChecks'
  | 'quality'
  | 'decision'
  | 'troubles'
>;

function guidance(o: {
  readonly talked: Talk;
  readonly log: Summary;
  readonly kept: ConversationAnswer;
  readonly mixReport: MixReport;
  readonly scale: Scale;
}): Guidance {
  const { talked, log, kept, mixReport } = o;
  const { bots, facilitator, facilitated, minds } = talked;
  const answersOf = (seat: 'a' | 'b'): ReportedDecision['answers']['a'] =>
    log.answers
      .filter((given) => given.seat === seat)
      .map(({ answer, recordingVersion }) => ({ answer, recordingVersion }));
  const [extension] = log.extensions;
  return {
    facilitatorProducers: facilitatorProducers(talked, mixReport),
    facilitator:
      facilitator === null || facilitated === null
        ? null
        : {
            facilitation: o.scale.facilitation,
            seen: talked.facilitatorSeen,
            heardSeconds: {
              heard: facilitator.heard().loudSeconds,
              spoken: rounded(
                loudSeconds(talked.spoken.a, log.mediaClosedAt) +
                  loudSeconds(talked.spoken.b, log.mediaClosedAt),
                2,
              ),
            },
            desk:
              facilitated.desk === null
                ? null
                : {
                    shown: facilitated.desk.shown.length,
                    nudges: facilitated.desk.nudges.length,
                    marks: facilitated.desk.marks.length,
                    troubles: facilitated.desk.troubles.length,
                    soundChecks: Object.values(facilitated.desk.soundChecks).filter((one) => one !== null)
                      .length,
                  },
            leftAfterEndMs: leftAfterEnd(log),
          },
    attempts: [...(facilitated?.attempts ?? []), ...minds.attempts],
    sent: { nudges: facilitated?.nudges.length ?? 0, marks: facilitated?.marks.length ?? 0 },
    nudges: log.nudges.map(({ nudgeId, to, text, at }) => ({
      to,
      text,
      atMs: at - log.startedAt,
      seenAfterMs: each((seat) => {
        const seenAt = bots[seat].nudgesSeen().get(nudgeId);
        return seenAt === undefined ? null : rounded(seenAt - at);
      }),
    })),
    marks: kept.marks.map(({ note, at }) => ({ note, atMs: Date.parse(at) - log.startedAt })),
    extension:
      extension === undefined
        ? null
        : {
            by: extension.by,
            byMs: log.extensions.reduce((sum, { byMs }) => sum + byMs, 0),
            atMs: extension.at - log.startedAt,
            askedBy: log.extensionAskedBy,
          },
    soundChecks: {
      ...kept.soundChecks,
      asTold: isDeepStrictEqual(kept.soundChecks, talked.soundChecks),
    },
    quality: talked.quality,
    decision: {
      answers: each(answersOf),
      agreedSeen: minds.agreedSeen,
      outcome: kept.outcome,
      recordingVersion: kept.recording.version,
      listened: minds.listened,
    },
    troubles: log.troubles.map(({ seat, kind }) => ({ seat, kind })),
  };
}

/** Whatever was given, offered or recorded, and is not a participant's own. */
function facilitatorProducers({ bots, facilitator, facilitated }: Talk, mixReport: MixReport): number {
  const everyone = [bots.a, bots.b, ...(facilitator === null ? [] : [facilitator])];
  const own = new Set([...bots.a.media.producerIds(), ...bots.b.media.producerIds()]);
  const met = [
    ...everyone.flatMap((bot) => [...bot.offeredIds()]),
    ...mixReport.tracks.map(({ producerId }) => producerId),
  ];
  return new Set([...met.filter((id) => !own.has(id)), ...(facilitated?.producerIds ?? [])]).size;
}

function leftAfterEnd({ facilitatorLeftAt, endedAt }: Summary): number | null {
  return facilitatorLeftAt === null ? null : facilitatorLeftAt - endedAt;
}

type Figures = Omit<
  DemoReport,
  'conversationId' | 'program' | 'facilitated' | 'seconds' | 'planned' | 'pauses' | 'server' | keyof Guidance
>;

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
    heardOutOfTime:
      Object.values(bots).some((bot) => {
        const { last } = bot.offered();
        return offeredEarly(bot, log) || last === null || last > log.mediaClosedAt + 250;
      }) ||
      (talked.facilitator !== null && offeredEarly(talked.facilitator, log)),
    prompts: log.prompts,
    promptsInDeck: log.promptsInDeck,
    warnedMs: log.warnedMs,
    warningsMs: log.warningsMs,
    microphoneLatenessMs: rounded(Math.max(bots.a.microphoneLatenessMs(), bots.b.microphoneLatenessMs())),
  };
}

function offeredEarly(bot: Bot, { startedAt }: Summary): boolean {
  const { first } = bot.offered();
  return first !== null && first < startedAt - bot.clock.uncertaintyMs - 1;
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
