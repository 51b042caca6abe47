/** `Mixer` by a process of its own for every mix, so that no mix can slow down or break what is live. */
import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mix } from '../../server/domain/conversation.ts';
import type { Mixer, MixProgress } from '../../server/app/ports.ts';
import { mixMessage, type MixJob } from './job.ts';

/** The mix failed or its process did; the message says why. */
export class MixFailed extends Error {
  override readonly name = 'MixFailed';
}

export interface MixerOptions {
  /** Holds a folder for each conversation, named by its id. */
  readonly conversationsFolder: string;
  /** Default: FFMPEG_BIN of the environment, else `ffmpeg` on the path. */
  readonly ffmpegBin?: string;
  readonly log: { info(fields: object, message: string): void };
}

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const KEPT_STDERR_CHARACTERS = 4_000;
/** Ids are ours, but a folder is made of one: nothing that could lead elsewhere. */
const SAFE_ID = /^[\w-]{1,64}$/;

export function createMixer(options: MixerOptions): Mixer {
  const { conversationsFolder, log } = options;
  const ffmpegBin = options.ffmpegBin ?? process.env['FFMPEG_BIN'] ?? 'ffmpeg';

  return {
    async mix({ conversationId, version, events, signal, onProgress }) {
      signal.throwIfAborted();
      if (!SAFE_ID.test(conversationId)) throw new MixFailed('not a conversation id');
      const job = {
        conversationId,
        version,
        ffmpegBin,
        events,
        folder: join(conversationsFolder, conversationId),
      };
      const startedAt = performance.now();
      const mix = await runProcess(job, signal, onProgress);
      const took = { conversationId, version, durationMs: mix.durationMs };
      log.info({ ...took, tookMs: Math.round(performance.now() - startedAt) }, 'mixed');
      return mix;
    },
  };
}

async function runProcess(
  job: Omit<MixJob, 'events'> & { readonly events: readonly object[] },
  signal: AbortSignal,
  onProgress: (progress: MixProgress) => void,
): Promise<Mix> {
  // A process group of its own: it is ended whole, and a Ctrl-C in the server's terminal is the server's to answer.
  const child = fork(MAIN, [], {
    // Much is read and little is kept: a small nursery saves 80 MB.
    execArgv: ['--max-semi-space-size=4'],
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    stderr = (stderr + text).slice(-KEPT_STDERR_CHARACTERS);
  });
  const abort = (): void => endGroup(child);
  signal.addEventListener('abort', abort);
  try {
    return await new Promise<Mix>((resolve, reject) => {
      let outcome: Mix | null = null;
      let reason: string | null = null;
      child.on('message', (raw) => {
        const message = mixMessage.safeParse(raw);
        if (!message.success) {
          reason = 'the mix process said something that cannot be understood';
          endGroup(child);
        } else if (message.data.type === 'progress') onProgress({ done: message.data.done });
        else if (message.data.type === 'done') outcome = message.data.mix;
        else reason = message.data.reason;
      });
      child.once('error', (error) => reject(new MixFailed(`no mix process: ${error.message}`)));
      // All it had to say has come and all it had open is closed.
      child.once('close', (code, killedBy) => {
        if (signal.aborted) reject(signal.reason as Error);
        else if (reason !== null) reject(new MixFailed(reason));
        else if (outcome !== null) resolve(outcome);
        else reject(new MixFailed(`the mix process ended with ${killedBy ?? `code ${code}`}: ${stderr}`));
      });
      child.send(job, (error) => {
        if (error !== null) endGroup(child);
      });
    });
  } finally {
    signal.removeEventListener('abort', abort);
    endGroup(child);
  }
}

/** The process and its ffmpeg. Idempotent. */
function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
