/**
 * The mix process: short-lived, of the lowest priority, one conversation. Takes a job by IPC, tells progress and the
 * outcome, and exits. When its server is gone it ends, and its ffmpeg with it: the next start of the server begins anew.
 */
import { constants, setPriority } from 'node:os';
import { mixJob, type MixMessage } from './job.ts';
import { makeRecording } from './make-recording.ts';

/** Talking people come first. A system that refuses is no reason not to mix. */
function yieldToEveryone(): void {
  try {
    setPriority(constants.priority.PRIORITY_LOW);
  } catch {
    // Some containers forbid it.
  }
}

const aborted = new AbortController();

/** Resolves when the message has left this process. */
async function tell(message: MixMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(message, () => resolve());
  });
}

async function run(raw: unknown): Promise<void> {
  try {
    const job = mixJob.parse(raw);
    let told = 0;
    const mix = await makeRecording(job, {
      signal: aborted.signal,
      onProgress(done) {
        if (done - told < 0.01 && done < 1) return;
        told = done;
        void tell({ type: 'progress', done });
      },
    });
    await tell({ type: 'done', mix });
  } catch (error) {
    await tell({ type: 'failed', reason: error instanceof Error ? error.message : String(error) });
    process.exit(1);
  }
  process.exit(0);
}

if (process.send === undefined) {
  process.stderr.write('The mix process is started by the server.\n');
  process.exit(2);
}
yieldToEveryone();
process.on('disconnect', () => {
  aborted.abort(new Error('the server is gone'));
  // Whatever is still being awaited: ffmpeg has its signal, and nobody waits for this process.
  setTimeout(() => process.exit(1), 500).unref();
});
process.once('message', (raw) => void run(raw));
