import { describe, expect, test } from 'vitest';
import { viewFor } from './view.ts';
import {
  CREATE,
  PROGRAM,
  T0,
  answer,
  arrive,
  askExtension,
  consent,
  createStory,
  decided,
  deciding,
  depart,
  hours,
  inLobby,
  mark,
  minutes,
  nudge,
  parting,
  pause,
  ready,
  seconds,
  show,
  soundCheck,
  start,
  talking,
  trouble,
  wake,
  withdraw,
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
      texts: PROGRAM.texts,
      durationMs: minutes(30),
      farewellMs: seconds(60),
      graceMs: seconds(30),
      warningsMs: [minutes(5), minutes(1)],
      copies: true,
      mayPause: true,
      extension: { stepMs: minutes(5), together: true },
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
    nudge: null,
    trouble: null,
    facilitatorDesk: null,
    recording: false,
    recordingState: 'off',
    recordingVersion: null,
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
  const unanswered = {
    decideBy,
    yours: null,
    yoursVersion: null,
    agreed: null,
    mayListen: false,
    mayDownload: false,
    withdrawn: false,
    withdrawnByYou: false,
    outcome: null,
  };
  const mixed = (story: Story, format: 'mp3' | 'flac' = 'mp3') =>
    story.given(
      T0 + hours(1),
      { type: 'note-mix-started' },
      {
        type: 'note-mix-finished',
        mix: {
          version: 1,
          durationMs: 1,
          files: [{ name: 'f', format, bytes: 1, sha256: 'ab', durationSeconds: 1 }],
        },
      },
    );
  const decisionOf = (story: Story, seat: 'a' | 'b' | 'facilitator') =>
    viewFor(story.state(), seat, onDisk).decision;

  test('[V2] is seen by each as their own answer only', () => {
    const story = answered();
    expect(decisionOf(story, 'a')).toEqual({ ...unanswered, yours: 'public' });
    expect(decisionOf(story, 'b')).toEqual(unanswered);
    expect(decisionOf(story, 'facilitator')).toEqual(unanswered);
  });

  test('[V2] is shown to both once they have answered the same, and not to the facilitator', () => {
    const story = answered().given(T0 + hours(2), answer('b', 'private'));
    expect(decisionOf(story, 'a')).toEqual({ ...unanswered, yours: 'public' });
    expect(decisionOf(story, 'b')).toEqual({ ...unanswered, yours: 'private' });
    story.given(T0 + hours(2), answer('b', 'public'));
    for (const seat of ['a', 'b'] as const) {
      expect(decisionOf(story, seat)).toEqual({ ...unanswered, yours: 'public', agreed: 'public' });
    }
    expect(decisionOf(story, 'facilitator')).toEqual(unanswered);
  });

  test('[V7] comes with the recording, as soon as there is one and until it is closed', () => {
    const story = mixed(answered());
    const listening = { ...unanswered, mayListen: true, mayDownload: true };
    expect(decisionOf(story, 'b')).toEqual(listening);
    expect(decisionOf(story, 'facilitator')).toEqual(unanswered);
    expect(viewFor(story.state(), 'b', onDisk)).toMatchObject({
      recordingState: 'ready',
      recordingVersion: 1,
    });
    story.given(T0 + hours(2), answer('b', 'private', 1));
    expect(decisionOf(story, 'b')).toEqual({ ...listening, yours: 'private', yoursVersion: 1 });
    story.given(decideBy, wake);
    expect(decisionOf(story, 'a')).toMatchObject({ mayListen: false, mayDownload: false });
  });

  test('[V7] comes without a copy, or without anything to listen to, as the program has it', () => {
    expect(decisionOf(mixed(deciding({ copies: false })), 'a')).toMatchObject({
      mayListen: true,
      mayDownload: false,
    });
    expect(decisionOf(mixed(deciding(), 'flac'), 'a')).toEqual(unanswered);
    const outputs = { master: 'stereo', listening: false, originals: false } as const;
    expect(decisionOf(mixed(deciding({ outputs })), 'a')).toEqual(unanswered);
  });

  test('[V8] tells of a withdrawal, and each whether it was theirs', () => {
    const story = mixed(deciding({ facilitation: 'optional' })).given(T0 + hours(2), withdraw('a'));
    expect(decisionOf(story, 'a')).toEqual({ ...unanswered, withdrawn: true, withdrawnByYou: true });
    expect(decisionOf(story, 'b')).toEqual({ ...unanswered, withdrawn: true });
    expect(decisionOf(story, 'facilitator')).toEqual({ ...unanswered, withdrawn: true });
    const recordingOf = () => {
      const { recording, recordingState, recordingVersion } = viewFor(story.state(), 'b', onDisk);
      return { recording, recordingState, recordingVersion };
    };
    expect(recordingOf()).toEqual({ recording: false, recordingState: 'deleting', recordingVersion: null });
    story.given(T0 + hours(2), { type: 'note-recording-deleted' });
    expect(recordingOf()).toEqual({ recording: false, recordingState: 'deleted', recordingVersion: null });
  });

  test('[V2] has an outcome once it is closed', () => {
    const story = answered().given(decideBy, wake);
    expect(decisionOf(story, 'b')).toEqual({ ...unanswered, outcome: 'private' });
    expect(decisionOf(story, 'facilitator')).toEqual({ ...unanswered, outcome: 'private' });
  });

  test('[V2] is asked from the end on', () => {
    expect(viewFor(talking().state(), 'a', onDisk).decision).toBeNull();
    expect(viewFor(parting().state(), 'a', onDisk)).toMatchObject({
      decision: unanswered,
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

describe('what is written', () => {
  const guided = { facilitation: 'optional' } as const;
  const desk = (story: Story) => viewFor(story.state(), 'facilitator', onDisk).facilitatorDesk;

  test('[V3] is the facilitator’s to see, whole and in order', () => {
    const story = inLobby(guided)
      .given(T0, arrive('facilitator'), soundCheck('b', { voice: 'soft' }), ready('a'), ready('b'), start)
      .given(T0 + 1, show('facilitator', 2), nudge('a', 'Slowly.'))
      .given(T0 + 2, mark('here'), trouble('b', 'hum'));
    expect(desk(story)).toEqual({
      shown: [
        { index: 0, at: T0 },
        { index: 2, at: T0 + 1 },
      ],
      nudges: [{ nudgeId: 'n1', to: 'a', text: 'Slowly.', at: T0 + 1 }],
      marks: [{ markId: 'm1', note: 'here', at: T0 + 2 }],
      troubles: [{ troubleId: 't1', seat: 'b', kind: 'cannot-hear', note: 'hum', at: T0 + 2 }],
      soundChecks: {
        a: null,
        b: { voice: 'soft', echo: 'none', device: null, udp: 'yes', tcp: 'yes', turn: 'unknown' },
      },
    });
    for (const seat of ['a', 'b'] as const) {
      expect(viewFor(story.state(), seat, onDisk).facilitatorDesk).toBeNull();
    }
  });

  test('[V3] of a long list the desk has the latest hundred', () => {
    const story = talking(guided);
    for (let i = 0; i < 130; i += 1) story.given(T0 + i, mark(`${i}`));
    expect(desk(story)?.marks).toHaveLength(100);
    expect(desk(story)?.marks.at(-1)).toMatchObject({ note: '129' });
  });

  test('[V6] a nudge is for whom it was written, the latest, until media closes', () => {
    const story = talking(guided).given(T0 + 1, nudge('a', 'One.', 'n1'), nudge('both', 'Two.', 'n2'));
    const seen = (seat: 'a' | 'b' | 'facilitator') => viewFor(story.state(), seat, onDisk).nudge;
    expect(seen('b')).toEqual({ nudgeId: 'n2', text: 'Two.', at: T0 + 1 });
    story.given(T0 + 2, nudge('a', 'Three.', 'n3'));
    expect([seen('a')?.text, seen('b')?.text, seen('facilitator')]).toEqual(['Three.', 'Two.', null]);
    story.given(T0 + minutes(30), wake);
    expect(seen('a')?.text).toBe('Three.');
    story.given(T0 + minutes(31), wake);
    expect([seen('a'), seen('b')]).toEqual([null, null]);
  });

  test('[V6] everyone sees their own latest trouble', () => {
    const story = talking(guided)
      .given(T0 + 1, trouble('a'), trouble('facilitator'))
      .given(T0 + 2, trouble('a'));
    const seen = (seat: 'a' | 'b' | 'facilitator') => viewFor(story.state(), seat, onDisk).trouble;
    expect([seen('a'), seen('b'), seen('facilitator')]).toEqual([
      { kind: 'cannot-hear', at: T0 + 2 },
      null,
      { kind: 'cannot-hear', at: T0 + 1 },
    ]);
  });
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
  const nothingElse = {
    pausedSince: null,
    pauseReason: null,
    pauseEndsAt: null,
    extendableMs: minutes(8),
    extensionAskedBy: [],
    endedAt: null,
    mediaClosesAt: null,
  };

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
      pauseReason: 'absence',
      pauseEndsAt: since + minutes(5),
    });
  });

  test('[V5] tells when it ended and when media closes', () => {
    const over = { ...nothingElse, extendableMs: 0, startedAt: T0, endsAt: T0 + minutes(30) };
    const told = { ...over, endedAt: T0 + minutes(30), mediaClosesAt: T0 + minutes(31) };
    expect(clockOf(parting())).toEqual(told);
    expect(clockOf(decided())).toEqual(told);
  });

  test('[V5] tells who asks for more time, and how much there is', () => {
    const story = talking().given(T0 + 1, askExtension('b'));
    expect(clockOf(story)).toMatchObject({ extendableMs: minutes(8), extensionAskedBy: ['b'] });
    story.given(T0 + 2, askExtension('a'));
    expect(clockOf(story)).toMatchObject({
      endsAt: T0 + minutes(35),
      extendableMs: minutes(3),
      extensionAskedBy: [],
    });
  });

  test('[V5] tells that the facilitator paused', () => {
    const story = talking({ facilitation: 'optional' }).given(T0 + 1, pause);
    expect(clockOf(story)).toMatchObject({ pausedSince: T0 + 1, pauseReason: 'facilitator' });
  });
});
