/** What of a flickering fact is worth showing now. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { calmed, nothingYet, type Calm, type Patience } from '../../app/calm.ts';

const LOOK_EVERY_MS = 250;

export function useCalm<T extends string>(is: T | null, patience: Patience): T | null {
  const [shown, setShown] = useState<T | null>(null);
  const state = useRef<Calm<T> | null>(null);
  useEffect(() => {
    const look = (): void => {
      const now = performance.now();
      state.current = calmed(state.current ?? nothingYet<T>(now), is, now, patience);
      setShown(state.current.shown);
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [is, patience]);
  return shown;
}
