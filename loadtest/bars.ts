/** What a demonstration must have shown, and what of it it did not. Pure. */
import type { SoundCheck } from '../server/protocol/view.ts';
import type { Attempt } from './attempt.ts';
import type { Listened } from './make-up-minds.ts';

export interface RecordedFile {
  /** Where it lies now, absolute. */
  readonly path: string;
  readonly format: string;
  readonly bytes: number;
  /** Hex, as the server says. */
  readonly sha256: string;
  /** As the server says. */
  readonly durationSeconds: number;
  /** What the bytes that came down really are. */
  readonly found: { readonly bytes: number; readonly sha256: string; readonly durationSeconds: number };
}

export interface VoiceWindows {
  /** Windows of five seconds in which it spoke, and those of them that were found in the mix. */
  readonly spoken: number;
  readonly found: number;
}

type Facilitation = 'never' | 'optional' | 'always';

export interface ReportedNudge {
  readonly to: string;
  readonly text: string;
  /** Since the start; negative in the lobby. */
  readonly atMs: number;
  /** When each saw it, ms after it was written; null: never. */
  readonly seenAfterMs: Both<number | null>;
}

export interface ReportedPause {
  readonly reason: string;
  /** In the recording, since the start. */
  readonly fromMs: number;
  readonly ms: number;
  readonly mix: {
    /** dBFS of the loudest sample in it; null: digital silence. */
    readonly loudestDb: number | null;
    /** The recording's own report lists it, just there. */
    readonly toldAsGap: boolean;
    /** Windows of what each said in it, and those of them that are in the recording nevertheless. */
    readonly windows: Both<VoiceWindows>;
  };
}

export interface ReportedExtension {
  readonly by: string;
  readonly byMs: number;
  readonly atMs: number;
  /** Who asked for it, where both had to. */
  readonly askedBy: readonly string[];
}

export interface ReportedDecision {
  /** What each answered, in order; the last counts. */
  readonly answers: Both<
    readonly { readonly answer: string | null; readonly recordingVersion: number | null }[]
  >;
  /** What each was told of the other's answer. */
  readonly agreedSeen: Readonly<Record<'whileDiffering' | 'whenAgreed', Both<string | null>>>;
  readonly outcome: string | null;
  readonly recordingVersion: number | null;
  /** Null where the program makes nothing to listen to. */
  readonly listened: Listened | null;
}

/** Null where nobody facilitated. */
export interface ReportedFacilitator {
  readonly facilitation: Facilitation;
  /** Each was shown, when it started, that a facilitator is there. */
  readonly seen: Both<boolean>;
  /** Of both voices together. */
  readonly heardSeconds: { readonly heard: number; readonly spoken: number };
  /** What lay on its desk when it left; null: there was none. */
  readonly desk: {
    readonly shown: number;
    readonly nudges: number;
    readonly marks: number;
    readonly troubles: number;
    readonly soundChecks: number;
  } | null;
  /** Within the farewell; null: it stayed. */
  readonly leftAfterEndMs: number | null;
}

interface Both<T> {
  readonly a: T;
  readonly b: T;
}

export interface DemoReport {
  readonly conversationId: string;
  readonly program: string;
  readonly facilitated: boolean;
  readonly seconds: number;
  /** In order. `at` is ISO 8601, `instantMs` the same in ms since the epoch, by the server's clock. */
  readonly phases: readonly { readonly phase: string; readonly at: string; readonly instantMs: number }[];
  /** ISO 8601; sound and its recording end here, within `wrap-up`. */
  readonly mediaClosedAt: string;
  /** Hard end against the last plan, after pauses and extensions, by the event log. */
  readonly endLatenessMs: number;
  /** The same, when it had reached each of them. */
  readonly endSeenLatenessMs: Both<number>;
  readonly recording: {
    readonly files: readonly RecordedFile[];
    /** From `started` to the first moment at which sound is written. */
    readonly captureStartedAfterMs: number;
    /** How long the master is, less the time from `started` to media closed. */
    readonly masterDurationErrorMs: number;
    /** From media closed to the mix being ready. */
    readonly mixTookMs: number;
  };
  /** Positive: later in the mix than it was spoken. Null: not found. */
  readonly alignmentMs: Both<number | null> & {
    readonly betweenMs: number | null;
    readonly wanderMs: number | null;
    readonly windows: Both<VoiceWindows>;
    /** How exactly the bots know the server's clock. */
    readonly clockUncertaintyMs: number;
  };
  /** Socket connect to first packet of the partner's sound; consent, readiness and start lie between. */
  readonly joinToAudioMs: Both<number | null>;
  /** `started` to first packet of the partner's sound. */
  readonly startToAudioMs: Both<number | null>;
  /** How long each heard something, and how long the other spoke while it could. */
  readonly heardSeconds: Both<{ readonly heard: number; readonly spoken: number }>;
  /** True when anybody could be heard before the start or after media closed. */
  readonly heardOutOfTime: boolean;
  readonly prompts: readonly { readonly index: number; readonly by: string; readonly atMs: number }[];
  readonly promptsInDeck: number;
  /**
   * Producers of the facilitator's: those that the server gave to that seat, or offered to anybody, or recorded,
   * and that are not a participant's own.
   */
  readonly facilitatorProducers: number;
  readonly facilitator: ReportedFacilitator | null;
  /** What was asked for and must be refused. */
  readonly attempts: readonly Attempt[];
  /** What was sent; the log must know each. */
  readonly sent: { readonly nudges: number; readonly marks: number };
  readonly nudges: readonly ReportedNudge[];
  /** `atMs`: since the start. */
  readonly marks: readonly { readonly note: string | null; readonly atMs: number }[];
  readonly pauses: readonly ReportedPause[];
  /** Null: it was not made longer. */
  readonly extension: ReportedExtension | null;
  /** What was to happen. */
  readonly planned: { readonly pauseMs: number; readonly extensionMs: number };
  /** As the server keeps them, and whether they are what the bots found. */
  readonly soundChecks: Both<SoundCheck | null> & { readonly asTold: boolean };
  /** What each was told, halfway, of how the two can be heard; null: nothing. */
  readonly quality: Both<Both<{ readonly microphone: string; readonly connection: string }> | null>;
  readonly decision: ReportedDecision;
  /** None is to be. */
  readonly troubles: readonly { readonly seat: string; readonly kind: string }[];
  /** Remaining times told, and those that are to be told, after an extension anew. */
  readonly warnedMs: readonly number[];
  readonly warningsMs: readonly number[];
  /** The latest that a bot's microphone handed over its sound: what this machine's load did to the measurement. */
  readonly microphoneLatenessMs: number;
  readonly server: { readonly exitCode: number | null; readonly orphans: number };
}

/** The bars of the issue, and beyond them what "all of it happened" means. */
export const BARS = {
  betweenMs: 40,
  wanderMs: 20,
  endLatenessMs: 250,
  masterDurationErrorMs: 500,
  /** Two windows in ten may lie under the other's louder voice. */
  foundShare: 0.8,
  /** An MP3 is whole frames long (1,152 samples at 48 kHz are 24 ms), with padding at both ends. */
  fileDurationErrorMs: 100,
  /** Of the time in which the other spoke; what is quiet in speech does not count as heard. */
  heardShare: 0.5,
  /** What is called silence in a pause, dBFS: beyond what 16 bits can tell. */
  silentDb: -90,
  nudgeSeenMs: 500,
  /** Fewer in a deck of fewer. */
  leastPrompts: 3,
} as const;

const phasesInOrder = ['lobby', 'live', 'wrap-up', 'closed'] as const;

/** One sentence for each bar that was not held; none: all of it happened. */
export function failedBars(report: DemoReport): readonly string[] {
  const { failed, must } = collect();
  const { alignmentMs, recording } = report;

  const phases = report.phases.map(({ phase }) => phase);
  must(
    phases.join() === phasesInOrder.join(),
    `phases were ${phases.join(', ')}, not ${phasesInOrder.join(', ')}`,
  );
  must(
    within(report.endLatenessMs, BARS.endLatenessMs),
    `the hard end came ${report.endLatenessMs} ms off its plan, more than ${BARS.endLatenessMs}`,
  );
  for (const seat of ['a', 'b'] as const) {
    must(
      within(report.endSeenLatenessMs[seat], BARS.endLatenessMs),
      `${seat} saw the hard end ${round(report.endSeenLatenessMs[seat])} ms off its plan, more than ${BARS.endLatenessMs}`,
    );
    const { spoken, found } = alignmentMs.windows[seat];
    must(
      spoken > 0 && found >= BARS.foundShare * spoken,
      `${found} of ${spoken} windows of ${seat}'s voice were found in the mix`,
    );
    must(report.joinToAudioMs[seat] !== null, `${seat} never got a packet of the other's sound`);
    const heard = report.heardSeconds[seat];
    must(
      heard.heard >= BARS.heardShare * heard.spoken,
      `${seat} heard ${round(heard.heard)} s of the ${round(heard.spoken)} s in which the other spoke`,
    );
  }
  must(
    alignmentMs.betweenMs !== null && alignmentMs.betweenMs <= BARS.betweenMs,
    `the voices lie up to ${round(alignmentMs.betweenMs)} ms apart, more than ${BARS.betweenMs}`,
  );
  must(
    alignmentMs.wanderMs !== null && alignmentMs.wanderMs <= BARS.wanderMs,
    `a voice wanders by ${round(alignmentMs.wanderMs)} ms, more than ${BARS.wanderMs}`,
  );
  must(
    within(recording.masterDurationErrorMs, BARS.masterDurationErrorMs),
    `the master is ${round(recording.masterDurationErrorMs)} ms off the time from start to media closed, more than ${BARS.masterDurationErrorMs}`,
  );
  for (const format of ['flac', 'mp3'])
    must(
      recording.files.some((file) => file.format === format),
      `there is no ${format} file`,
    );
  for (const { path, bytes, sha256, durationSeconds, found } of recording.files) {
    must(bytes === found.bytes, `${path} has ${found.bytes} bytes, not ${bytes}`);
    must(sha256 === found.sha256, `${path} has SHA-256 ${found.sha256}, not ${sha256}`);
    must(
      within((durationSeconds - found.durationSeconds) * 1_000, BARS.fileDurationErrorMs),
      `${path} is ${found.durationSeconds} s long, not ${durationSeconds}`,
    );
  }
  must(!report.heardOutOfTime, 'the two could hear each other before the start or after media closed');
  failed.push(
    ...failedCards(report),
    ...failedGuidance(report),
    ...failedPauses(report),
    ...failedExtension(report),
    ...failedDecision(report),
  );
  must(
    report.warnedMs.join() === report.warningsMs.join(),
    `warned at ${report.warnedMs.join(', ')} ms before the end, not at ${report.warningsMs.join(', ')}`,
  );
  must(report.soundChecks.asTold, 'the sound checks that are kept are not those that the bots made');
  must(
    report.troubles.length === 0,
    `trouble was reported: ${report.troubles.map(({ kind }) => kind).join(', ')}`,
  );
  must(report.server.exitCode === 0, `the server ended with ${report.server.exitCode}`);
  must(report.server.orphans === 0, `${report.server.orphans} processes outlived the server`);
  return failed;
}

function collect(): {
  readonly failed: string[];
  readonly must: (held: boolean, otherwise: string) => void;
} {
  const failed: string[] = [];
  return {
    failed,
    must(held, otherwise) {
      if (!held) failed.push(otherwise);
    },
  };
}

function failedCards({ prompts, promptsInDeck, facilitated }: DemoReport): readonly string[] {
  const { failed, must } = collect();
  const least = Math.min(BARS.leastPrompts, promptsInDeck);
  must(prompts.length >= least, `${prompts.length} cards were shown, fewer than ${least}`);
  must(prompts[0]?.index === 0, 'the first card was not laid on the table');
  must(
    prompts.some(({ index }) => index === promptsInDeck - 1),
    `only ${prompts.length} of ${promptsInDeck} cards came onto the table`,
  );
  const byHand = prompts.filter(({ by }) => by !== 'clock');
  if (facilitated) {
    must(
      byHand.every(({ by }) => by === 'facilitator'),
      'a card was moved by a participant while somebody facilitated',
    );
    must(
      prompts.every(({ by, index }) => by === 'facilitator' || index === 0),
      'the clock laid more than the first card while somebody facilitated',
    );
  } else
    must(
      byHand.some(({ by }) => by === 'a' || by === 'b') || promptsInDeck < BARS.leastPrompts,
      'no card was moved by a participant',
    );
  return failed;
}

/** The facilitator, and whoever wanted what is not theirs. */
function failedGuidance(report: DemoReport): readonly string[] {
  const { failed, must } = collect();
  const { facilitator, facilitatorProducers, nudges, marks, sent, attempts } = report;
  must(
    facilitatorProducers === 0,
    `the facilitator had ${facilitatorProducers} producers, and must have none`,
  );
  for (const { seat, request, phase, refused } of attempts)
    must(refused !== null, `${seat} got ${request} in ${phase}, and must not`);
  must(nudges.length === sent.nudges, `${nudges.length} of ${sent.nudges} nudges are in the log`);
  must(marks.length === sent.marks, `${marks.length} of ${sent.marks} marks are in the log`);
  for (const { to, text, seenAfterMs } of nudges)
    for (const seat of ['a', 'b'] as const) {
      const after = seenAfterMs[seat];
      if (to === seat || to === 'both')
        must(
          after !== null && after <= BARS.nudgeSeenMs,
          `${seat} saw "${text}" after ${round(after)} ms, not within ${BARS.nudgeSeenMs}`,
        );
      else must(after === null, `${seat} saw "${text}", which was for ${to}`);
    }
  must(
    (facilitator !== null) === report.facilitated,
    report.facilitated ? 'nobody facilitated' : 'somebody facilitated',
  );
  if (facilitator === null) return failed;
  must(
    ['media:create-transport', 'media:produce'].every((name) =>
      attempts.some(({ seat, request }) => seat === 'facilitator' && request === name),
    ),
    'the facilitator did not try to be heard',
  );
  const { seen, heardSeconds, desk, leftAfterEndMs } = facilitator;
  must(seen.a && seen.b, 'the two were not shown that a facilitator is there');
  must(
    heardSeconds.heard >= BARS.heardShare * heardSeconds.spoken,
    `the facilitator heard ${round(heardSeconds.heard)} s of ${round(heardSeconds.spoken)} s`,
  );
  must(
    desk?.shown === report.prompts.length &&
      desk.nudges === nudges.length &&
      desk.marks === marks.length &&
      desk.soundChecks === 2,
    `the facilitator's desk had ${JSON.stringify(desk)}`,
  );
  must(leftAfterEndMs !== null && leftAfterEndMs >= 0, 'the facilitator did not leave the room');
  return failed;
}

function failedPauses({ pauses, planned }: DemoReport): readonly string[] {
  const { failed, must } = collect();
  const wanted = planned.pauseMs > 0 ? 1 : 0;
  must(pauses.length === wanted, `there were ${pauses.length} pauses, not ${wanted}`);
  for (const { reason, fromMs, mix } of pauses) {
    const which = `the pause at ${round(fromMs / 1_000)} s`;
    must(reason === 'facilitator', `${which} came from ${reason}`);
    must(
      mix.loudestDb === null || mix.loudestDb <= BARS.silentDb,
      `${which} is not silent in the recording: ${round(mix.loudestDb)} dBFS`,
    );
    must(mix.toldAsGap, `the recording's report does not list ${which}`);
    for (const seat of ['a', 'b'] as const)
      must(
        mix.windows[seat].found === 0,
        `${mix.windows[seat].found} windows of what ${seat} said in ${which} are in the recording`,
      );
  }
  return failed;
}

function failedExtension({ extension, planned, facilitated }: DemoReport): readonly string[] {
  const { failed, must } = collect();
  const byMs = extension?.byMs ?? 0;
  must(byMs === planned.extensionMs, `it was made longer by ${byMs} ms, not by ${planned.extensionMs}`);
  if (extension === null) return failed;
  const wanted = facilitated ? 'facilitator' : 'both';
  must(extension.by === wanted, `it was made longer by ${extension.by}, not by ${wanted}`);
  must(
    facilitated || extension.askedBy.toSorted().join() === 'a,b',
    `only ${extension.askedBy.join()} asked for more time`,
  );
  return failed;
}

function failedDecision({ decision, recording, phases, mediaClosedAt }: DemoReport): readonly string[] {
  const { failed, must } = collect();
  const { answers, agreedSeen, outcome, recordingVersion, listened } = decision;
  must(outcome === 'public', `both said public, the outcome is ${outcome}`);
  for (const seat of ['a', 'b'] as const) {
    const last = answers[seat].at(-1);
    must(last?.answer === 'public', `${seat}'s last answer is ${last?.answer}`);
    must(
      listened === null || last?.recordingVersion === recordingVersion,
      `${seat}'s answer is about version ${last?.recordingVersion} of the recording, which is ${recordingVersion}`,
    );
    must(agreedSeen.whileDiffering[seat] === null, `${seat} was told what the other had answered`);
    must(agreedSeen.whenAgreed[seat] === 'public', `${seat} was not told that both say public`);
  }
  must(answers.b.length >= 2, 'b did not change its answer');
  if (listened === null) return failed;
  const file = recording.files.find(({ format }) => format === 'mp3');
  must(
    listened.sha256 === file?.sha256 && listened.bytes === file.bytes,
    'what was listened to is not the recording',
  );
  must(listened.contentType === 'audio/mpeg', `what was listened to calls itself ${listened.contentType}`);
  const livedAt = phases.find(({ phase }) => phase === 'live')?.instantMs ?? Number.NaN;
  const plannedSeconds = (Date.parse(mediaClosedAt) - livedAt) / 1_000;
  must(listened.mp3Seconds !== null, 'what was listened to is no MP3');
  for (const secondsLong of [listened.mp3Seconds ?? Number.NaN, listened.durationSeconds])
    must(
      within((secondsLong - plannedSeconds) * 1_000, BARS.masterDurationErrorMs),
      `what was listened to is ${round(secondsLong)} s long, not ${round(plannedSeconds)}`,
    );
  must(
    listened.copy === null || (listened.copy.sha256 === listened.sha256 && listened.copy.isAttachment),
    'the copy to download is not what was listened to',
  );
  return failed;
}

const within = (value: number, most: number): boolean => Math.abs(value) <= most;
const round = (value: number | null): number | string => (value === null ? '?' : Math.round(value * 10) / 10);
