/** A sleep that can be cut short. */
export interface Pause {
  sleep(ms: number): Promise<void>;
  /** Ends the current sleep, if there is one. */
  wake(): void;
}

export function createPause(): Pause {
  let wake = (): void => {};
  return {
    sleep: (ms) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      }),
    wake: () => wake(),
  };
}
