import { describe, expect, test } from 'vitest';
import {
  CREATE,
  PROGRAM,
  T0,
  arrive,
  consent,
  createStory,
  depart,
  hours,
  inLobby,
  minutes,
  ready,
  seconds,
  soundCheck,
  start,
  talking,
  wake,
} from './story.ts';

const DAYS_30 = hours(24 * 30);
const opening = { type: 'prompt-shown', index: 0, promptId: 'opening', by: 'clock' };

describe('creating', () => {
  test('[L1] creating keeps program, deck and consent whole, and expires 30 days after creation', () => {
    expect(createStory().events()).toEqual([
      {
        type: 'created',
        at: T0,
        conversationId: 'c1',
        program: PROGRAM,
        deck: CREATE.deck,
        consent: CREATE.consent,
        language: 'en',
        names: { a: 'Ada', b: 'Ben' },
        plannedAt: null,
        expiresAt: T0 + DAYS_30,
        about: { title: null, keywords: [], place: null },
      },
    ]);
  });

  test('[L1] a planned conversation expires 30 days after the planned time', () => {
    const plannedAt = T0 + hours(48);
    expect(createStory({}, { plannedAt }).state()).toMatchObject({
      phase: 'lobby',
      plannedAt,
      expiresAt: plannedAt + DAYS_30,
    });
  });
});

describe('consent', () => {
  test('[C1] nobody is recorded by surprise: without the consent of both nothing starts', () => {
    const story = createStory({ facilitation: 'optional' });
    story.given(T0, arrive('a'), arrive('b'), arrive('facilitator'), consent('a'), ready('a'));
    expect(story.when(T0, ready('b'))).toEqual({ refused: 'consent-missing' });
    expect(story.when(T0, start)).toEqual({ refused: 'consent-missing' });
    story.given(T0 + hours(1), wake);
    expect(story.state()).toMatchObject({ phase: 'lobby', consents: { b: null } });
  });

  test('[C2] consent is to the text of this conversation', () => {
    const story = createStory().given(T0, arrive('a'));
    const { hash } = CREATE.consent;
    const refused = { refused: 'consent-text-differs' };
    expect(story.when(T0, { type: 'consent', seat: 'a', version: '2', hash })).toEqual(refused);
    expect(story.when(T0, { type: 'consent', seat: 'a', version: '1', hash: '0'.repeat(64) })).toEqual(
      refused,
    );
    expect(story.when(T0 + 5, consent('a'))).toEqual([
      { type: 'consented', at: T0 + 5, seat: 'a', version: '1', hash },
    ]);
    expect(story.state().consents).toEqual({ a: { at: T0 + 5, version: '1', hash }, b: null });
  });

  test('[C3] consent given again gives no event, and the first one counts', () => {
    const story = createStory().given(T0, arrive('a'), consent('a'));
    expect(story.when(T0 + 9, consent('a'))).toEqual([]);
    expect(story.state().consents.a?.at).toBe(T0);
  });
});

describe('ready', () => {
  test('[L2] ready may be said by who is here and has consented', () => {
    const story = createStory();
    expect(story.when(T0, ready('a'))).toEqual({ refused: 'not-present' });
    story.given(T0, arrive('a'));
    expect(story.when(T0, ready('a'))).toEqual({ refused: 'consent-missing' });
    story.given(T0, consent('a'));
    expect(story.when(T0 + 1, ready('a'))).toEqual([
      { type: 'readiness-changed', at: T0 + 1, seat: 'a', ready: true },
    ]);
  });

  test('[L2] ready may be taken back, and said again gives no event', () => {
    const story = inLobby().given(T0, ready('a'));
    expect(story.when(T0, ready('a'))).toEqual([]);
    expect(story.when(T0 + 1, ready('a', false))).toEqual([
      { type: 'readiness-changed', at: T0 + 1, seat: 'a', ready: false },
    ]);
    expect(story.when(T0 + 2, ready('a', false))).toEqual([]);
    expect(story.when(T0 + 3, ready('b'))).toEqual([
      { type: 'readiness-changed', at: T0 + 3, seat: 'b', ready: true },
    ]);
  });

  test('[L2] who is not here may still take it back', () => {
    expect(createStory().when(T0, ready('a', false))).toEqual([]);
  });

  test('[P3] who departs from the lobby is ready no more, but consent stays', () => {
    const story = inLobby().given(T0, ready('a'), depart('a'));
    expect(story.state()).toMatchObject({ ready: { a: false, b: false }, consents: { a: { at: T0 } } });
    story.given(T0, arrive('a'));
    expect(story.when(T0, ready('b'))).toHaveLength(1);
    expect(story.state().phase).toBe('lobby');
  });
});

describe('the start', () => {
  test.each(['never', 'optional'] as const)(
    '[L3] without a facilitator (%s) it starts in the decision in which the second is ready',
    (facilitation) => {
      const at = T0 + minutes(2);
      expect(inLobby({ facilitation }).given(T0, ready('a')).when(at, ready('b'))).toEqual([
        { type: 'readiness-changed', at, seat: 'b', ready: true },
        { type: 'started', at, endsAt: at + minutes(30) },
        { ...opening, at },
      ]);
    },
  );

  test.each(['optional', 'always'] as const)(
    '[L4] with a facilitator here (%s) only their word starts it',
    (facilitation) => {
      const story = inLobby({ facilitation }).given(T0, arrive('facilitator'), ready('a'), ready('b'));
      expect(story.when(T0 + minutes(5), wake)).toEqual([]);
      const at = T0 + minutes(6);
      expect(story.when(at, start)).toEqual([
        { type: 'started', at, endsAt: at + minutes(30) },
        { ...opening, at },
      ]);
    },
  );

  test('[L4] a facilitator who is needed is waited for', () => {
    const story = inLobby({ facilitation: 'always' }).given(T0, ready('a'), ready('b'));
    story.given(T0 + hours(2), wake);
    expect(story.state().phase).toBe('lobby');
    story.given(T0 + hours(2), arrive('facilitator'), depart('facilitator')).given(T0 + hours(3), wake);
    expect(story.state().phase).toBe('lobby');
  });

  test('[L5] an optional facilitator who went is waited for, for the grace', () => {
    const story = inLobby({ facilitation: 'optional' }).given(
      T0,
      arrive('facilitator'),
      ready('a'),
      ready('b'),
    );
    story.given(T0 + 100, depart('facilitator'));
    expect(story.state().phase).toBe('lobby');
    const at = T0 + 100 + seconds(30);
    expect(story.when(at - 1, wake)).toEqual([]);
    expect(story.when(at, wake)).toEqual([
      { type: 'started', at, endsAt: at + minutes(30) },
      { ...opening, at },
    ]);
  });

  test('[L5] an optional facilitator who comes back within the grace guides again', () => {
    const story = inLobby({ facilitation: 'optional' }).given(
      T0,
      arrive('facilitator'),
      ready('a'),
      ready('b'),
    );
    story.given(T0 + 100, depart('facilitator')).given(T0 + seconds(20), arrive('facilitator'));
    expect(story.when(T0 + minutes(10), wake)).toEqual([]);
    expect(story.state().phase).toBe('lobby');
  });

  test('[L6] the word to start is refused: consent first, then presence, then readiness', () => {
    const story = createStory({ facilitation: 'always' }).given(T0, arrive('facilitator'));
    expect(story.when(T0, start)).toEqual({ refused: 'consent-missing' });
    story.given(T0, arrive('a'), consent('a'), consent('b'));
    expect(story.when(T0, start)).toEqual({ refused: 'not-present' });
    story.given(T0, arrive('b'), ready('a'));
    expect(story.when(T0, start)).toEqual({ refused: 'not-ready' });
  });
});

describe('giving up', () => {
  const plannedAt = T0 + hours(1);
  const deadline = plannedAt + minutes(15);

  test('[L7] without both, it is abandoned some time after the planned time', () => {
    const story = createStory({}, { plannedAt }).given(T0, arrive('a'));
    expect(story.when(deadline - 1, wake)).toEqual([]);
    expect(story.when(deadline, wake)).toEqual([{ type: 'abandoned', at: deadline, reason: 'no-show' }]);
    expect(story.state()).toMatchObject({ phase: 'abandoned', abandonedAt: deadline, reason: 'no-show' });
  });

  test('[L7] both here are never given up, and who goes late is waited for again', () => {
    const story = inLobby({}, { plannedAt }).given(deadline, wake);
    story.given(deadline + 1, depart('b'));
    const again = deadline + 1 + minutes(15);
    expect(story.when(again - 1, wake)).toEqual([]);
    expect(story.when(again, wake)).toEqual([{ type: 'abandoned', at: again, reason: 'no-show' }]);
  });

  test('[L7] who went before the planned time is waited for from the planned time on', () => {
    const story = inLobby({}, { plannedAt }).given(T0 + 1, depart('a'), depart('b'));
    expect(story.when(deadline - 1, wake)).toEqual([]);
    expect(story.when(deadline, wake)).toEqual([{ type: 'abandoned', at: deadline, reason: 'no-show' }]);
  });

  test('[L7] without a planned time nobody is late', () => {
    const story = createStory().given(T0 + DAYS_30 - 1, wake);
    expect(story.state().phase).toBe('lobby');
  });

  test('[L8] a lobby past its expiry is abandoned, whoever is here', () => {
    const story = inLobby();
    expect(story.when(T0 + DAYS_30, wake)).toEqual([
      { type: 'abandoned', at: T0 + DAYS_30, reason: 'expired' },
    ]);
  });

  test('[L9] only a lobby can be cancelled', () => {
    const story = inLobby();
    expect(story.when(T0 + 1, { type: 'cancel' })).toEqual([{ type: 'cancelled', at: T0 + 1 }]);
    expect(story.state()).toMatchObject({ phase: 'cancelled', cancelledAt: T0 + 1 });
    expect(story.when(T0 + 2, { type: 'cancel' })).toEqual({ refused: 'already-over' });
    expect(talking().when(T0 + 1, { type: 'cancel' })).toEqual({ refused: 'wrong-phase' });
  });
});

test('[L10] of sound checks the latest counts, and nothing depends on it', () => {
  const story = createStory().given(T0, arrive('a'));
  const first = soundCheck('a', { voice: 'soft', device: 'Built-in' });
  expect(story.when(T0 + 1, first)).toMatchObject([
    { type: 'sound-checked', at: T0 + 1, seat: 'a', check: { voice: 'soft', device: 'Built-in' } },
  ]);
  expect(story.when(T0 + 2, first)).toEqual([]);
  expect(story.when(T0 + 3, soundCheck('a', { voice: 'good' }))).toHaveLength(1);
  expect(story.state().soundChecks).toMatchObject({ a: { voice: 'good', device: null }, b: null });
  expect(talking().when(T0 + 1, soundCheck('a'))).toEqual({ refused: 'wrong-phase' });
  const silent = inLobby().given(T0, soundCheck('a', { voice: 'silent' }), ready('a'), ready('b'));
  expect(silent.state().phase).toBe('live');
});
