/** Bots hold a conversation, from their links to their decisions, as people would. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { NoticePayload, View } from '../server/protocol/events.ts';
import type { SoundCheck } from '../server/protocol/view.ts';
import { createBot, type Bot, type Spoken } from './bot.ts';
import { createFacilitator, type Facilitated, type Facilitator, type FacilitatorPlan } from './facilitate.ts';
import { makeUpMinds, type MindsMadeUp } from './make-up-minds.ts';
import { RequestRefused } from './request-refused.ts';
import { soundCheckOf } from './sound-check.ts';
import type { Dialogue } from './speech.ts';

export type Pair<T> = Readonly<Record<'a' | 'b', T>>;

export interface Talk {
  readonly bots: Pair<Bot>;
  readonly facilitator: Bot | null;
  readonly facilitated: Facilitated | null;
  /** Whether each was shown, when it started, that a facilitator is there. */
  readonly facilitatorSeen: Pair<boolean>;
  readonly spoken: Pair<Spoken>;
  /** What each found out about itself and told the server. */
  readonly soundChecks: Pair<SoundCheck | null>;
  /** What each was told, halfway, of how the two can be heard. */
  readonly quality: Pair<NoticePayload<'room:quality'> | null>;
  readonly minds: MindsMadeUp;
  /** By the server's clock, when each saw that talking was over. */
  readonly endSeenAt: Pair<number>;
}

const soonMs = 15_000;
const tellEveryMs = 10_000;
/** Of the planned time. */
const askAt = 0.5;
/** Of the time that each card has. */
const turnEvery = 0.9;

/** Does the same for both seats at the same time. */
export async function both<T>(task: (seat: 'a' | 'b') => Promise<T>): Promise<Pair<T>> {
  const [a, b] = await Promise.all([task('a'), task('b')]);
  return { a, b };
}

/** How the two sit at the table. */
export interface Manners {
  readonly facilitator: FacilitatorPlan | null;
  /** Both want it longer, halfway. */
  readonly askForMore: boolean;
  readonly offers: 'clock' | 'nobody';
  readonly listening: boolean;
}

/**
 * Resolves when the conversation is closed; the bots have left then.
 * @throws when anything does not come that should; the bots then still have to be told to leave.
 */
export async function talk(o: {
  readonly server: string;
  readonly links: Pair<string> & { readonly facilitator: string | null };
  readonly dialogue: Dialogue;
  readonly manners: Manners;
  /** For what is downloaded. */
  readonly folder: string;
  readonly say: (words: string) => void;
  readonly onBot: (bot: Bot) => void;
}): Promise<Talk> {
  const { say, manners, dialogue } = o;
  const seated: Bot[] = [];
  const comeIn = async (link: string): Promise<Bot> => {
    const bot = await createBot({ server: o.server, link });
    o.onBot(bot);
    return bot;
  };

  let facilitatorBot: Bot | null = null;
  let facilitator: Facilitator | null = null;
  if (o.links.facilitator !== null && manners.facilitator !== null) {
    facilitatorBot = await comeIn(o.links.facilitator);
    await facilitatorBot.openMedia();
    const participants = (): readonly Bot[] => seated;
    facilitator = createFacilitator({ bot: facilitatorBot, participants, plan: manners.facilitator, say });
  }
  const beginning = facilitator?.begin(soonMs);
  // Whoever comes in may fail first; then nobody waits for this any more.
  beginning?.catch(() => {});

  const soundChecks: Record<'a' | 'b', SoundCheck | null> = { a: null, b: null };
  const bots = await both(async (seat) => {
    const bot = await comeIn(o.links[seat]);
    soundChecks[seat] = await sitDown(bot, dialogue[seat], () => seated.push(bot));
    return bot;
  });
  say('both bots are in, have consented, have checked their sound, and are ready');

  await beginning;
  const live = await both((seat) => bots[seat].until('it starts', ({ phase }) => phase === 'live', soonMs));
  const spoken = { a: bots.a.speak(dialogue.a), b: bots.b.speak(dialogue.b) };
  const startedAt = live.a.view.clock?.startedAt ?? Number.NaN;
  const leftMs = (live.a.view.clock?.endsAt ?? Number.NaN) - bots.a.now();
  say(`started and talking; the hard end is in ${seconds(leftMs)}`);
  const mostMs = 3 * leftMs + soonMs;

  const telling = setInterval(() => {
    const { clock, prompt, phase } = bots.a.view();
    if (phase !== 'live' || clock === null) return;
    const left = seconds(clock.endsAt - (clock.pausedSince ?? bots.a.now()));
    say(`${left} left${clock.pausedSince === null ? '' : ', paused'}, card: ${prompt?.text ?? 'none'}`);
  }, tellEveryMs);
  try {
    const ended = both((seat) => bots[seat].until('it ends', ({ phase }) => phase === 'wrap-up', mostMs));
    const guiding = facilitator?.guide() ?? Promise.resolve(null);
    const doing = Promise.all([
      guiding,
      facilitator === null ? turnCards(bots.b, manners.offers, leftMs, say) : null,
      manners.askForMore ? askForMore(bots, startedAt, leftMs, say) : null,
    ]);
    const quality = sleep(leftMs / 2).then(() => ({ a: bots.a.quality(), b: bots.b.quality() }));
    const farewell = ended.then(() => say('time is over; they say goodbye'));
    const [{ a, b }] = await Promise.all([ended, doing, farewell]);
    const farewellMs = a.view.program.farewellMs;
    await both((seat) =>
      bots[seat].until('nobody is heard', () => bots[seat].offered().last !== null, farewellMs + soonMs),
    );
    const { server, folder } = o;
    const minds = await makeUpMinds({ bots, server, listening: manners.listening, folder, say });
    const decideMs = (bots.a.view().decision?.decideBy ?? Number.NaN) - bots.a.now();
    await both((seat) =>
      bots[seat].until('it is closed', ({ phase }) => phase === 'closed', decideMs + soonMs),
    );
    say(`closed, the outcome is ${bots.a.view().decision?.outcome ?? 'unknown'}`);
    for (const bot of Object.values(bots)) bot.leave();
    return {
      bots,
      facilitator: facilitatorBot,
      facilitated: await guiding,
      facilitatorSeen: { a: live.a.view.facilitator.here, b: live.b.view.facilitator.here },
      spoken,
      soundChecks,
      quality: await quality,
      minds,
      endSeenAt: { a: a.seenAt, b: b.seenAt },
    };
  } finally {
    clearInterval(telling);
  }
}

/** From the door to ready, with `sound` to be said later. Answers what it found out about itself. */
async function sitDown(bot: Bot, sound: Int16Array, onMedia: () => void): Promise<SoundCheck> {
  const { version, hash } = bot.view().consent;
  await bot.request('conversation:consent', { version, hash });
  await bot.openMedia();
  onMedia();
  const check = await soundCheckOf(bot, sound, `espeak-ng, voice ${bot.seat}`);
  await bot.request('sound:checked', { check });
  await bot.request('room:report', { microphone: 'on' });
  await bot.request('conversation:ready', { ready: true });
  return check;
}

/** One asks, the other sees it and asks, too: each alone would change nothing. */
async function askForMore(
  bots: Pair<Bot>,
  startedAt: number,
  durationMs: number,
  say: (words: string) => void,
): Promise<void> {
  await sleep(Math.max(0, startedAt + durationMs * askAt - bots.a.now()));
  await bots.a.request('conversation:ask-extension', { wanted: true });
  const asked = ({ clock }: View): boolean => clock?.extensionAskedBy.includes('a') === true;
  await bots.b.until('the other asks for more time', asked, soonMs);
  const before = bots.b.view().clock?.endsAt ?? Number.NaN;
  await bots.b.request('conversation:ask-extension', { wanted: true });
  const longer = ({ clock }: View): boolean => (clock?.endsAt ?? 0) > before;
  const { view } = await bots.b.until('it is longer', longer, soonMs);
  say(`both asked for more time: ${seconds((view.clock?.endsAt ?? 0) - before)} of it`);
}

/** The clock offers the cards and one of the two turns one; or nobody does, and they turn all of them. */
async function turnCards(
  bot: Bot,
  offers: 'clock' | 'nobody',
  withinMs: number,
  say: (words: string) => void,
): Promise<void> {
  const { promptCount, prompt } = bot.view();
  if (offers === 'clock') return promptCount > 2 ? turnOneCard(bot, withinMs, say) : undefined;
  for (let index = (prompt?.index ?? -1) + 1; index < promptCount; index++) {
    await bot.request('prompt:show', { index });
    await sleep((withinMs / promptCount) * turnEvery);
  }
  say(`b turned all ${promptCount} cards`);
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
