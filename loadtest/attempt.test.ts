import { describe, expect, it } from 'vitest';
import { attempt, tryToBeHeard } from './attempt.ts';
import type { Bot } from './bot.ts';
import { RequestRefused } from './request-refused.ts';

/** Asks a server that does as `answer` says; undefined: it is refused. */
function fakeBot(o: {
  readonly seat: Bot['seat'];
  readonly sending?: string;
  readonly receiving?: string;
  readonly producers?: readonly string[];
  readonly answer?: (name: string, payload: Readonly<Record<string, unknown>>) => unknown;
}): Bot {
  const bot = {
    seat: o.seat,
    view: () => ({ phase: 'live' }),
    media: {
      transportIds: () => ({ sending: o.sending ?? null, receiving: o.receiving ?? null }),
      producerIds: () => new Set(o.producers),
    },
    async request(name: string, payload: Readonly<Record<string, unknown>>) {
      const answer = o.answer?.(name, payload);
      if (answer === undefined) throw new RequestRefused(name, 'not-your-role');
      return answer;
    },
  };
  return bot as unknown as Bot;
}

const a = fakeBot({ seat: 'a', sending: 'of-a', producers: ['a1'] });

describe('attempt', () => {
  it('tells the code when it is refused, and the answer when it is not', async () => {
    const about = { seat: 'b', request: 'conversation:start', phase: 'live' };
    expect(await attempt(fakeBot({ seat: 'b' }), 'conversation:start', {})).toEqual({
      ...about,
      refused: 'not-your-role',
      answer: null,
    });
    const allowed = fakeBot({ seat: 'b', answer: () => ({ now: 5 }) });
    expect(await attempt(allowed, 'clock:read', {})).toEqual({
      ...about,
      request: 'clock:read',
      refused: null,
      answer: { now: 5 },
    });
  });

  it('lets any other trouble through', async () => {
    const broken = fakeBot({
      seat: 'b',
      answer() {
        throw new Error('no answer');
      },
    });
    await expect(attempt(broken, 'clock:read', {})).rejects.toThrow('no answer');
  });
});

describe('tryToBeHeard', () => {
  it('tries every way there is, and gets nothing from a server that refuses', async () => {
    const bot = fakeBot({ seat: 'facilitator', receiving: 'own' });
    const { attempts, producerIds } = await tryToBeHeard(bot, [a]);
    expect(attempts.map(({ request }) => request)).toEqual([
      'media:create-transport',
      'media:produce',
      'media:produce',
      'media:produce',
      'media:pause-producer',
    ]);
    expect(attempts.every(({ refused }) => refused === 'not-your-role')).toBe(true);
    expect(producerIds).toEqual([]);
  });

  it('tells every producer that a careless server gives', async () => {
    const careless = fakeBot({
      seat: 'facilitator',
      receiving: 'own',
      answer: (name, { transportId }) =>
        name === 'media:create-transport' ? { id: 'new' } : { producerId: `by-${String(transportId)}` },
    });
    const { producerIds } = await tryToBeHeard(careless, [a]);
    expect(producerIds).toEqual(['by-new', 'by-own', 'by-of-a', 'by-nobody-s-transport']);
  });
});
