import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Command, CommandType, RefusalCode } from './commands.ts';
import type { Phase, Seat } from './conversation.ts';
import { WHO_MAY, mayConsume, mayHear, mayProduce, type Actor } from './roles.ts';
import {
  T0,
  answer,
  arrive,
  askExtension,
  consent,
  createStory,
  decided,
  deciding,
  depart,
  end,
  hours,
  inLobby,
  minutes,
  parting,
  ready,
  show,
  soundCheck,
  talking,
  trouble,
  wake,
  withdraw,
  type Story,
} from './story.ts';

const PHASES: readonly Phase[] = ['lobby', 'live', 'wrap-up', 'closed', 'cancelled', 'abandoned'];
const late = T0 + hours(100);

const cancelled = () => inLobby({ facilitation: 'optional' }).given(T0, { type: 'cancel' });
const abandoned = () =>
  createStory({ facilitation: 'optional' }, { plannedAt: T0 }).given(T0 + minutes(15), wake);

describe('the table', () => {
  test('[R1] is the one in SPEC.md', () => {
    const spec = readFileSync(new URL('SPEC.md', import.meta.url), 'utf8');
    const rows = spec.split('\n').filter((line) => line.startsWith('|'));
    const table = rows.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    const [header, _rule, ...body] = table;
    expect(header).toEqual(['command', ...PHASES]);
    const written = Object.fromEntries(body.map(([command, ...cells]) => [command, cells]));
    const held = Object.fromEntries(
      Object.entries(WHO_MAY).map(([command, row]) => [
        command,
        PHASES.map((phase) => (row[phase] ?? []).join(' ')),
      ]),
    );
    expect(written).toEqual(held);
  });

  const asked: Readonly<Record<CommandType, (seat: Seat) => Command>> = {
    arrive,
    depart,
    'take-over': (seat) => ({ type: 'take-over', seat }),
    consent,
    'set-ready': (seat) => ready(seat),
    start: (seat) => ({ type: 'start', seat }),
    'show-prompt': (seat) => show(seat, 1),
    end,
    decide: (seat) => answer(seat, 'public'),
    cancel: () => ({ type: 'cancel' }),
    'reissue-link': (seat) => ({ type: 'reissue-link', seat }),
    wake: () => wake,
    recover: () => ({ type: 'recover', lastAliveAt: T0 }),
    'note-capture': () => ({ type: 'note-capture' }),
    'note-mix-started': () => ({ type: 'note-mix-started' }),
    'note-mix-finished': () => ({ type: 'note-mix-finished', mix: { version: 1, durationMs: 0, files: [] } }),
    'note-mix-failed': () => ({ type: 'note-mix-failed', reason: 'x', final: true }),
    'note-sound-check': (seat) => soundCheck(seat),
    pause: (seat) => ({ type: 'pause', seat }),
    resume: (seat) => ({ type: 'resume', seat }),
    extend: (seat) => ({ type: 'extend', seat }),
    'ask-extension': (seat) => askExtension(seat),
    nudge: (seat) => ({ type: 'nudge', seat, nudgeId: 'n1', to: 'a', text: 'x' }),
    mark: (seat) => ({ type: 'mark', seat, markId: 'm1', note: null }),
    'report-trouble': (seat) => trouble(seat),
    withdraw,
    'note-recording-deleted': () => ({ type: 'note-recording-deleted' }),
  };

  /** A conversation in each phase, and an instant at which it is still there. */
  const inPhase: Readonly<Record<Phase, () => { readonly story: Story; readonly at: number }>> = {
    lobby: () => ({ story: inLobby({ facilitation: 'optional' }), at: T0 + 1 }),
    live: () => ({ story: talking({ facilitation: 'optional' }), at: T0 + 1 }),
    'wrap-up': () => ({ story: parting({ facilitation: 'optional' }), at: T0 + minutes(30) + 1 }),
    closed: () => ({ story: decided({ facilitation: 'optional' }), at: late }),
    cancelled: () => ({ story: cancelled(), at: late }),
    abandoned: () => ({ story: abandoned(), at: late }),
  };

  const cases = (Object.keys(asked) as CommandType[]).flatMap((type) =>
    PHASES.flatMap((phase) => (['a', 'b', 'facilitator'] as const).map((seat) => ({ type, phase, seat }))),
  );

  /** Commands that name no seat, or only whose link it is, are the house's. */
  const actorOf = (type: CommandType, seat: Seat): Actor =>
    'seat' in asked[type](seat) && type !== 'reissue-link' ? seat : 'house';

  const tabular = new Set<RefusalCode | null>(['not-your-role', 'wrong-phase', 'already-over']);
  const refusedWith = (type: CommandType, phase: Phase, seat: Seat): RefusalCode | null => {
    const { story, at } = inPhase[phase]();
    const outcome = story.when(at, asked[type](seat));
    return 'refused' in outcome ? outcome.refused : null;
  };

  const forbiddenEverywhere = cases.filter(
    ({ type, seat }) => !Object.values(WHO_MAY[type]).some((who) => who.includes(actorOf(type, seat))),
  );
  const forbiddenHere = cases.filter(
    ({ type, phase, seat }) =>
      !forbiddenEverywhere.some((other) => other.type === type && other.seat === seat) &&
      WHO_MAY[type][phase]?.includes(actorOf(type, seat)) !== true,
  );
  const allowed = cases.filter(
    ({ type, phase, seat }) => WHO_MAY[type][phase]?.includes(actorOf(type, seat)) === true,
  );

  test('[R2] what a seat may in no phase is refused not-your-role in every phase', () => {
    // In each phase: six commands that are the participants' alone, and six that are the facilitator's.
    expect(forbiddenEverywhere).toHaveLength(6 * (6 * 1 + 6 * 2));
    for (const { type, phase, seat } of forbiddenEverywhere) {
      expect([type, phase, seat, refusedWith(type, phase, seat)]).toEqual([
        type,
        phase,
        seat,
        'not-your-role',
      ]);
    }
  });

  test('[R3] what has no place in the phase is refused wrong-phase, or already-over when it is over', () => {
    for (const { type, phase, seat } of forbiddenHere) {
      const over = phase === 'closed' || phase === 'cancelled' || phase === 'abandoned';
      const code = over ? 'already-over' : 'wrong-phase';
      expect([type, phase, seat, refusedWith(type, phase, seat)]).toEqual([type, phase, seat, code]);
    }
  });

  test('[R1] what the table allows is refused only by a finer rule', () => {
    const refused = allowed
      .map(({ type, phase, seat }) => ({ type, phase, seat, code: refusedWith(type, phase, seat) }))
      .filter(({ code }) => tabular.has(code));
    expect(refused).toEqual([
      // [Q5] the facilitator is here and guides.
      { type: 'show-prompt', phase: 'live', seat: 'a', code: 'not-your-role' },
      { type: 'show-prompt', phase: 'live', seat: 'b', code: 'not-your-role' },
      // [M5] media is open in the farewell.
      ...(['note-mix-started', 'note-mix-finished', 'note-mix-failed'] as const).flatMap((type) =>
        (['a', 'b', 'facilitator'] as const).map((seat) => ({
          type,
          phase: 'wrap-up',
          seat,
          code: 'wrong-phase',
        })),
      ),
      // [M2] nothing is being mixed.
      ...(['a', 'b', 'facilitator'] as const).map((seat) => ({
        type: 'note-mix-failed',
        phase: 'closed',
        seat,
        code: 'wrong-phase',
      })),
      // [G4] the facilitator is here and guides.
      { type: 'ask-extension', phase: 'live', seat: 'a', code: 'not-your-role' },
      { type: 'ask-extension', phase: 'live', seat: 'b', code: 'not-your-role' },
      // [B3] nobody has withdrawn.
      ...(['wrap-up', 'closed'] as const).flatMap((phase) =>
        (['a', 'b', 'facilitator'] as const).map((seat) => ({
          type: 'note-recording-deleted',
          phase,
          seat,
          code: 'wrong-phase',
        })),
      ),
    ]);
  });
});

test('[R4] without facilitation there is no facilitator’s seat', () => {
  const story = talking({ facilitation: 'never' });
  const seat = 'facilitator';
  for (const command of [arrive(seat), depart(seat), end(seat), show(seat, 1)]) {
    expect(story.when(T0 + 1, command)).toEqual({ refused: 'not-your-role' });
  }
  expect(story.when(T0 + 1, { type: 'reissue-link', seat })).toEqual({ refused: 'not-your-role' });
});

const heard = (story: Story) => mayHear(story.state());
const sending = (story: Story) =>
  (['a', 'b', 'facilitator'] as const).filter((seat) => mayProduce(story.state(), seat));

describe('sound and picture', () => {
  test('[R5] are heard and seen from the start until media closes', () => {
    expect(
      [inLobby(), talking(), parting(), deciding(), decided(), cancelled(), abandoned()].map(heard),
    ).toEqual([false, true, true, false, false, false, false]);
  });

  test('[R6] are sent by participants alone, in the lobby after their own consent', () => {
    const lobby = createStory({ facilitation: 'always' }).given(
      T0,
      arrive('a'),
      arrive('b'),
      arrive('facilitator'),
    );
    expect(sending(lobby)).toEqual([]);
    expect(sending(lobby.given(T0, consent('b')))).toEqual(['b']);
    expect(sending(talking({ facilitation: 'always' }))).toEqual(['a', 'b']);
    expect(sending(parting({ facilitation: 'always' }))).toEqual(['a', 'b']);
    expect([deciding(), decided(), cancelled(), abandoned()].flatMap(sending)).toEqual([]);
  });

  test('[R7] go from participants to every other seat', () => {
    const seats = ['a', 'b', 'facilitator'] as const;
    const pairs = seats.flatMap((to) =>
      seats.filter((of) => mayConsume(to, of)).map((of) => `${of} to ${to}`),
    );
    expect(pairs).toEqual(['b to a', 'a to b', 'a to facilitator', 'b to facilitator']);
  });
});
