/** Whatever is asked, whenever, with whatever outages and clocks: what must hold holds after every step. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command, Create } from './commands.ts';
import {
  PARTICIPANT_SEATS,
  type Conversation,
  type ConversationEvent,
  type Instant,
} from './conversation.ts';
import { decide, isRefusal } from './decide.ts';
import { evolve, replay } from './evolve.ts';
import { mayHear, mayProduce } from './roles.ts';
import { nextDeadline } from './timer.ts';
import { CREATE, PROGRAM, T0, arrive, consent, minutes, ready, seconds, start, wake } from './story.ts';

/** About a second. A failure prints its seed and its shortest story; keep that as a test of its own. */
const RUNS = 1000;

type Step =
  /** Time goes by; `punctual` wakes at every deadline, as a room does, else there is one late wake. */
  | { readonly step: 'pass'; readonly ms: number; readonly punctual: boolean }
  | { readonly step: 'clock-back'; readonly ms: number }
  /** No server for `ms`; the last sign of life was `unseenMs` before it went. */
  | { readonly step: 'outage'; readonly ms: number; readonly unseenMs: number }
  | { readonly step: 'ask'; readonly command: Command };

const anySeat = fc.constantFrom('a', 'b', 'facilitator');
const mix = { version: 1, durationMs: 1, files: [] };

const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 9, arbitrary: fc.record({ type: fc.constantFrom('arrive', 'arrive', 'depart'), seat: anySeat }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('set-ready'), seat: anySeat, ready: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('show-prompt'),
      seat: anySeat,
      index: fc.integer({ min: -1, max: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('decide'),
      seat: anySeat,
      answer: fc.constantFrom('public', 'public', 'private'),
      recordingVersion: fc.constantFrom(null, null, 1, 2),
    }),
  },
  { weight: 2, arbitrary: anySeat.map(consent) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('take-over', 'start', 'end', 'reissue-link'),
      seat: anySeat,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Command>(
      { type: 'cancel' },
      { type: 'wake' },
      { type: 'note-capture' },
      { type: 'note-mix-started' },
      { type: 'note-mix-finished', mix },
      { type: 'note-mix-failed', reason: 'x', final: false },
      { type: 'note-mix-failed', reason: 'x', final: true },
    ),
  },
);

/** Mostly short, sometimes beyond every deadline; also fractions of a millisecond, which real clocks have. */
const anyTime = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: seconds(40) }) },
  { weight: 5, arbitrary: fc.double({ min: 0, max: minutes(3), noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: minutes(60 * 24 * 40) }) },
);

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ step: fc.constant('ask'), command: anyCommand }) },
  { weight: 4, arbitrary: fc.record({ step: fc.constant('pass'), ms: anyTime, punctual: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('outage'), ms: anyTime, unseenMs: anyTime }) },
  { weight: 1, arbitrary: fc.record({ step: fc.constant('clock-back'), ms: anyTime }) },
);

const upTo = (ms: number) => fc.integer({ min: 0, max: ms });

const anyCreate: fc.Arbitrary<Create> = fc
  .record({
    facilitation: fc.constantFrom('never', 'optional', 'always'),
    durationMs: fc.integer({ min: seconds(1), max: minutes(10) }),
    farewellMs: upTo(seconds(60)),
    graceMs: upTo(seconds(40)),
    pauseAllowanceMs: upTo(minutes(3)),
    noShowAfterMs: upTo(minutes(15)),
    decideWithinMs: upTo(minutes(10)),
    warningsMs: fc.array(upTo(minutes(12)), { maxLength: 4 }),
    atMs: fc.array(upTo(minutes(10)), { maxLength: 5 }),
    opensAtZero: fc.boolean(),
    plannedInMs: fc.option(fc.integer({ min: -minutes(5), max: minutes(30) }), { freq: 2 }),
  })
  .map(({ atMs, opensAtZero, plannedInMs, ...rules }) => {
    const times = [...(opensAtZero ? [0] : []), ...atMs].toSorted((x, y) => x - y);
    const prompts = times.map((at, i) => ({
      id: `p${i}`,
      section: 's',
      text: 't',
      guidance: null,
      atMs: at,
    }));
    const warningsMs = rules.warningsMs.toSorted((x, y) => y - x);
    const program = { ...PROGRAM, ...rules, warningsMs };
    const plannedAt = plannedInMs === null ? null : T0 + plannedInMs;
    return Object.assign({}, CREATE, { program, plannedAt, deck: { id: 'deck', prompts } });
  });

/** Far enough for most runs to talk. */
const upToConsent = [arrive('a'), arrive('b'), consent('a'), consent('b')];
const anyPrelude: fc.Arbitrary<readonly Command[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constant(upToConsent) },
  { weight: 3, arbitrary: fc.constant([...upToConsent, ready('a'), ready('b')]) },
  {
    weight: 3,
    arbitrary: fc.constant([arrive('facilitator'), ...upToConsent, ready('a'), ready('b'), start]),
  },
);

/** A conversation that is watched: every event and every state on its way is held to the rules. */
function createWatched(create: Create) {
  let now: Instant = T0;
  const events: ConversationEvent[] = [];
  let state: Conversation | null = null;
  let pausedSince: Instant | null = null;
  let pausedMs = 0;
  /** No wake came late so far. */
  let punctual = true;

  /** Instants near now are exact to 2⁻¹² ms; sums of them a little less. */
  const exact = 2;

  function watch(event: ConversationEvent, before: Conversation | null, after: Conversation): void {
    if (before !== null) expect(event.at).toBeGreaterThanOrEqual(before.updatedAt);
    expect(mayProduce(after, 'facilitator')).toBe(false);
    const started = [...events, event].some((each) => each.type === 'started');
    if (!started) expect(mayHear(after)).toBe(false);
    if (pausedSince !== null) {
      expect(['warned', 'paused', 'media-closed', 'closed']).not.toContain(event.type);
      if (event.type === 'prompt-shown') expect(event.by).not.toBe('clock');
      if (event.type === 'ended') expect(event.reason).not.toBe('time');
    }
    if (event.type === 'started') {
      for (const seat of PARTICIPANT_SEATS) {
        expect(before?.consents[seat]).not.toBeNull();
        expect(before?.presence[seat].here).toBe(true);
      }
      expect(event.endsAt).toBe(event.at + create.program.durationMs);
    }
    if (event.type === 'prompt-shown') {
      expect(before?.phase).toBe('live');
      expect(create.deck.prompts[event.index]?.id).toBe(event.promptId);
      if (before?.phase === 'live') expect(before.prompt?.index).not.toBe(event.index);
    }
    if (event.type === 'warned' && before?.phase === 'live') {
      expect(event.remainingMs).toBeLessThanOrEqual(create.program.durationMs);
      expect(event.remainingMs).toBeLessThan(before.warnBelowMs);
      expect(before.endsAt - event.remainingMs).toBeLessThanOrEqual(event.at);
    }
    if (event.type === 'paused') {
      expect(event.since).toBeLessThanOrEqual(event.at);
      if (before?.phase === 'live') expect(event.since).toBeGreaterThanOrEqual(before.startedAt);
      pausedSince = event.since;
    }
    if (event.type === 'resumed') {
      pausedMs += event.at - (pausedSince ?? Number.NaN);
      pausedSince = null;
      expect(pausedMs).toBeLessThan(create.program.pauseAllowanceMs + 0.01);
    }
    if (event.type === 'ended') {
      const lastPauseMs = pausedSince === null ? 0 : event.at - pausedSince;
      if (punctual) expect(pausedMs + lastPauseMs).toBeLessThan(create.program.pauseAllowanceMs + 0.01);
      expect(event.at).toBeLessThanOrEqual(event.mediaClosesAt);
      expect(event.mediaClosesAt).toBeLessThanOrEqual(event.decideBy);
      pausedSince = null;
    }
    if (event.type === 'closed') {
      const wrapUp = before?.phase === 'wrap-up' ? before : null;
      const bothPublic = wrapUp?.answers.a?.answer === 'public' && wrapUp.answers.b?.answer === 'public';
      expect(event.outcome).toBe(bothPublic ? 'public' : 'private');
      expect(wrapUp?.mediaClosedAt).toEqual(expect.any(Number));
    }
    if (after.phase === 'live') {
      expect(after.endsAt - after.startedAt - create.program.durationMs).toBeCloseTo(pausedMs, exact);
      expect(after.pausedMs).toBeCloseTo(pausedMs, exact);
      expect(after.pausedSince).toBe(pausedSince);
    }
    if (before?.phase === 'closed' || before?.phase === 'cancelled' || before?.phase === 'abandoned') {
      expect(after.phase).toBe(before.phase);
    }
  }

  function ask(command: Create | Command): void {
    const outcome = decide(state, command, now);
    if (isRefusal(outcome)) return;
    for (const event of outcome) {
      const after = evolve(state, event);
      watch(event, state, after);
      events.push(event);
      state = after;
    }
  }

  function current(): Conversation {
    if (state === null) throw new Error('not created');
    return state;
  }

  function wakeAndProgress(): void {
    ask(wake);
    const deadline = nextDeadline(current());
    if (deadline !== null) expect(deadline).toBeGreaterThan(Math.max(now, current().updatedAt));
    expect(decide(state, wake, now)).toEqual([]);
  }

  /** The room wakes at each deadline on the way. Each wake makes progress, so this ends. */
  function passPunctually(until: Instant): void {
    let deadline = nextDeadline(current());
    while (deadline !== null && deadline <= until) {
      now = Math.max(now, deadline);
      wakeAndProgress();
      deadline = nextDeadline(current());
    }
    now = Math.max(now, until);
  }

  ask(create);
  return {
    ask,
    take(step: Step): void {
      switch (step.step) {
        case 'ask':
          ask(step.command);
          break;
        case 'pass':
          punctual &&= step.punctual;
          if (step.punctual) passPunctually(now + step.ms);
          now += step.punctual ? 0 : step.ms;
          wakeAndProgress();
          break;
        case 'clock-back':
          now -= step.ms;
          break;
        case 'outage': {
          const lastAliveAt = now - step.unseenMs;
          punctual = false;
          now += step.ms;
          ask({ type: 'recover', lastAliveAt });
          if (current().phase === 'live' || current().phase === 'lobby') {
            expect(Object.values(current().presence).some((presence) => presence.here)).toBe(false);
          }
          wakeAndProgress();
          break;
        }
      }
      expect(replay(events)).toEqual(state);
      expect(current().version).toBe(events.length);
    },
  };
}

function play(create: Create, prelude: readonly Command[], steps: readonly Step[]): void {
  const watched = createWatched(create);
  for (const command of prelude) watched.ask(command);
  for (const step of steps) watched.take(step);
}

test('[C1] [K7] [R6] [D2] [Q1] [T3] [T5] [T6] hold whatever happens', { timeout: 60_000 }, () => {
  const anySteps = fc.array(anyStep, { minLength: 5, maxLength: 60, size: 'max' });
  const run = fc.check(fc.property(anyCreate, anyPrelude, anySteps, play), { numRuns: RUNS });
  expect(fc.defaultReportMessage(run)).toBeUndefined();
});
