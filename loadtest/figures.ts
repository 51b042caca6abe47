/** What came of a demonstration, from what the bots saw, the server logged and the recording holds. */
import { isDeepStrictEqual } from 'node:util';
import type { ConversationAnswer } from '../server/protocol/http.ts';
import type { Bot } from './bot.ts';
import { compare, locate, type Located } from './correlate.ts';
import { forAnalysis } from './decode.ts';
import type { DemoReport, ReportedDecision, ReportedFacilitator } from './demo-report.ts';
import type { Summary } from './event-log.ts';
import { facilitatorProducers, type Met } from './facilitator-producers.ts';
import { loudSeconds } from './loudness.ts';
import type { MixReport } from './mix-report.ts';
import type { Downloaded } from './recording-files.ts';
import type { Scale } from './scale.ts';
import { foundOf, loudestDb } from './silence.ts';
import type { Pair, Talk } from './talk.ts';

/** A voice that lies further off is as good as not there; looked for once more, to tell how far. */
const searchMs = [1_000, 8_000] as const;
/** The shorter ones where a few seconds around a pause hold no longer one. */
const windowsSeconds = [5, 2.5] as const;
/** A gap in the recording's own report is told to the microsecond, a pause in the log to the millisecond. */
const gapToleranceSeconds = 0.002;
/** From media closed until each has been told that nobody can be heard. */
const mediaGoneWithinMs = 250;

interface Evidence {
  readonly talked: Talk;
  readonly log: Summary;
  readonly kept: ConversationAnswer;
  readonly downloaded: Downloaded;
  readonly mixReport: MixReport;
  readonly facilitation: Scale['facilitation'];
}

type Figures = Omit<
  DemoReport,
  'conversationId' | 'program' | 'facilitated' | 'seconds' | 'planned' | 'server'
>;

export function figuresOf(evidence: Evidence): Figures {
  const { talked, log, kept, downloaded } = evidence;
  const sources = each((seat) => forAnalysis(talked.spoken[seat].sound));
  const located = each((seat) => find(talked, sources[seat], log, downloaded, seat));
  return {
    ...timing(talked, log, downloaded),
    ...voices(talked, log, located),
    ...cards(log),
    ...guidance(evidence),
    pauses: pausesIn(evidence, sources),
    soundChecks: {
      ...kept.soundChecks,
      asTold: isDeepStrictEqual(kept.soundChecks, talked.soundChecks),
    },
    quality: talked.quality,
    decision: decisionOf(evidence),
    troubles: log.troubles.map(({ seat, kind }) => ({ seat, kind })),
  };
}

function find(
  { spoken }: Talk,
  source: Float32Array,
  log: Summary,
  { master }: Downloaded,
  seat: 'a' | 'b',
): Located {
  const spokenAtMs = spoken[seat].at - log.startedAt;
  const look = (radiusMs: number, windowSeconds: number): Located =>
    locate({ source, mix: master.sound, spokenAtMs, radiusMs, windowSeconds, silences: log.pauses });
  const usual = look(searchMs[0], windowsSeconds[0]);
  const windowSeconds = usual.spoken > 0 ? windowsSeconds[0] : windowsSeconds[1];
  const near = usual.spoken > 0 ? usual : look(searchMs[0], windowSeconds);
  return near.windows.length > 0 ? near : look(searchMs[1], windowSeconds);
}

/** What was said in a pause is looked for just as what was said outside of it is. */
function pausesIn(o: Evidence, sources: Pair<Float32Array>): DemoReport['pauses'] {
  const mix = o.downloaded.master.sound;
  return o.log.pauses.map(({ reason, fromMs, toMs }) => {
    const stretch = { fromMs, toMs };
    const windows = each((seat) =>
      foundOf({
        source: sources[seat],
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
  'facilitatorProducers' | 'facilitator' | 'attempts' | 'sent' | 'nudges' | 'marks' | 'extension'
>;

function guidance(o: Evidence): Guidance {
  const { talked, log, kept, mixReport } = o;
  const { bots, facilitated, minds } = talked;
  const [extension] = log.extensions;
  return {
    facilitatorProducers: facilitatorProducers(producersOf(talked, mixReport)),
    facilitator: facilitatorOf(o),
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
  };
}

function facilitatorOf({ talked, log, facilitation }: Evidence): ReportedFacilitator | null {
  const { facilitator, facilitated, spoken } = talked;
  if (facilitator === null || facilitated === null) return null;
  const { desk } = facilitated;
  const spokenSeconds = loudSeconds(spoken.a, log.mediaClosedAt) + loudSeconds(spoken.b, log.mediaClosedAt);
  return {
    facilitation,
    seen: talked.facilitatorSeen,
    heardSeconds: { heard: facilitator.heard().loudSeconds, spoken: rounded(spokenSeconds, 2) },
    desk: desk && {
      shown: desk.shown.length,
      nudges: desk.nudges.length,
      marks: desk.marks.length,
      troubles: desk.troubles.length,
      soundChecks: Object.values(desk.soundChecks).filter((check) => check !== null).length,
    },
    leftAfterEndMs: log.facilitatorLeftAt === null ? null : log.facilitatorLeftAt - log.endedAt,
  };
}

function decisionOf({ talked: { minds }, log, kept }: Evidence): ReportedDecision {
  return {
    answers: each((seat) =>
      log.answers
        .filter((given) => given.seat === seat)
        .map(({ answer, recordingVersion }) => ({ answer, recordingVersion })),
    ),
    agreedSeen: minds.agreedSeen,
    outcome: kept.outcome,
    recordingVersion: kept.recording.version,
    listened: minds.listened,
  };
}

function producersOf({ bots, facilitator, facilitated }: Talk, mixReport: MixReport): Met {
  const participants = [bots.a, bots.b];
  const everyone = facilitator === null ? participants : [...participants, facilitator];
  return {
    own: participants.flatMap(({ media }) => [...media.producerIds()]),
    offered: everyone.flatMap((bot) => [...bot.offeredIds()]),
    recorded: mixReport.tracks.map(({ producerId }) => producerId),
    given: [...(facilitator?.media.producerIds() ?? []), ...(facilitated?.producerIds ?? [])],
  };
}

type Timing = Pick<
  DemoReport,
  'phases' | 'mediaClosedAt' | 'endLatenessMs' | 'endSeenLatenessMs' | 'recording'
>;

function timing({ endSeenAt }: Talk, log: Summary, downloaded: Downloaded): Timing {
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
  };
}

type Voices = Pick<
  DemoReport,
  | 'alignmentMs'
  | 'joinToAudioMs'
  | 'startToAudioMs'
  | 'heardSeconds'
  | 'heardOutOfTime'
  | 'microphoneLatenessMs'
>;

function voices({ bots, facilitator, spoken }: Talk, log: Summary, located: Pair<Located>): Voices {
  const alignment = compare(located.a, located.b);
  return {
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
        return offeredEarly(bot, log) || last === null || last > log.mediaClosedAt + mediaGoneWithinMs;
      }) ||
      (facilitator !== null && offeredEarly(facilitator, log)),
    microphoneLatenessMs: rounded(Math.max(bots.a.microphoneLatenessMs(), bots.b.microphoneLatenessMs())),
  };
}

type Cards = Pick<DemoReport, 'prompts' | 'promptsInDeck' | 'warnedMs' | 'warningsMs'>;

function cards({ prompts, promptsInDeck, warnedMs, warningsMs }: Summary): Cards {
  return { prompts, promptsInDeck, warnedMs, warningsMs };
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

function rounded(value: number, digits?: number): number;
function rounded(value: number | null, digits?: number): number | null;
function rounded(value: number | null, digits = 1): number | null {
  return value === null ? null : Number(value.toFixed(digits));
}
