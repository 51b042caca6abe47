import { describe, expect, test } from 'vitest';
import { viewFor } from './view.ts';
import {
  CREATE,
  T0,
  answer,
  arrive,
  consent,
  createStory,
  decided,
  deciding,
  depart,
  hours,
  inLobby,
  minutes,
  parting,
  seconds,
  talking,
  wake,
  type Story,
} from './story.ts';

const onDisk = { recordingDurable: true };
const card = (index: number) => {
  const prompt = CREATE.deck.prompts[index];
  if (prompt === undefined) throw new Error(`no card ${index}`);
  const { atMs: _, ...words } = prompt;
  return { index, ...words };
};

test('[V1] a view is the whole of what a seat may see', () => {
  const story = createStory({ facilitation: 'optional' }).given(T0, arrive('b'), consent('b'));
  expect(viewFor(story.state(), 'a', onDisk)).toEqual({
    conversationId: 'c1',
    version: 3,
    seat: 'a',
    phase: 'lobby',
    language: 'en',
    program: {
      name: 'One Small Step',
      durationMs: minutes(30),
      farewellMs: seconds(60),
      graceMs: seconds(30),
    },
    plannedAt: null,
    people: {
      a: { seat: 'a', name: 'Ada', here: false, consented: false, ready: false },
      b: { seat: 'b', name: 'Ben', here: true, consented: true, ready: false },
    },
    facilitator: { expected: true, here: false },
    guidedBy: 'participants',
    consent: CREATE.consent,
    clock: null,
    prompt: null,
    promptCount: 4,
    deck: null,
    recording: false,
    end: null,
    decision: null,
  });
});

test('[V1] everyone sees that a facilitator is here and guides', () => {
  const view = viewFor(talking({ facilitation: 'optional' }).state(), 'b', onDisk);
  expect(view.facilitator).toEqual({ expected: true, here: true });
  expect(view.guidedBy).toBe('facilitator');
  expect(viewFor(talking().state(), 'b', onDisk).facilitator).toEqual({ expected: false, here: false });
});

const answered = () => deciding({ facilitation: 'optional' }).given(T0 + hours(1), answer('a', 'public'));

describe('the decision', () => {
  const decideBy = T0 + minutes(30) + hours(24);

  test('[V2] is seen by each as their own answer only', () => {
    const state = answered().state();
    expect(viewFor(state, 'a', onDisk).decision).toEqual({ decideBy, yours: 'public', outcome: null });
    expect(viewFor(state, 'b', onDisk).decision).toEqual({ decideBy, yours: null, outcome: null });
    expect(viewFor(state, 'facilitator', onDisk).decision).toEqual({ decideBy, yours: null, outcome: null });
  });

  test('[V2] has an outcome once it is closed', () => {
    const state = answered().given(decideBy, wake).state();
    expect(viewFor(state, 'b', onDisk).decision).toEqual({ decideBy, yours: null, outcome: 'private' });
    expect(viewFor(state, 'facilitator', onDisk).decision).toEqual({
      decideBy,
      yours: null,
      outcome: 'private',
    });
  });

  test('[V2] is asked from the end on', () => {
    expect(viewFor(talking().state(), 'a', onDisk).decision).toBeNull();
    expect(viewFor(parting().state(), 'a', onDisk)).toMatchObject({
      decision: { decideBy, yours: null, outcome: null },
      end: { reason: 'time', by: 'clock' },
    });
  });
});

test('[V3] the deck is the facilitator’s alone; the card on the table is everyone’s', () => {
  const state = talking({ facilitation: 'always' }).state();
  expect(viewFor(state, 'facilitator', onDisk).deck).toEqual([card(0), card(1), card(2), card(3)]);
  for (const seat of ['a', 'b'] as const) {
    expect(viewFor(state, seat, onDisk)).toMatchObject({ deck: null, prompt: card(0), promptCount: 4 });
  }
  expect(viewFor(parting().state(), 'a', onDisk).prompt).toBeNull();
});

test('[V4] recording is shown only while capture is on, noted and on disk', () => {
  const story = talking();
  const shown = (durable = true) => viewFor(story.state(), 'a', { recordingDurable: durable }).recording;
  expect(shown()).toBe(false);
  story.given(T0 + 1, { type: 'note-capture' });
  expect([shown(true), shown(false)]).toEqual([true, false]);
  story.given(T0 + 2, depart('b')).given(T0 + 2 + seconds(30), wake);
  expect(shown()).toBe(false);
  story.given(T0 + minutes(1), arrive('b'));
  expect(shown()).toBe(true);
  story.given(T0 + minutes(30) + seconds(30), wake);
  expect(story.state().phase).toBe('wrap-up');
  expect(shown()).toBe(true);
  story.given(T0 + minutes(32), wake);
  expect(shown()).toBe(false);
});

const clockOf = (story: Story) => viewFor(story.state(), 'a', onDisk).clock;

describe('the clock', () => {
  const nothingElse = { pausedSince: null, pauseEndsAt: null, endedAt: null, mediaClosesAt: null };

  test('[V5] runs by instants', () => {
    expect(clockOf(talking())).toEqual({ ...nothingElse, startedAt: T0, endsAt: T0 + minutes(30) });
    expect(clockOf(inLobby())).toBeNull();
  });

  test('[V5] stands since an instant, and until one', () => {
    const since = T0 + minutes(1) + seconds(30);
    const story = talking()
      .given(T0 + minutes(1), depart('a'))
      .given(since, wake);
    expect(clockOf(story)).toEqual({
      ...nothingElse,
      startedAt: T0,
      endsAt: T0 + minutes(30),
      pausedSince: since,
      pauseEndsAt: since + minutes(5),
    });
  });

  test('[V5] tells when it ended and when media closes', () => {
    const over = { ...nothingElse, startedAt: T0, endsAt: T0 + minutes(30) };
    const told = { ...over, endedAt: T0 + minutes(30), mediaClosesAt: T0 + minutes(31) };
    expect(clockOf(parting())).toEqual(told);
    expect(clockOf(decided())).toEqual(told);
  });
});
