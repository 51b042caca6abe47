/**
 * The queue of recordings to be made. One mix at a time; a mix that fails is tried again from the journals, later and
 * later. It does not know how a mix is made, and a running conversation never waits for it.
 */
import type { Command, Refusal } from '../domain/commands.ts';
import type { ConversationEvent, Conversation, Millis } from '../domain/conversation.ts';
import type { Clock, Mixer } from './ports.ts';
import { isRefusal } from './room.ts';

/** Waits before the second, third, … try. After the last the mix has failed until someone asks for it anew. */
const TRY_AGAIN_AFTER_MS: readonly Millis[] = [2_000, 10_000, 60_000, 600_000];

export interface Mixes {
  /** Asks for the conversation's mix. Does nothing where it is queued already. */
  want(conversationId: string): void;
  /** It is not wanted any more: a mix that runs is aborted, and is not tried again. Resolves when it has stopped. */
  drop(conversationId: string): Promise<void>;
  /** Aborts what runs; nothing starts any more. Resolves when it has stopped. What was wanted is wanted at the next start. */
  close(): Promise<void>;
}

export function createMixes(o: {
  readonly mixer: Mixer;
  readonly clock: Clock;
  readonly execute: (conversationId: string, command: Command) => Promise<Conversation | Refusal | null>;
  readonly load: (
    conversationId: string,
  ) => Promise<{ readonly state: Conversation; readonly events: readonly ConversationEvent[] } | null>;
  readonly log: (
    level: 'info' | 'error',
    about: { readonly conversationId: string; readonly error?: unknown },
    message: string,
  ) => void;
}): Mixes {
  const { mixer, clock, execute, log } = o;
  const queue: string[] = [];
  /** Queued, running or waiting for another try. */
  const wanted = new Map<string, { failures: number; cancelRetry: () => void }>();
  const stop = new AbortController();
  let running: Promise<void> | null = null;
  /** The one that is made now. */
  let now: {
    readonly conversationId: string;
    readonly stop: AbortController;
    readonly done: Promise<void>;
  } | null = null;

  const mixOne = async (conversationId: string, failures: number, signal: AbortSignal): Promise<void> => {
    const attempt = failures + 1;
    try {
      const begun = await execute(conversationId, { type: 'note-mix-started' });
      if (signal.aborted) return;
      if (begun === null || isRefusal(begun)) {
        // Meanwhile it was made, or taken back.
        wanted.delete(conversationId);
        return;
      }
      const conversation = await o.load(conversationId);
      if (conversation === null) return;
      const version = conversation.events.filter((event) => event.type === 'mix-finished').length + 1;
      const mix = await mixer.mix({
        conversationId,
        version,
        events: conversation.events,
        signal,
        onProgress: () => {},
      });
      if (signal.aborted) return;
      await execute(conversationId, { type: 'note-mix-finished', mix });
      wanted.delete(conversationId);
      log('info', { conversationId }, 'recording ready');
    } catch (error) {
      if (signal.aborted) return;
      const wait = TRY_AGAIN_AFTER_MS[failures];
      log('error', { conversationId, error }, `mix failed, attempt ${attempt}`);
      if (wait === undefined) wanted.delete(conversationId);
      else {
        const cancelRetry = clock.wakeAt(clock.now() + wait, () => enqueue(conversationId));
        wanted.set(conversationId, { failures: attempt, cancelRetry });
      }
      const reason = error instanceof Error ? error.message : String(error);
      await execute(conversationId, { type: 'note-mix-failed', reason, final: wait === undefined });
    }
  };

  const drain = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !stop.signal.aborted; next = queue.shift()) {
      const conversationId = next;
      const own = new AbortController();
      const signal = AbortSignal.any([stop.signal, own.signal]);
      const failures = wanted.get(conversationId)?.failures ?? 0;
      const done = mixOne(conversationId, failures, signal).catch((error: unknown) =>
        log('error', { conversationId, error }, 'a mix could not be noted'),
      );
      now = { conversationId, stop: own, done };
      await done;
      now = null;
    }
  };

  function enqueue(conversationId: string): void {
    queue.push(conversationId);
    start();
  }

  function start(): void {
    running ??= drain().finally(() => {
      running = null;
      if (queue.length > 0 && !stop.signal.aborted) start();
    });
  }

  return {
    want(conversationId) {
      if (stop.signal.aborted || wanted.has(conversationId)) return;
      wanted.set(conversationId, { failures: 0, cancelRetry: () => {} });
      enqueue(conversationId);
    },
    async drop(conversationId) {
      wanted.get(conversationId)?.cancelRetry();
      wanted.delete(conversationId);
      const at = queue.indexOf(conversationId);
      if (at >= 0) queue.splice(at, 1);
      if (now?.conversationId !== conversationId) return;
      now.stop.abort();
      await now.done;
    },
    async close() {
      stop.abort();
      for (const { cancelRetry } of wanted.values()) cancelRetry();
      await running;
    },
  };
}
