import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findCommand, runCommand } from './command.ts';
import type { SetupContext } from './context.ts';
import { SetupError } from './errors.ts';
import { failureMemo } from './failures.ts';
import { lockFile, withLock } from './lock.ts';
import { commandNeed, ensurePackages } from './packages.ts';

/** What a mix asks of ffmpeg. Its own Opus decoder (`opus`) is wrong on gaps, so libopus must be in it. */
const wanted = { decoders: ['libopus', 'flac'], encoders: ['libmp3lame', 'flac'] };

const downloadStallMs = 20_000;

/**
 * Answers the path of an ffmpeg that can do what a mix needs.
 *
 * In this order: FFMPEG_BIN; ffmpeg-static's binary, which its install script
 * downloads (set-up runs it, because npm does not); the system's.
 */
export async function ensureFfmpeg(context: SetupContext): Promise<string> {
  const given = process.env['FFMPEG_BIN'];
  if (given) {
    const lack = await lackOf(given, context.cacheDir);
    if (lack === undefined) return given;
    throw new SetupError(
      `FFMPEG_BIN is ${given}, and that ${lack}: correct it, or unset it to have one found.`,
    );
  }

  const bundled = await ensureBundled(context);
  if (bundled) return bundled;

  await ensurePackages([commandNeed('ffmpeg')], context);
  const system = findCommand('ffmpeg');
  const lack = system ? await lackOf(system, context.cacheDir) : 'is not there';
  if (system && lack === undefined) return system;
  throw new SetupError(
    `The system's ffmpeg (${system}) ${lack}: install a fuller one, or name one in FFMPEG_BIN.`,
  );
}

/** ffmpeg-static's binary, downloaded if need be; undefined where it cannot be had. */
async function ensureBundled({ root, cacheDir, say }: SetupContext): Promise<string | undefined> {
  const require = createRequire(join(root, 'package.json'));
  const binary = require('ffmpeg-static') as string | null;
  // Null: ffmpeg-static has none for this platform.
  if (binary === null) return undefined;
  if (existsSync(binary) && (await lackOf(binary, cacheDir)) === undefined) return binary;

  const manifest = require.resolve('ffmpeg-static/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const failure = failureMemo(cacheDir, `ffmpeg-static-${version}`);
  if (failure.isFresh()) return undefined;

  const lock = lockFile(cacheDir, 'ffmpeg', root);
  return withLock(
    lock,
    () => say('waiting for another set-up'),
    async () => {
      if (existsSync(binary)) {
        if ((await lackOf(binary, cacheDir)) === undefined) return binary;
        // Half a download; the script would take it for a whole one.
        rmSync(binary);
      }
      say('downloading ffmpeg-static');
      const { code } = await runCommand(process.execPath, ['install.js'], {
        cwd: dirname(manifest),
        stall: { file: binary, limitMs: downloadStallMs },
      });
      if (code === 0 && (await lackOf(binary, cacheDir)) === undefined) return binary;
      rmSync(binary, { force: true });
      failure.note();
      say("the download does not work here, taking the system's");
      return undefined;
    },
  );
}

/** What this ffmpeg lacks, as the end of a sentence; undefined if nothing. Asked once per binary. */
async function lackOf(binary: string, cacheDir: string): Promise<string | undefined> {
  const stats = statSync(binary, { throwIfNoEntry: false });
  if (!stats?.isFile()) return 'does not exist';
  const memo = join(cacheDir, 'ffmpeg-checked.json');
  const checked = JSON.stringify({ binary, size: stats.size, mtimeMs: stats.mtimeMs, wanted });
  if (existsSync(memo) && readFileSync(memo, 'utf8') === checked) return undefined;

  for (const [kind, names] of Object.entries(wanted)) {
    const { stdout, code } = await listOf(binary, kind);
    if (code !== 0) return `does not run as ffmpeg`;
    const lacking = names.filter((name) => !new RegExp(`^ \\S+ ${name} `, 'm').test(stdout));
    if (lacking.length > 0) return `has no ${lacking.join(' and no ')} among its ${kind}`;
  }
  mkdirSync(cacheDir, { recursive: true });
  writeFileSync(memo, checked);
  return undefined;
}

async function listOf(binary: string, kind: string): Promise<{ stdout: string; code: number }> {
  const lines: string[] = [];
  const { code } = await runCommand(binary, ['-hide_banner', `-${kind}`], {
    onLine: (line) => lines.push(line),
  });
  return { stdout: lines.join('\n'), code };
}
