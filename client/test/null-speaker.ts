/**
 * A loudspeaker that nobody hears. Without any, Firefox lets no AudioContext run (Chromium does), and a sound check
 * hears nothing: a machine without sound needs this for Firefox.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface NullSpeaker {
  /** For the environment of whoever wants to be heard by nobody. */
  readonly env: Readonly<Record<string, string>>;
  /** Idempotent. */
  stop(): Promise<void>;
}

const startWithinMs = 10_000;

/**
 * A PulseAudio of our own that plays into nothing, its socket in `folder`, ours to end.
 * @throws when it does not answer within 10 s, with what it said.
 */
export async function startNullSpeaker(folder: string): Promise<NullSpeaker> {
  const socket = join(folder, 'pulse.sock');
  const own = { HOME: folder, XDG_RUNTIME_DIR: folder };
  const child = spawn(
    'pulseaudio',
    [
      '-n',
      '--daemonize=no',
      '--use-pid-file=no',
      '--exit-idle-time=-1',
      '--disable-shm',
      '--realtime=no',
      '--high-priority=no',
      `--load=module-native-protocol-unix auth-anonymous=1 socket=${socket}`,
      '--load=module-null-sink',
    ],
    { env: { ...process.env, ...own }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', (error) => {
      said += error.message;
      resolve();
    });
  });
  let gone = false;
  void exited.then(() => (gone = true));

  const until = performance.now() + startWithinMs;
  while (!existsSync(socket)) {
    if (gone || performance.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`pulseaudio does not run:\n${said}`);
    }
    await sleep(20);
  }
  return {
    env: { ...own, PULSE_SERVER: `unix:${socket}` },
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
