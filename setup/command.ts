import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants as fsConstants, statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';

export type Outcome = {
  /** The exit code; 128 and more after a signal, 127 when the command did not start. */
  readonly code: number;
  /** What it said on stdout and stderr together, the middle left out where it is long. */
  readonly said: string;
};

export type CommandOptions = {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly onLine?: (line: string) => void;
  /** Ends the command when this file has not grown for so long: a slow download may go on, a dead one not. */
  readonly stall?: { readonly file: string; readonly limitMs: number };
};

/** The error that matters is the first in some tools (npm) and the last in others (ninja, apt). */
const remembered = { firstLines: 10, lastLines: 30 };

const running = new Set<ChildProcess>();

/** Runs a command to its end. Never throws: that a command failed is an answer. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  const { cwd, env, onLine, stall } = options;
  return new Promise((answer) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Node does not start .cmd files, such as npm's, without one.
      shell: process.platform === 'win32' && command === 'npm',
    });
    const lines: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        const parts = (rest + chunk).split(/\r?\n|\r/);
        rest = parts.pop() ?? '';
        for (const line of parts) {
          if (line.trim() === '') continue;
          lines.push(line);
          if (lines.length > remembered.firstLines + remembered.lastLines)
            lines.splice(remembered.firstLines, 1);
          onLine?.(line);
        }
      });
      stream.on('end', () => rest.trim() !== '' && lines.push(rest));
    }
    const watch = stall && whenStalled(stall, () => child.kill('SIGKILL'));
    endWithUs(child);
    const finish = (code: number, extra?: string): void => {
      clearInterval(watch);
      running.delete(child);
      if (running.size === 0) for (const signal of endings) process.off(signal, endAll);
      answer({ code, said: [...lines, ...(extra ? [extra] : [])].join('\n') });
    };
    child.on('error', (error) => finish(127, error.message));
    child.on('close', (code, signal) => finish(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}

const endings = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A compiler that goes on after its set-up was stopped would be an orphan, and in the way of the next one. */
function endWithUs(child: ChildProcess): void {
  if (running.size === 0) for (const signal of endings) process.on(signal, endAll);
  running.add(child);
}

function endAll(signal: NodeJS.Signals): void {
  for (const child of running) child.kill('SIGTERM');
  process.exit(128 + constants.signals[signal]);
}

function whenStalled(
  { file, limitMs }: NonNullable<CommandOptions['stall']>,
  act: () => void,
): NodeJS.Timeout {
  let size = -1;
  let grownAt = performance.now();
  return setInterval(() => {
    const now = statSync(file, { throwIfNoEntry: false })?.size ?? -1;
    if (now !== size) [size, grownAt] = [now, performance.now()];
    else if (performance.now() - grownAt >= limitMs) act();
  }, 500);
}

/** Where a command lies, by PATH, without starting anything. */
export function findCommand(name: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder === '') continue;
    for (const suffix of suffixes) {
      const path = join(folder, name + suffix);
      try {
        accessSync(path, fsConstants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // Not here: on to the next folder.
      }
    }
  }
  return undefined;
}
