import { describe, expect, test } from 'vitest';
import { pageOf, type Facts } from './page.ts';

type View = NonNullable<Facts['view']>;
const NOW = 1_000_000;

const person = { here: true, consented: false, ready: false };
const lobby: View = {
  conversationId: 'c',
  version: 1,
  seat: 'a',
  phase: 'lobby',
  language: 'en',
  program: {
    name: 'p',
    texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
    durationMs: 1,
    farewellMs: 1,
    graceMs: 1,
    warningsMs: [],
    copies: true,
    mayPause: true,
    extension: { stepMs: 1, together: false },
  },
  plannedAt: null,
  people: { a: { ...person, seat: 'a', name: 'A' }, b: { ...person, seat: 'b', name: 'B' } },
  facilitator: { expected: false, here: false },
  guidedBy: 'participants',
  consent: { version: '1', hash: '', text: '' },
  clock: null,
  prompt: null,
  promptCount: 0,
  deck: null,
  nudge: null,
  trouble: null,
  facilitatorDesk: null,
  recording: false,
  recordingState: 'off',
  recordingVersion: null,
  end: null,
  decision: null,
};
const withYou = (you: Partial<View['people']['a']>): View => ({
  ...lobby,
  people: { ...lobby.people, a: { ...lobby.people.a, ...you } },
});
const clock = {
  startedAt: 0,
  endsAt: NOW,
  pausedSince: null,
  pauseReason: null,
  pauseEndsAt: null,
  extendableMs: 0,
  extensionAskedBy: [],
  endedAt: NOW,
  mediaClosesAt: NOW + 1000,
};

const facts = (given: Partial<Facts>): Facts => ({
  connection: { state: 'open' },
  view: lobby,
  now: NOW,
  step: 'welcome',
  moved: true,
  entered: false,
  steppedAway: false,
  saidGoodbye: false,
  decided: false,
  left: null,
  ...given,
});

describe('before the first view', () => {
  test('a first unanswered knock is no news; after some the house is said to be away', () => {
    expect(pageOf(facts({ view: null, connection: { state: 'away', tries: 1 } }))).toEqual({ is: 'opening' });
    expect(pageOf(facts({ view: null, connection: { state: 'away', tries: 2 } }))).toEqual({
      is: 'server-away',
    });
  });

  test.each([
    ['link-expired', 'expired'],
    ['link-replaced', 'replaced'],
    ['already-over', 'over'],
    ['link-invalid', 'invalid'],
    ['bad-request', 'invalid'],
  ] as const)('a link refused as %s gets the page "%s"', (code, problem) => {
    expect(pageOf(facts({ view: null, connection: { state: 'refused', code } }))).toEqual({
      is: 'link',
      problem,
    });
  });

  test('a second device waits, and the one that lost is told why', () => {
    expect(pageOf(facts({ connection: { state: 'waiting', until: NOW } }))).toEqual({ is: 'second-device' });
    expect(pageOf(facts({ connection: { state: 'lost', reason: 'taken-over' } }))).toEqual({
      is: 'seat-lost',
      reason: 'taken-over',
    });
    expect(pageOf(facts({ connection: { state: 'lost', reason: 'link-replaced' } }))).toEqual({
      is: 'link',
      problem: 'replaced',
    });
  });
});

describe('the lobby', () => {
  test('nobody reaches the sound check without consent', () => {
    expect(pageOf(facts({ step: 'check' }))).toEqual({ is: 'lobby', step: 'consent' });
    expect(pageOf(facts({ step: 'ready' }))).toEqual({ is: 'lobby', step: 'consent' });
  });

  test('who has agreed goes on to the sound check, and may look back', () => {
    const view = withYou({ consented: true });
    expect(pageOf(facts({ view, step: 'consent' }))).toEqual({ is: 'lobby', step: 'check' });
    expect(pageOf(facts({ view, step: 'outline' }))).toEqual({ is: 'lobby', step: 'outline' });
  });

  test('who comes back after a reload is not led through everything again', () => {
    const view = withYou({ consented: true, ready: true });
    expect(pageOf(facts({ view, moved: false }))).toEqual({ is: 'returning' });
  });

  test('who is ready waits; who was ready before a reload must have sound first', () => {
    const view = withYou({ consented: true, ready: true });
    expect(pageOf(facts({ view, step: 'ready', entered: true }))).toEqual({ is: 'waiting' });
    expect(pageOf(facts({ view, step: 'check' }))).toEqual({ is: 'lobby', step: 'check' });
  });

  test('a line that dropped while waiting sends nobody back', () => {
    const view = withYou({ consented: true, ready: false });
    expect(pageOf(facts({ view, step: 'ready', entered: true }))).toEqual({ is: 'waiting' });
  });
});

describe('the conversation', () => {
  const live: View = { ...lobby, phase: 'live', clock: { ...clock, endedAt: null, mediaClosesAt: null } };

  test('a press comes before sound, also in the middle', () => {
    expect(pageOf(facts({ view: live }))).toEqual({ is: 'returning' });
    expect(pageOf(facts({ view: live, entered: true }))).toEqual({ is: 'room' });
  });

  test('a microphone that can not be had on the way back is a matter for the sound check', () => {
    expect(pageOf(facts({ view: live, step: 'check' }))).toEqual({ is: 'lobby', step: 'check' });
  });

  test('a dropped line leaves the room in sight', () => {
    const connection = { state: 'away', tries: 9 } as const;
    expect(pageOf(facts({ view: live, entered: true, connection }))).toEqual({ is: 'room' });
  });

  test('who stepped away sees that, whatever the line does', () => {
    const connection = { state: 'closed' } as const;
    expect(pageOf(facts({ view: live, entered: false, steppedAway: true, connection }))).toEqual({
      is: 'away',
    });
  });
});

describe('after talking', () => {
  const wrapUp: View = { ...lobby, phase: 'wrap-up', clock };

  test('the farewell lasts until media closes or one has said goodbye', () => {
    expect(pageOf(facts({ view: wrapUp, entered: true }))).toEqual({ is: 'farewell' });
    expect(pageOf(facts({ view: wrapUp, entered: true, saidGoodbye: true }))).toEqual({ is: 'decision' });
    expect(pageOf(facts({ view: wrapUp, entered: true, now: NOW + 1000 }))).toEqual({ is: 'decision' });
  });

  test('a stopped conversation has no farewell', () => {
    const view = { ...wrapUp, clock: { ...clock, mediaClosesAt: NOW } };
    expect(pageOf(facts({ view, entered: true }))).toEqual({ is: 'decision' });
  });

  test('a recording that was taken back leaves nothing to decide', () => {
    const decision = {
      decideBy: NOW,
      yours: null,
      yoursVersion: null,
      agreed: null,
      mayListen: false,
      mayDownload: false,
      withdrawn: true,
      withdrawnByYou: false,
      outcome: null,
    } as const;
    expect(pageOf(facts({ view: { ...wrapUp, decision }, entered: true }))).toEqual({ is: 'withdrawn' });
    expect(pageOf(facts({ view: { ...wrapUp, phase: 'closed', decision } }))).toEqual({ is: 'withdrawn' });
  });

  test('who left quietly sees only that, whatever happens meanwhile', () => {
    expect(pageOf(facts({ view: wrapUp, left: 'ended' }))).toEqual({ is: 'left', how: 'ended' });
    expect(pageOf(facts({ connection: { state: 'closed' }, left: 'lobby' }))).toEqual({
      is: 'left',
      how: 'lobby',
    });
  });

  test('thanks come when one is done, or when it is closed', () => {
    expect(pageOf(facts({ view: wrapUp, decided: true }))).toEqual({ is: 'thanks' });
    expect(pageOf(facts({ view: { ...wrapUp, phase: 'closed' } }))).toEqual({ is: 'thanks' });
  });
});

describe('the facilitator', () => {
  test('takes the seat with a press, guides until media closes, and never decides', () => {
    const view: View = { ...lobby, seat: 'facilitator' };
    const wrapUp: View = { ...view, phase: 'wrap-up', clock };
    expect(pageOf(facts({ view }))).toEqual({ is: 'desk-welcome' });
    expect(pageOf(facts({ view, entered: true }))).toEqual({ is: 'desk' });
    expect(pageOf(facts({ view: wrapUp, entered: true }))).toEqual({ is: 'desk' });
    expect(pageOf(facts({ view: wrapUp, entered: true, now: NOW + 1000 }))).toEqual({ is: 'desk-ended' });
  });
});
