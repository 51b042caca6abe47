/** Runs something the house must answer; says whether it is on its way, and whether it did not arrive. */
import { useState } from 'preact/hooks';

export interface Action {
  readonly busy: boolean;
  readonly failed: boolean;
  readonly run: () => void;
}

export function useAction(act: () => Promise<boolean>): Action {
  const [state, setState] = useState<'idle' | 'busy' | 'failed'>('idle');
  return {
    busy: state === 'busy',
    failed: state === 'failed',
    run() {
      setState('busy');
      act().then(
        (done) => setState(done ? 'idle' : 'failed'),
        () => setState('failed'),
      );
    },
  };
}
