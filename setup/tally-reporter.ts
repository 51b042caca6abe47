import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

export type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** Counts a run. A file that does not even load, and an error outside of all tests, are failures too. */
export function tallyOf(modules: readonly TestModule[], unhandledErrors: number): Tally {
  let [passed, failed, skipped] = [0, unhandledErrors, 0];
  for (const module of modules) {
    let failedInside = 0;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failedInside += 1;
      // `pending` is a test that never ran, as after an interruption or a failed hook.
      else skipped += 1;
    }
    failed += module.state() === 'failed' ? Math.max(failedInside, 1) : failedInside;
  }
  return { passed, failed, skipped };
}

/**
 * Writes vitest's own results to the file that PARLEY_TALLY_FILE names, for setup/run-tests.ts.
 *
 * vitest calls a reporter with `new`, hence the plain function.
 */
export default function tallyReporter(): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const file = process.env['PARLEY_TALLY_FILE'];
      if (file) writeFileSync(file, JSON.stringify(tallyOf(modules, unhandledErrors.length)));
    },
  };
}
