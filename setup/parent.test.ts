import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, describe, expect, it } from 'vitest';

/** Tells each SIGINT it gets, and ends by itself on SIGTERM. */
const source = `
  import { followParent } from ${JSON.stringify(join(import.meta.dirname, 'parent.ts'))};
  followParent();
  setInterval(() => {}, 1000);
  process.on('SIGINT', () => console.log('SIGINT'));
  console.log('up');
`;

describe('followParent', () => {
  let started: ChildProcess | undefined;
  afterEach(() => started?.kill('SIGKILL'));

  /** The first line waited for is that it is up. */
  async function start(): Promise<{ child: ChildProcess; lines: AsyncIterator<string> }> {
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    started = child;
    if (!child.stdout) throw new Error('no stdout');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    await lines.next();
    return { child, lines };
  }

  it('takes a signal from the parent’s message', async () => {
    const { child, lines } = await start();
    child.send({ signal: 'SIGINT' });
    expect((await lines.next()).value).toBe('SIGINT');
  });

  it('counts a signal once that comes by itself and by the message', async () => {
    const { child, lines } = await start();
    child.kill('SIGINT');
    expect((await lines.next()).value).toBe('SIGINT');
    child.send({ signal: 'SIGINT' });
    child.send({ signal: 'SIGTERM' });
    await once(child, 'exit');
    expect((await lines.next()).done).toBe(true);
  });

  it('ends by the signal as if nobody listened, when nobody else does', async () => {
    const { child } = await start();
    child.send({ signal: 'SIGTERM' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });

  it('ends when the parent is gone', async () => {
    const { child } = await start();
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
  });
});
