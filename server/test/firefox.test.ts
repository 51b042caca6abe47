/** The happy path in two windows of stock Firefox: it is held, heard, recorded in two channels, and decided. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ANALYSIS_RATE } from '../../loadtest/correlate.ts';
import { decode } from '../../loadtest/decode.ts';
import { MUTED_MS, SECONDS, walked } from './firefox-walk.ts';
import { reachableNetwork } from './isolated.ts';

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close();
});

/** Runs to its end, and answers all that it said; whatever it started ends with it. */
function run(command: readonly string[]): Promise<{ code: number | null; out: string; complaints: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, to be ended as a whole.
      detached: true,
    });
    closing.push(() => {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
    });
    let out = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, complaints }));
  });
}

/** Loudness of every tenth of a second, 0 to 1. */
function loudness(sound: Float32Array): number[] {
  const length = ANALYSIS_RATE / 10;
  return Array.from({ length: Math.floor(sound.length / length) }, (_, i) => {
    const piece = sound.subarray(i * length, (i + 1) * length);
    return Math.sqrt(piece.reduce((sum, sample) => sum + sample * sample, 0) / length);
  });
}

/** Firefox's pretended microphone is at 0.07; a muted one gives zeros. */
const heard = (level: number): boolean => level > 0.01;

test('two windows of Firefox go from link to decision, and the mix has each in a channel of its own', async ({
  skip,
}) => {
  const network = reachableNetwork();
  if ('lack' in network) return skip(`Firefox cannot be reached here: ${network.lack}`);
  const folder = mkdtempSync(join(tmpdir(), 'parley-firefox-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

  const script = join(import.meta.dirname, 'firefox-walk.ts');
  const { code, out, complaints } = await run([
    ...network.command,
    process.execPath,
    script,
    folder,
    network.address,
  ]);
  expect({ code, complaints: code === 0 ? '' : complaints }).toEqual({ code: 0, complaints: '' });
  const seen = walked.parse(JSON.parse(out.trimEnd().split('\n').at(-1) ?? ''));
  expect(seen.faults).toEqual([]);
  expect(seen.outcome).toBe('public');
  expect(seen.durationSeconds).toBeGreaterThan(SECONDS);

  const a = loudness((await decode(seen.master, 0)).sound);
  const b = loudness((await decode(seen.master, 1)).sound);
  // Somebody who is muted is silent in their channel only.
  const onlyB = a.filter((level, i) => !heard(level) && heard(b[i] ?? 0)).length / 10;
  const onlyA = b.filter((level, i) => !heard(level) && heard(a[i] ?? 0)).length / 10;
  const together = a.filter((level, i) => heard(level) && heard(b[i] ?? 0)).length / 10;
  const mutedSeconds = MUTED_MS / 1_000;
  expect(onlyB).toBeGreaterThan(mutedSeconds - 1);
  expect(onlyB).toBeLessThan(mutedSeconds + 4);
  expect(onlyA).toBeLessThan(2);
  expect(together).toBeGreaterThan((SECONDS - mutedSeconds) / 2);
}, 90_000);
