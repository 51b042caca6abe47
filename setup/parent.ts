/**
 * The child's half of run.mjs's hand-over: signals, and the end of the parent.
 *
 * The parent passes a signal on as a message 200 ms after it got it. By then a
 * Ctrl-C has come here by itself and the message is dropped; after a `kill` of
 * the parent alone, it has not. So every signal counts once.
 */
export function followParent(): void {
  if (!process.channel) return;
  /** Longer than the parent's delay, shorter than a person's second Ctrl-C that means it. */
  const sameSignalMs = 400;
  const seenAt = new Map<string, number>();

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    const notice = (): void => {
      seenAt.set(signal, performance.now());
      if (process.listenerCount(signal) > 1) return;
      // Nobody else cares, so what happens without a listener has to happen.
      process.off(signal, notice);
      process.kill(process.pid, signal);
    };
    process.on(signal, notice);
  }

  process.on('message', (message: { signal?: NodeJS.Signals }) => {
    if (!message.signal) return;
    const at = seenAt.get(message.signal);
    if (at !== undefined && performance.now() - at < sameSignalMs) return;
    process.kill(process.pid, message.signal);
  });

  // A parent that was killed outright passes nothing on: end as if it had asked to.
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
