/** A facilitator without a person: guides from the lobby to the farewell, and tries on the way to be heard. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { View } from '../server/protocol/events.ts';
import type { NudgeTo } from '../server/protocol/view.ts';
import { attempt, plain, tryToBeHeard, type Attempt } from './attempt.ts';
import type { Bot } from './bot.ts';
import { cardOrder } from './plan.ts';

export interface Facilitated {
  /** What it and the participants asked for and must not get. */
  readonly attempts: readonly Attempt[];
  /** Producers that the server gave to the facilitator's seat. */
  readonly producerIds: readonly string[];
  readonly nudges: readonly { readonly to: NudgeTo; readonly text: string }[];
  readonly marks: readonly (string | null)[];
  /** What lay on its desk when it left. */
  readonly desk: View['facilitatorDesk'];
}

export interface FacilitatorPlan {
  readonly durationMs: number;
  /** 0: it does not pause. */
  readonly pauseMs: number;
  /** 0: it does not extend. */
  readonly extensionMs: number;
}

export interface Facilitator {
  /** Resolves when the conversation runs. */
  begin(withinMs: number): Promise<void>;
  /** From then into the farewell; it has left. */
  guide(): Promise<Facilitated>;
}

/** Shares of the whole time, extension included. */
const shares = {
  nudgeA: 0.08,
  meddle: 0.12,
  mark: 0.18,
  pause: 0.25,
  nudgeB: 0.62,
  silentMark: 0.75,
} as const;
/** Of the planned time: before its end, whatever the extension is. */
const extendAt = 0.5;
const firstCardAt = 0.05;
const lastCardAt = 0.93;
const soonMs = 15_000;

/** @throws when something is refused that must not be. */
export function createFacilitator(o: {
  readonly bot: Bot;
  /** As far as they have come in. */
  readonly participants: () => readonly Bot[];
  readonly plan: FacilitatorPlan;
  readonly say: (words: string) => void;
}): Facilitator {
  const { bot, participants, plan, say } = o;
  const attempts: Attempt[] = [];
  const producerIds: string[] = [];
  const nudges: { to: NudgeTo; text: string }[] = [];
  const marks: (string | null)[] = [];

  async function cheat(): Promise<void> {
    const tried = await tryToBeHeard(bot, participants());
    attempts.push(...tried.attempts);
    producerIds.push(...tried.producerIds);
  }

  async function nudge(to: NudgeTo, text: string): Promise<void> {
    await bot.request('nudge:send', { to, text });
    nudges.push({ to, text });
  }

  async function mark(note: string | null): Promise<void> {
    await bot.request('mark:set', { note });
    marks.push(note);
  }

  async function pause(): Promise<void> {
    await bot.request('conversation:pause', {});
    say(`the facilitator pauses, for ${Math.round(plan.pauseMs / 1_000)} s; the two talk on, off the record`);
    await sleep(plan.pauseMs / 2);
    await nudge('both', 'Take the time you need. Nothing of this is recorded.');
    await cheat();
    await sleep(plan.pauseMs / 2);
    await bot.request('conversation:resume', {});
  }

  async function extend(): Promise<void> {
    await bot.request('conversation:extend', {});
    const { clock } = bot.view();
    say(`the facilitator makes it longer by ${Math.round(plan.extensionMs / 1_000)} s`);
    if (clock?.extendableMs === 0) attempts.push(plain(await attempt(bot, 'conversation:extend', {})));
  }

  /** A participant's hand on what is the facilitator's. */
  async function meddle(): Promise<void> {
    const [one] = participants();
    if (one === undefined) return;
    attempts.push(plain(await attempt(one, 'prompt:show', { index: 1 })));
    attempts.push(plain(await attempt(one, 'conversation:pause', {})));
    attempts.push(plain(await attempt(one, 'conversation:ask-extension', { wanted: true })));
  }

  const lay = (index: number) => (): Promise<unknown> => bot.request('prompt:show', { index });

  return {
    async begin(withinMs) {
      attempts.push(plain(await attempt(bot, 'conversation:start', {})));
      await cheat();
      const ready = ({ people }: View): boolean => people.a.ready && people.b.ready;
      await bot.until('both are ready', ready, withinMs);
      await nudge('both', 'Welcome, you two. I am here and listen.');
      await bot.request('conversation:start', {});
    },
    async guide() {
      const { view } = await bot.until('it runs', ({ phase }) => phase === 'live', soonMs);
      const startedAt = view.clock?.startedAt ?? Number.NaN;
      const wholeMs = plan.durationMs + plan.extensionMs;
      const steps = [
        ...cardOrder(view.promptCount).map((index, i, { length }) => ({
          atMs: wholeMs * (firstCardAt + ((lastCardAt - firstCardAt) * i) / Math.max(1, length - 1)),
          run: lay(index),
        })),
        { atMs: shares.nudgeA * wholeMs, run: () => nudge('a', 'Ada, let Ben finish his story.') },
        { atMs: shares.meddle * wholeMs, run: meddle },
        { atMs: shares.mark * wholeMs, run: () => mark('Both laugh about the same thing.') },
        ...(plan.pauseMs > 0 ? [{ atMs: shares.pause * wholeMs, run: pause }] : []),
        ...(plan.extensionMs > 0 ? [{ atMs: extendAt * plan.durationMs, run: extend }] : []),
        { atMs: shares.nudgeB * wholeMs, run: () => nudge('b', 'Ben, ask Ada what she meant.') },
        { atMs: shares.silentMark * wholeMs, run: () => mark(null) },
      ].toSorted((one, other) => one.atMs - other.atMs);
      let stoodMs = 0;
      for (const { atMs, run } of steps) {
        await sleep(Math.max(0, startedAt + atMs + stoodMs - bot.now()));
        const begunAt = bot.now();
        await run();
        if (run === pause) stoodMs += bot.now() - begunAt;
      }
      const leftMs = (bot.view().clock?.endsAt ?? Number.NaN) - bot.now();
      const { view: over, seenAt: endedAt } = await bot.until(
        'it ends',
        ({ phase }) => phase === 'wrap-up',
        leftMs + soonMs,
      );
      await mark('They say goodbye as friends.');
      await cheat();
      // The last words are the two's own.
      await sleep(Math.max(0, over.program.farewellMs / 2 - (bot.now() - endedAt)));
      const desk = bot.view().facilitatorDesk;
      bot.leave();
      say('the facilitator has left the room');
      return { attempts, producerIds, nudges, marks, desk };
    },
  };
}
