import { readFileSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureMediasoupWorker } from '../worker/build/mediasoup-worker.ts';
import { ensureChromium, ensureFirefox } from './browsers.ts';
import { check, format } from './check.ts';
import { ensureClient } from './client.ts';
import { root, type SetupContext } from './context.ts';
import { ensureDependencies } from './dependencies.ts';
import { MissingPackagesError, SetupError } from './errors.ts';
import { ensureFfmpeg } from './ffmpeg.ts';
import { followParent } from './parent.ts';
import { runTests } from './run-tests.ts';
import { ensureSpeech } from './speech.ts';
import { createTeller } from './tell.ts';

type Step = {
  readonly title: string;
  /** Answers what the task has to know of it, as environment variables. */
  readonly ensure: (context: SetupContext) => Promise<Readonly<Record<string, string>> | void>;
};

const steps: Readonly<Record<string, Step>> = {
  dependencies: { title: 'Dependencies', ensure: (context) => ensureDependencies(context) },
  worker: {
    title: 'mediasoup worker',
    ensure: async ({ cacheDir, say }) => ({
      MEDIASOUP_WORKER_BIN: await ensureMediasoupWorker({ cacheDir, log: say }),
    }),
  },
  ffmpeg: { title: 'ffmpeg', ensure: async (context) => ({ FFMPEG_BIN: await ensureFfmpeg(context) }) },
  client: { title: 'Client', ensure: ensureClient },
  chromium: {
    title: 'Chromium',
    ensure: async (context) => ({ CHROMIUM_BIN: await ensureChromium(context) }),
  },
  firefox: {
    title: 'Firefox',
    ensure: async (context) => ({ FIREFOX_BIN: await ensureFirefox(context) }),
  },
  'espeak-ng': { title: 'espeak-ng', ensure: ensureSpeech },
};

/** What each task runs once its steps (tasks.json) are done. Answers the exit code, or nothing if it sets its own. */
const tasks: Readonly<Record<string, (args: readonly string[]) => Promise<number | void>>> = {
  start: (args) => runFile('server/main.ts', args),
  test: (args) => runTests(root, args),
  demo: (args) => runFile('loadtest/demo.ts', args),
  conversation: (args) => runFile('server/cli/conversation.ts', args),
  screenshots: (args) => runFile('client/test/screenshots.ts', args),
  check: () => check(root),
  format: (args) => format(root, args),
};

/** Sets up what the task needs, each only if it is not there yet, and runs the task. */
export async function main(task: string, args: readonly string[]): Promise<void> {
  // Whatever is started from here finds the Node that this runs on, also by its bare name.
  process.env['PATH'] = [dirname(process.execPath), process.env['PATH']].filter(Boolean).join(delimiter);
  try {
    await setUp(task);
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return;
  }
  const code = await tasks[task]?.(args);
  if (code !== undefined) process.exitCode = code;
}

async function setUp(task: string): Promise<void> {
  const names = (
    JSON.parse(readFileSync(join(root, 'setup/tasks.json'), 'utf8')) as Record<string, string[]>
  )[task];
  const cacheDir = process.env['PARLEY_CACHE'];
  if (!names || !cacheDir) throw new SetupError('Run this by npm, or by run.mjs.');

  const teller = createTeller({ stream: process.stderr, steps: names.length, told: 1 });
  const missing = new Set<string>();
  for (const name of names.slice(1)) {
    const step = steps[name];
    if (!step) throw new Error(`setup/tasks.json names an unknown step: ${name}`);
    try {
      Object.assign(
        process.env,
        await teller.step(step.title, (say) => step.ensure({ root, cacheDir, say })),
      );
    } catch (error) {
      // Go on, to name at once everything that someone has to install.
      if (!(error instanceof MissingPackagesError)) throw error;
      for (const each of error.packages) missing.add(each);
    }
  }
  if (missing.size > 0) throw new MissingPackagesError([...missing]);
}

/** Runs a file in this process, as if Node had been started with it. */
async function runFile(path: string, args: readonly string[]): Promise<void> {
  const file = join(root, path);
  process.argv = [process.execPath, file, ...args];
  await import(pathToFileURL(file).href);
  // Written at exit otherwise, and a server may not get to that.
  flushCompileCache();
}

if (import.meta.main) {
  followParent();
  const [task = '', ...args] = process.argv.slice(2);
  await main(task, args);
}
