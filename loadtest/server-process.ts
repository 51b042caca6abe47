/** A fresh server of our own, started as an operator's would be, and ended with all that it started. */
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './ports.ts';
import { descendants, isRunning, kill } from './processes.ts';

export interface ServerProcess {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  readonly pid: number;
  readonly logPath: string;
  /** Resolves when it answers; rejects when it does not within 20 s, the end of its log in the message. */
  readonly ready: Promise<void>;
  /** Rejects when the server ends before `stop`. */
  readonly ended: Promise<never>;
  /**
   * Asks it to end, then makes it. Answers which of its processes outlived it, after ending those too. Idempotent.
   */
  stop(): Promise<{ readonly exitCode: number | null; readonly orphans: readonly number[] }>;
}

const mainFile = fileURLToPath(new URL('../server/main.ts', import.meta.url));
const startWithinMs = 20_000;
/** It has promised to seal and exit within 5 s. */
const stopWithinMs = 8_000;
/** A media worker whose server is gone has promised to be gone within a second. */
const orphansWithinMs = 2_000;

/** Resolves as soon as there is something to stop; `ready` tells the rest. */
export async function startServer(o: {
  /** Working folder; the data goes into `data/`, what it says into `server.log`. */
  readonly folder: string;
  readonly programsFolder: string;
  readonly apiKey: string;
  /** Where browsers reach the media port; `127.0.0.1` if not given. */
  readonly announcedAddress?: string;
}): Promise<ServerProcess> {
  const port = await freePort();
  const mediaPort = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const logPath = join(o.folder, 'server.log');
  mkdirSync(join(o.folder, 'data'), { recursive: true });
  const child = spawn(process.execPath, [mainFile], {
    // Not where an operator's parley.json may lie.
    cwd: o.folder,
    env: {
      ...withoutParley(process.env),
      PORT: `${port}`,
      PARLEY_HOST: '127.0.0.1',
      PARLEY_PUBLIC_URL: address,
      PARLEY_DATA: join(o.folder, 'data'),
      PARLEY_PROGRAMS: o.programsFolder,
      PARLEY_MEDIA_PORTS: `${mediaPort}-${mediaPort}`,
      PARLEY_WORKERS: '1',
      PARLEY_ANNOUNCED_ADDRESS: o.announcedAddress ?? '127.0.0.1',
      PARLEY_API_KEY: o.apiKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log = createWriteStream(logPath);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });

  let stopping: ReturnType<ServerProcess['stop']> | null = null;
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const ended = exited.then((code): never => {
    throw new Error(`the server ended by itself (${code}):\n${logEnd(logPath)}`);
  });
  // Whoever waits for it hears of it; nobody has to.
  ended.catch(() => {});
  /** All that it ever started, as far as we looked: once it is gone, nobody can tell any more. */
  const family = new Set<number>();
  const lookAround = (): void => {
    for (const pid of child.pid === undefined ? [] : descendants(child.pid)) family.add(pid);
  };

  async function stop(): ReturnType<ServerProcess['stop']> {
    lookAround();
    child.kill('SIGTERM');
    const exitCode = await Promise.race([exited, sleep(stopWithinMs, null, { ref: false })]);
    if (child.exitCode === null) child.kill('SIGKILL');
    const until = performance.now() + orphansWithinMs;
    while ([...family].some(isRunning) && performance.now() < until) await sleep(50);
    const orphans = [...family].filter(isRunning);
    kill(orphans);
    log.end();
    return { exitCode, orphans };
  }

  const ready = Promise.race([answers(new URL('/health/ready', address)), ended]);
  ready.catch(() => {});
  return {
    address,
    pid: child.pid ?? Number.NaN,
    logPath,
    ready,
    ended,
    stop: () => (stopping ??= stop()),
  };

  async function answers(url: URL): Promise<void> {
    const until = performance.now() + startWithinMs;
    while (performance.now() < until) {
      try {
        const { ok } = await fetch(url, { signal: AbortSignal.timeout(1_000) });
        if (ok) return lookAround();
      } catch {
        // Nobody listens yet.
      }
      await sleep(50);
    }
    throw new Error(`the server did not answer within ${startWithinMs} ms:\n${logEnd(logPath)}`);
  }
}

function withoutParley(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('PARLEY_') || name === 'PARLEY_CACHE'),
  );
}

function logEnd(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-20).join('\n');
  } catch {
    return '(it said nothing)';
  }
}
