/**
 * `npm run demo -- --seconds N --json`: two bots hold a conversation on a fresh server, and what came of it is
 * measured. What happens goes to stderr in words; with `--json` the last line of stdout is one object, a `DemoReport`.
 * Exit code 0 only if everything happened and every bar was held; 1 otherwise, 130 after Ctrl-C.
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { failedBars, type DemoReport } from './bars.ts';
import { demonstrate } from './demonstration.ts';

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

function options(): { readonly seconds: number; readonly json: boolean } {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, json: { type: 'boolean', default: false } },
  });
  const seconds = Number(values.seconds);
  if (!(seconds >= leastSeconds && seconds <= mostSeconds))
    throw new Error(`--seconds goes from ${leastSeconds} to ${mostSeconds}; "${values.seconds}" does not`);
  return { seconds, json: values.json };
}

async function main(): Promise<number> {
  const { seconds, json } = options();
  const folder = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  const report = await demonstrate({ seconds, folder, say, own: (close) => owned.push(close) });
  const failed = failedBars(report);
  for (const words of failed) say(`NOT HELD: ${words}`);
  if (!json) tell(report);
  say(failed.length === 0 ? `all of it happened; the files stay in ${folder}` : `see ${folder}`);
  if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
  return failed.length === 0 ? 0 : 1;
}

function tell({ alignmentMs, endLatenessMs, joinToAudioMs, recording }: DemoReport): void {
  say(`hard end ${endLatenessMs} ms after its plan`);
  say(`first sound of the other after ${joinToAudioMs.a} ms (a) and ${joinToAudioMs.b} ms (b)`);
  say(
    `voices in the mix ${alignmentMs.a} ms (a) and ${alignmentMs.b} ms (b) from where they were spoken, ` +
      `at most ${alignmentMs.betweenMs} ms apart, wandering by ${alignmentMs.wanderMs} ms`,
  );
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
  if (!interrupted) {
    say(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
    await closeAll();
    process.exit(1);
  }
}
