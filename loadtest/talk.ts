/** Two bots hold a conversation, from their links to their decisions, as two people would. */
import type { View } from '../server/protocol/events.ts';
import { createBot, RequestRefused, type Bot, type Spoken } from './bot.ts';
import type { Dialogue } from './speech.ts';

export type Pair<T> = Readonly<Record<'a' | 'b', T>>;

export interface Talk {
  readonly bots: Pair<Bot>;
  readonly spoken: Pair<Spoken>;
  /** By the server's clock, when each saw that talking was over. */
  readonly endSeenAt: Pair<number>;
}

const soonMs = 15_000;
const tellEveryMs = 10_000;

/** Does the same for both seats at the same time. */
export async function both<T>(task: (seat: 'a' | 'b') => Promise<T>): Promise<Pair<T>> {
  const [a, b] = await Promise.all([task('a'), task('b')]);
  return { a, b };
}

/**
 * Resolves when the conversation is closed; the bots have left then.
 * @throws when anything does not come that should; the bots then still have to be told to leave.
 */
export async function talk(o: {
  readonly server: string;
  readonly links: Pair<string>;
  readonly dialogue: Dialogue;
  readonly say: (words: string) => void;
  readonly onBot: (bot: Bot) => void;
}): Promise<Talk> {
  const { say } = o;
  const bots = await both(async (seat) => {
    const bot = await createBot({ server: o.server, link: o.links[seat] });
    o.onBot(bot);
    const { version, hash } = bot.view().consent;
    await bot.request('conversation:consent', { version, hash });
    await bot.openMedia();
    await bot.request('conversation:ready', { ready: true });
    return bot;
  });
  say('both bots are in, have consented, and are ready');

  const live = await both((seat) => bots[seat].until('it starts', ({ phase }) => phase === 'live', soonMs));
  const spoken = { a: bots.a.speak(o.dialogue.a), b: bots.b.speak(o.dialogue.b) };
  const endsAt = live.a.view.clock?.endsAt ?? Number.NaN;
  const leftMs = endsAt - bots.a.now();
  say(`started and talking; the hard end is in ${seconds(leftMs)}`);

  const telling = setInterval(() => {
    const { clock, prompt, phase } = bots.a.view();
    if (phase !== 'live' || clock === null) return;
    say(`${seconds(clock.endsAt - bots.a.now())} left, card: ${prompt?.text ?? 'none'}`);
  }, tellEveryMs);
  try {
    const ended = both((seat) =>
      bots[seat].until('it ends', ({ phase }) => phase === 'wrap-up', leftMs + soonMs),
    );
    await Promise.race([ended, turnOneCard(bots.b, leftMs, say)]);
    const { a, b } = await ended;
    say('time is over; they say goodbye');
    const farewellMs = a.view.program.farewellMs;
    await both((seat) =>
      bots[seat].until('nobody is heard', () => bots[seat].offered().last !== null, farewellMs + soonMs),
    );
    say('media is closed; both decide: public');
    await both((seat) => bots[seat].request('decision:answer', { answer: 'public', recordingVersion: null }));
    const decideMs = (bots.a.view().decision?.decideBy ?? Number.NaN) - bots.a.now();
    await both((seat) =>
      bots[seat].until('it is closed', ({ phase }) => phase === 'closed', decideMs + soonMs),
    );
    say(`closed, the outcome is ${bots.a.view().decision?.outcome ?? 'unknown'}`);
    for (const bot of Object.values(bots)) bot.leave();
    return { bots, spoken, endSeenAt: { a: a.seenAt, b: b.seenAt } };
  } finally {
    clearInterval(telling);
  }
}

/** The clock lays the first two; then a participant is quicker than the clock, or tries again when it was not. */
async function turnOneCard(bot: Bot, withinMs: number, say: (words: string) => void): Promise<void> {
  let from = 1;
  for (;;) {
    const isAhead = ({ prompt }: View): boolean => prompt !== null && prompt.index >= from;
    const { view } = await bot.until('the second card lies there', isAhead, withinMs);
    const index = (view.prompt?.index ?? 0) + 1;
    try {
      await bot.request('prompt:show', { index });
      return say(`b turned to card ${index + 1} of ${view.promptCount}`);
    } catch (error) {
      if (!(error instanceof RequestRefused) || index === view.promptCount) throw error;
      from = index;
    }
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`;
