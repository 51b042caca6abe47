import { describe, expect, it } from 'vitest';
import type { TestModule } from 'vitest/node';
import { exitCodeOf, lineOf } from './run-tests.ts';
import { tallyOf } from './tally-reporter.ts';

type State = 'passed' | 'failed' | 'skipped' | 'pending';

function fakeModule(
  tests: readonly State[],
  state = tests.includes('failed') ? 'failed' : 'passed',
): TestModule {
  const children = { allTests: () => tests.map((each) => ({ result: () => ({ state: each }) })) };
  return { children, state: () => state } as unknown as TestModule;
}

describe('the tally', () => {
  it('adds up all files', () => {
    const modules = [fakeModule(['passed', 'passed', 'skipped']), fakeModule(['passed', 'failed'])];
    expect(tallyOf(modules, 0)).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('counts a file that does not load, and an error outside of tests, as failures', () => {
    expect(tallyOf([fakeModule([], 'failed')], 1)).toEqual({ passed: 0, failed: 2, skipped: 0 });
  });

  it('is told plainly, skipped tests only if there are any', () => {
    expect(lineOf({ passed: 12, failed: 0, skipped: 0 })).toBe('12 passed, 0 failed');
    expect(lineOf({ passed: 12, failed: 1, skipped: 2 })).toBe('12 passed, 1 failed, 2 skipped');
  });

  it('fails when something failed, when nothing passed, and when vitest itself did', () => {
    expect(exitCodeOf({ passed: 1, failed: 0, skipped: 0 }, 0)).toBe(0);
    expect(exitCodeOf({ passed: 1, failed: 1, skipped: 0 }, 0)).toBe(1);
    expect(exitCodeOf({ passed: 0, failed: 0, skipped: 3 }, 0)).toBe(1);
    expect(exitCodeOf({ passed: 1, failed: 0, skipped: 0 }, 130)).toBe(130);
  });
});
