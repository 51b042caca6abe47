/** What a demonstration must have shown, and what of it it did not. Pure. */
import type { DemoReport } from './demo-report.ts';

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
  /** Two who talk say something in a pause of this length. */
  telltalePauseMs: 5_000,
  /** Longer pauses are shortened to this in what is listened to, and in nothing else. */
  longestListenedPauseMs: 1_000,
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
  for (const { reason, fromMs, ms, mix } of pauses) {
    const which = `the pause at ${round(fromMs / 1_000)} s`;
    must(reason === 'facilitator', `${which} came from ${reason}`);
    must(
      mix.loudestDb === null || mix.loudestDb <= BARS.silentDb,
      `${which} is not silent in the recording: ${round(mix.loudestDb)} dBFS`,
    );
    must(
      ms < BARS.telltalePauseMs || mix.windows.a.spoken + mix.windows.b.spoken > 0,
      `nobody said anything in ${which} that could be looked for`,
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

function failedDecision({
  decision,
  recording,
  phases,
  pauses,
  mediaClosedAt,
}: DemoReport): readonly string[] {
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
  const shortenedMs = pauses.reduce((sum, { ms }) => sum + Math.max(0, ms - BARS.longestListenedPauseMs), 0);
  const plannedSeconds = (Date.parse(mediaClosedAt) - livedAt - shortenedMs) / 1_000;
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
