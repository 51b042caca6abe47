import { spawn } from 'node:child_process';

/** The tools' own entry files: no shell and no .cmd wrapper in between. */
const bin = {
  oxfmt: 'node_modules/oxfmt/bin/oxfmt',
  oxlint: 'node_modules/oxlint/bin/oxlint',
  tsc: 'node_modules/typescript/bin/tsc',
};

/** Format, lint and types. All of them run, so that one look shows everything. Answers the exit code. */
export async function check(root: string): Promise<number> {
  const steps: readonly (readonly [string, readonly string[]])[] = [
    ['format', [bin.oxfmt, '--check']],
    ['lint', [bin.oxlint, '--type-aware', '--deny-warnings']],
    ['types', [bin.tsc, '-p', '.']],
    ['types of the client', [bin.tsc, '-p', 'client']],
    ["types of the client's tests", [bin.tsc, '-p', 'client/test']],
  ];
  const failed: string[] = [];
  for (const [name, args] of steps) {
    const begun = performance.now();
    const code = await runTool(root, args);
    const took = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    console.log(code === 0 ? `${name}: fine (${took})` : `${name}: NOT fine (${took})`);
    if (code !== 0) failed.push(name);
  }
  if (failed.length > 0) console.log(`Not fine: ${failed.join(', ')}.`);
  return failed.length > 0 ? 1 : 0;
}

export function format(root: string, args: readonly string[]): Promise<number> {
  return runTool(root, [bin.oxfmt, ...args]);
}

function runTool(root: string, args: readonly string[]): Promise<number> {
  return new Promise((answer, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => answer(code ?? 1));
  });
}
