/**
 * `npm run demo -- --program <id> --facilitator --seconds N --json`: bots hold a conversation on a fresh server, and
 * what came of it is measured. What happens goes to stderr in words; with `--json` the last line of stdout is one
 * object, a `DemoReport`. Exit code 0 only if everything happened and every bar was held; 1 otherwise, 2 where what is
 * asked for cannot be, 130 after Ctrl-C.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { failedBars } from './bars.ts';
import type { DemoReport } from './demo-report.ts';
import { CONFIG_FOLDER, demonstrate } from './demonstration.ts';
import { facilitationClash, facilitationOf, programIds } from './scale.ts';

/** A shorter conversation leaves no window of speech to look for. */
const leastSeconds = 10;
const mostSeconds = 2 * 60 * 60;

const beganAt = performance.now();

function say(words: string): void {
  process.stderr.write(`${((performance.now() - beganAt) / 1_000).toFixed(1).padStart(6)} s  ${words}\n`);
}

/** What must not outlive the demonstration. */
const owned: (() => Promise<unknown> | void)[] = [];

async function closeAll(): Promise<void> {
  for (let close = owned.pop(); close !== undefined; close = owned.pop()) await close();
}

const help = `npm run demo -- [options]

Bots hold a conversation with real voices on a fresh server of their own, and what came of it is measured.

  --program <id>   which kind of conversation, of config/programs (default: one-small-step)
  --facilitator    somebody facilitates: starts, lays the cards, pauses, extends, writes notes, sets marks, and tries
                   to be heard. Without it both ask for more time together, where the program lets them
  --seconds <n>    how long they talk, ${leastSeconds} to ${mostSeconds}; everything else in the program is scaled with it (default: 60)
  --json           what was measured, as one JSON object, in the last line of standard output
  --help           this

Exit code: 0 all of it happened and every bar was held, 1 something was not, 2 it cannot be done so, 130 Ctrl-C.
`;

interface Options {
  readonly programId: string;
  readonly facilitator: boolean;
  readonly seconds: number;
  readonly json: boolean;
}

/** What was asked for cannot be; its message says why, and what can. */
class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError. Null: help is wanted. */
async function options(): Promise<Options | null> {
  const values = optionValues();
  if (values.help) return null;
  const { program: programId, facilitator, json } = values;
  const seconds = Number(values.seconds);
  if (!(seconds >= leastSeconds && seconds <= mostSeconds))
    throw new UsageError(
      `--seconds goes from ${leastSeconds} to ${mostSeconds}; "${values.seconds}" does not.`,
    );
  const facilitation = await facilitationOf(CONFIG_FOLDER, programId);
  if (facilitation === null) {
    const known = (await programIds(CONFIG_FOLDER)).join(', ');
    throw new UsageError(`There is no program "${programId}"; there are ${known}.`);
  }
  const clash = facilitationClash(programId, facilitation, facilitator);
  if (clash !== null) throw new UsageError(clash);
  return { programId, facilitator, seconds, json };
}

function optionValues() {
  try {
    return parseArgs({
      options: {
        program: { type: 'string', default: 'one-small-step' },
        facilitator: { type: 'boolean', default: false },
        seconds: { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function main(): Promise<number> {
  const wanted = await options();
  if (wanted === null) {
    process.stdout.write(help);
    return 0;
  }
  const { json, ...what } = wanted;
  const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  const report = await demonstrate({ ...what, folder, say, own: (close) => owned.push(close) });
  const failed = failedBars(report);
  for (const words of failed) say(`NOT HELD: ${words}`);
  if (!json) tell(report);
  say(failed.length === 0 ? `all of it happened; the files stay in ${folder}` : `see ${folder}`);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return failed.length === 0 ? 0 : 1;
}

function tell(report: DemoReport): void {
  const { alignmentMs, endLatenessMs, joinToAudioMs, recording, prompts, decision } = report;
  say(`hard end ${endLatenessMs} ms after its plan`);
  say(`first sound of the other after ${joinToAudioMs.a} ms (a) and ${joinToAudioMs.b} ms (b)`);
  say(
    `voices in the mix ${alignmentMs.a} ms (a) and ${alignmentMs.b} ms (b) from where they were spoken, ` +
      `at most ${alignmentMs.betweenMs} ms apart, wandering by ${alignmentMs.wanderMs} ms`,
  );
  const cards = `${prompts.length} of ${report.promptsInDeck} cards shown`;
  say(
    `${cards}, ${report.nudges.length} notes, ${report.marks.length} marks, ${report.pauses.length} pauses`,
  );
  if (report.facilitated)
    say(
      `the facilitator tried ${report.attempts.length} things it must not, and had ${report.facilitatorProducers} producers`,
    );
  if (report.extension !== null)
    say(`made longer by ${report.extension.byMs / 1_000} s, by ${report.extension.by}`);
  say(`the outcome is ${decision.outcome}, of version ${decision.recordingVersion} of the recording`);
  say(`master ${recording.masterDurationErrorMs} ms off the time from start to media closed`);
}

let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    say(`${signal}: everything is closed`);
    // libwebrtc dies of a natural end (webrtc.ts): always by `exit`.
    void closeAll().finally(() => process.exit(130));
  });

try {
  const code = await main();
  await closeAll();
  if (!interrupted) process.exit(code);
} catch (error) {
  if (!interrupted && error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
  if (!interrupted) {
    say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
    await closeAll();
    process.exit(1);
  }
}
