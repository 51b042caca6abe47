/** Keeps the screen from sleeping while it is wanted: a phone on a table must not go dark in a silence. */
export interface WakeLock {
  hold(): void;
  release(): void;
}

export function createWakeLock(): WakeLock {
  let wanted = false;
  let lock: WakeLockSentinel | null = null;

  async function follow(): Promise<void> {
    if (!('wakeLock' in navigator)) return;
    try {
      if (wanted && document.visibilityState === 'visible' && (lock === null || lock.released))
        lock = await navigator.wakeLock.request('screen');
      if (!wanted) await lock?.release();
    } catch {
      // Refused, for instance on a low battery: the screen may sleep, the conversation goes on.
    }
  }

  document.addEventListener('visibilitychange', () => void follow());
  return {
    hold() {
      wanted = true;
      void follow();
    },
    release() {
      wanted = false;
      void follow();
    },
  };
}
