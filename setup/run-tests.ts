import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tally } from './tally-reporter.ts';

/** Runs the tests; the last line it prints counts them. Answers the exit code. */
export async function runTests(root: string, args: readonly string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-tally-'));
  try {
    const file = join(folder, 'tally.json');
    const ownReporter = args.some((arg) => arg.startsWith('--reporter'));
    const reporters = [
      '--reporter',
      './setup/tally-reporter.ts',
      ...(ownReporter ? [] : ['--reporter', 'default']),
    ];
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const child = spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PARLEY_TALLY_FILE: file },
    });
    const code = await waitFor(child);
    const tally: Tally = existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as Tally)
      : { passed: 0, failed: 0, skipped: 0 };
    console.log(lineOf(tally));
    return exitCodeOf(tally, code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function lineOf({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** A run without a test that passed proves nothing, whatever vitest says. */
export function exitCodeOf({ passed, failed }: Tally, vitestCode: number): number {
  if (vitestCode !== 0) return vitestCode;
  return failed > 0 || passed === 0 ? 1 : 0;
}

function waitFor(child: ReturnType<typeof spawn>): Promise<number> {
  // Whoever stops us means vitest, and its end is ours.
  const passOn = (): boolean => child.kill('SIGTERM');
  process.on('SIGINT', passOn).on('SIGTERM', passOn);
  return new Promise((answer, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => {
      process.off('SIGINT', passOn).off('SIGTERM', passOn);
      answer(code ?? 1);
    });
  });
}
