/** Says what a step is doing now. Called often: what is shown of it is the teller's business. */
export type Say = (text: string) => void;

export type Teller = {
  /** Runs a step. A step that says nothing had nothing to do, and nothing is shown. */
  step<T>(title: string, work: (say: Say) => Promise<T>): Promise<T>;
};

type TellerOptions = {
  readonly stream: Pick<NodeJS.WriteStream, 'write'> & {
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
  readonly steps: number;
  /** Steps that are over already, told by run.mjs. */
  readonly told: number;
};

/** Without a terminal no line can be rewritten: how long to keep quiet between two lines of one step. */
const quietMs = 10_000;

/** Shows steps as `[2/5] Dependencies … installing (12 s)`: one line each on a terminal, some in a log. */
export function createTeller({ stream, steps, told }: TellerOptions): Teller {
  let place = told;

  return {
    async step(title, work) {
      place += 1;
      const head = `[${place}/${steps}] ${title}`;
      const begun = performance.now();
      let text: string | undefined;
      let shownAt = -Infinity;

      const show = (): void => {
        const line = `${head} … ${text}${afterMs(performance.now() - begun)}`;
        if (stream.isTTY) stream.write(`\r\x1b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`);
        else stream.write(`${line}\n`);
        shownAt = performance.now();
      };
      const clock = stream.isTTY ? setInterval(() => text !== undefined && show(), 1000) : undefined;
      const finish = (outcome: string): void => {
        clearInterval(clock);
        if (text === undefined) return;
        stream.write(
          `${stream.isTTY ? '\r\x1b[2K' : ''}${head}: ${outcome}${afterMs(performance.now() - begun)}\n`,
        );
      };

      try {
        const result = await work((next) => {
          if (next === text) return;
          text = next;
          if (stream.isTTY || performance.now() - shownAt >= quietMs) show();
        });
        finish('ready');
        return result;
      } catch (error) {
        finish('failed');
        throw error;
      }
    },
  };
}

/** ` (12 s)`, ` (3 min 5 s)`, and nothing below half a second. */
function afterMs(durationMs: number): string {
  const total = Math.round(durationMs / 1000);
  if (total === 0) return '';
  return total < 60 ? ` (${total} s)` : ` (${Math.floor(total / 60)} min ${total % 60} s)`;
}
