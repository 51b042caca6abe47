/** What a demonstration must have shown, and what of it it did not. Pure. */

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

interface Both<T> {
  readonly a: T;
  readonly b: T;
}

export interface DemoReport {
  readonly conversationId: string;
  readonly seconds: number;
  /** In order. `at` is ISO 8601, `instantMs` the same in ms since the epoch, by the server's clock. */
  readonly phases: readonly { readonly phase: string; readonly at: string; readonly instantMs: number }[];
  /** ISO 8601; sound and its recording end here, within `wrap-up`. */
  readonly mediaClosedAt: string;
  /** Hard end against plan, by the event log. */
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
  /** Remaining times told, and those that the program wants told. */
  readonly warnedMs: readonly number[];
  readonly warningsMs: readonly number[];
  /** Both said public. */
  readonly outcome: string | null;
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
} as const;

const phasesInOrder = ['lobby', 'live', 'wrap-up', 'closed'] as const;

/** One sentence for each bar that was not held; none: all of it happened. */
export function failedBars(report: DemoReport): readonly string[] {
  const failed: string[] = [];
  const must = (held: boolean, otherwise: string): void => {
    if (!held) failed.push(otherwise);
  };
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
  must(report.prompts[0]?.index === 0, 'the first card was not laid on the table');
  must(
    report.prompts.some(({ by }) => by === 'a' || by === 'b'),
    'no card was moved by a participant',
  );
  must(
    report.prompts.some(({ index }) => index === report.promptsInDeck - 1),
    `only ${report.prompts.length} of ${report.promptsInDeck} cards came onto the table`,
  );
  must(
    report.warnedMs.join() === report.warningsMs.join(),
    `warned at ${report.warnedMs.join(', ')} ms before the end, not at ${report.warningsMs.join(', ')}`,
  );
  must(report.outcome === 'public', `both said public, the outcome is ${report.outcome}`);
  must(report.server.exitCode === 0, `the server ended with ${report.server.exitCode}`);
  must(report.server.orphans === 0, `${report.server.orphans} processes outlived the server`);
  return failed;
}

const within = (value: number, most: number): boolean => Math.abs(value) <= most;
const round = (value: number | null): number | string => (value === null ? '?' : Math.round(value * 10) / 10);
