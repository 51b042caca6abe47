/**
 * The recordings that are to be deleted, until they are. What fails is tried again for as long as this process lives;
 * the next one finds it in the conversation's state. It does not know why.
 */
import type { Command } from '../domain/commands.ts';
import type { Millis } from '../domain/conversation.ts';
import type { Clock, Recordings } from './ports.ts';

/** Waits before the second, third, … try; the last one again and again. */
const TRY_AGAIN_AFTER_MS: readonly [Millis, ...Millis[]] = [1_000, 5_000, 30_000, 300_000];

export interface Deletions {
  /** Nothing writes or reads the recording any more: it goes now. Does nothing where it is going already. */
  want(conversationId: string): void;
  /** Nothing begins any more. Resolves when what runs has stopped. What was wanted is wanted at the next start. */
  close(): Promise<void>;
}

export function createDeletions(o: {
  readonly recordings: Recordings;
  readonly clock: Clock;
  /** Whoever makes a recording of it stops, and does not begin again. */
  readonly stopMixing: (conversationId: string) => Promise<void>;
  readonly execute: (conversationId: string, command: Command) => Promise<unknown>;
  readonly log: (
    level: 'info' | 'error',
    about: { readonly conversationId: string; readonly error?: unknown },
    message: string,
  ) => void;
}): Deletions {
  const { recordings, clock, execute, log } = o;
  const wanted = new Map<string, { running: Promise<void>; cancelRetry: () => void }>();
  let closed = false;

  async function remove(conversationId: string, failures: number): Promise<void> {
    try {
      await o.stopMixing(conversationId);
      await recordings.remove(conversationId);
      await execute(conversationId, { type: 'note-recording-deleted' });
      wanted.delete(conversationId);
      log('info', { conversationId }, 'recording deleted');
    } catch (error) {
      log('error', { conversationId, error }, `deleting failed, attempt ${failures + 1}`);
      const wait = TRY_AGAIN_AFTER_MS[failures] ?? TRY_AGAIN_AFTER_MS.at(-1) ?? 0;
      if (!closed) later(conversationId, clock.now() + wait, failures + 1);
    }
  }

  function later(conversationId: string, at: number, failures: number): void {
    const cancelRetry = clock.wakeAt(at, () => start(conversationId, failures));
    wanted.set(conversationId, { running: Promise.resolve(), cancelRetry });
  }

  function start(conversationId: string, failures: number): void {
    // Begins a turn later, so that it is among the wanted by then.
    const running = Promise.resolve().then(() => remove(conversationId, failures));
    wanted.set(conversationId, { running, cancelRetry: () => {} });
  }

  return {
    want(conversationId) {
      if (!closed && !wanted.has(conversationId)) start(conversationId, 0);
    },
    async close() {
      closed = true;
      const last = [...wanted.values()];
      for (const { cancelRetry } of last) cancelRetry();
      await Promise.all(last.map(({ running }) => running));
    },
  };
}
