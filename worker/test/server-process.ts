/**
 * A server that can be killed: a process with a media plane and one room, whose calls another process asks for by
 * IPC. Started by `kill.test.ts` with the folder of conversations as its argument.
 */
import type { MediaRoom } from '../../server/app/ports.ts';
import { createPlane } from '../plane.ts';
import { CONVERSATION, LOOPBACK } from './rig.ts';

export interface Ask {
  readonly id: number;
  readonly call: keyof MediaRoom;
  readonly args: readonly unknown[];
}
export type Told =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly ready: { readonly pid: number; readonly mediasoupPid: number } };

const [conversationsFolder = ''] = process.argv.slice(2);
const tell = (message: Told): void => void process.send?.(message);
const quiet = { info: () => {}, warn: () => {}, error: () => {} };

const plane = createPlane({
  addresses: [LOOPBACK],
  ports: [0],
  conversationsFolder,
  clockAnchor: { monoNs: Number(process.hrtime.bigint()), instantMs: Date.now() },
  log: quiet,
});
await plane.ready();
const room = await plane.openRoom(CONVERSATION);
const [worker] = plane.workers;
if (worker === undefined) throw new Error('no worker is ready');

process.on('message', ({ id, call, args }: Ask) => {
  const run = room[call] as (...args: readonly unknown[]) => Promise<unknown>;
  run(...args).then(
    (answer) => tell({ id, answer: answer ?? null }),
    (error: unknown) => tell({ id, error: String(error) }),
  );
});
tell({ ready: { pid: worker.pid, mediasoupPid: worker.mediasoupPid } });
