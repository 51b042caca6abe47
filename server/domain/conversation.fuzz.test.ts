/** Whatever is asked, whenever, with whatever outages and clocks: what must hold holds after every step. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Command, CommandType, Create } from './commands.ts';
import {
  PARTICIPANT_SEATS,
  type Conversation,
  type ConversationEvent,
  type Instant,
  type Seat,
} from './conversation.ts';
import { decide, isRefusal } from './decide.ts';
import { evolve, replay } from './evolve.ts';
import { bothAreHere } from './people.ts';
import { WHO_MAY, mayHear, mayProduce } from './roles.ts';
import { nextDeadline } from './timer.ts';
import {
  CREATE,
  PROGRAM,
  T0,
  answer,
  arrive,
  askExtension,
  consent,
  end,
  extend,
  minutes,
  pause,
  ready,
  resume,
  seconds,
  soundCheck,
  start,
  trouble,
  wake,
  withdraw,
} from './story.ts';
import { wantedMedia } from './wanted.ts';

/** Of each kind; some three seconds. A failure prints its seed and its shortest story; keep that as a test of its own. */
const RUNS = 1000;

type Step =
  /** Time goes by; `punctual` wakes at every deadline, as a room does, else there is one late wake. */
  | { readonly step: 'pass'; readonly ms: number; readonly punctual: boolean }
  | { readonly step: 'clock-back'; readonly ms: number }
  /** No server for `ms`; the last sign of life was `unseenMs` before it went. */
  | { readonly step: 'outage'; readonly ms: number; readonly unseenMs: number }
  | { readonly step: 'ask'; readonly command: Command };

const anySeat = fc.constantFrom('a', 'b', 'facilitator');
const id = fc.constantFrom('x', 'y');
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
    weight: 4,
    arbitrary: fc.record({
      type: fc.constantFrom('pause', 'resume', 'extend'),
      seat: fc.constantFrom('facilitator', 'facilitator', 'facilitator', 'a'),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('ask-extension'),
      seat: anySeat,
      wanted: fc.constantFrom(true, true, false),
    }),
  },
  { weight: 1, arbitrary: anySeat.map(withdraw) },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.record({
        type: fc.constant('nudge'),
        seat: anySeat,
        nudgeId: id,
        to: fc.constantFrom('a', 'b', 'both'),
        text: id,
      }),
      fc.record({ type: fc.constant('mark'), seat: anySeat, markId: id, note: fc.option(id) }),
      anySeat.map((seat) => trouble(seat)),
      anySeat.map((seat) => soundCheck(seat)),
    ),
  },
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
      { type: 'note-recording-deleted' },
    ),
  },
);

/** Mostly short, sometimes beyond every deadline; also fractions of a millisecond, which real clocks have. */
const anyTime = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: seconds(40) }) },
  { weight: 5, arbitrary: fc.double({ min: 0, max: minutes(3), noNaN: true }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: minutes(60 * 24 * 40) }) },
);

/** What happens at a facilitator's table while the two talk. */
const anyGuidedCommand: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constantFrom('arrive', 'arrive', 'depart'), seat: anySeat }) },
  { weight: 4, arbitrary: fc.constantFrom(pause, pause, resume, resume, extend) },
  { weight: 1, arbitrary: fc.constantFrom(askExtension('a'), askExtension('b')) },
);

const anyStepOf = (command: fc.Arbitrary<Command>): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ step: fc.constant('ask'), command }) },
    { weight: 4, arbitrary: fc.record({ step: fc.constant('pass'), ms: anyTime, punctual: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('outage'), ms: anyTime, unseenMs: anyTime }) },
    { weight: 1, arbitrary: fc.record({ step: fc.constant('clock-back'), ms: anyTime }) },
  );

const anyStep = anyStepOf(anyCommand);
const anyGuidedStep = anyStepOf(anyGuidedCommand);

const upTo = (ms: number) => fc.integer({ min: 0, max: ms });

const anyCreate: fc.Arbitrary<Create> = fc
  .record({
    facilitation: fc.constantFrom('never', 'optional', 'always'),
    durationMs: fc.integer({ min: seconds(1), max: minutes(10) }),
    farewellMs: upTo(seconds(60)),
    graceMs: upTo(seconds(40)),
    pauseAllowanceMs: upTo(minutes(3)),
    pauses: fc.record({ facilitator: fc.constantFrom(true, true, false) }),
    extension: fc.record({
      stepMs: fc.integer({ min: 1, max: minutes(3) }),
      atMostMs: fc.oneof(fc.constant(0), upTo(minutes(5)), upTo(minutes(5))),
      together: fc.constantFrom(true, true, false),
    }),
    offers: fc.constantFrom('clock', 'clock', 'nobody'),
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
const guided = [arrive('facilitator'), ...upToConsent, ready('a'), ready('b'), start];
const anyPrelude: fc.Arbitrary<readonly Command[]> = fc.oneof(
  { weight: 1, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.constant(upToConsent) },
  { weight: 3, arbitrary: fc.constant([...upToConsent, ready('a'), ready('b')]) },
  { weight: 1, arbitrary: fc.constant([...upToConsent, withdraw('a'), ready('a'), ready('b')]) },
  {
    weight: 3,
    arbitrary: fc.constant(guided),
  },
  {
    weight: 1,
    arbitrary: fc.constant([
      ...upToConsent,
      ready('a'),
      ready('b'),
      end('a'),
      answer('a', 'public'),
      answer('b', 'public'),
    ]),
  },
);

/** Long enough, and with pauses enough, for much to happen. */
const anyGuidedCreate = fc
  .tuple(anyCreate, fc.constantFrom('optional', 'always'))
  .map(([create, facilitation]) => {
    const { durationMs, pauseAllowanceMs } = create.program;
    const longer = {
      facilitation,
      durationMs: durationMs + minutes(5),
      pauseAllowanceMs: pauseAllowanceMs + minutes(1),
    };
    return Object.assign({}, create, { program: { ...create.program, ...longer } });
  });

/** A conversation that is watched: every event and every state on its way is held to the rules. */
function createWatched(create: Create) {
  let now: Instant = T0;
  const events: ConversationEvent[] = [];
  let state: Conversation | null = null;
  let pausedSince: Instant | null = null;
  /** As the clock counts them, and as they lasted. */
  let pausedMs = 0;
  let stoodMs = 0;
  let extendedMs = 0;
  /** Where the clock stood or ran at the latest extension; warnings that were true then are over. */
  let extendedAt: Instant = -Infinity;
  const consenting = new Set<Seat>();
  /** No wake came late so far. */
  let punctual = true;

  /** Instants near now are exact to 2⁻¹² ms; sums of them a little less. */
  const exact = 2;

  function watch(
    event: ConversationEvent,
    before: Conversation | null,
    after: Conversation,
    asked: CommandType | 'create',
  ): void {
    if (before !== null) expect(event.at).toBeGreaterThanOrEqual(before.updatedAt);
    expect(mayProduce(after, 'facilitator')).toBe(false);
    const started = [...events, event].some((each) => each.type === 'started');
    if (!started) expect(mayHear(after)).toBe(false);
    const withdrawn = [...events, event].some((each) => each.type === 'withdrawn');
    if (wantedMedia(after).capture !== 'off') {
      expect({ started, withdrawn }).toEqual({ started: true, withdrawn: false });
      for (const seat of PARTICIPANT_SEATS) expect(after.consents[seat]).not.toBeNull();
    }
    if (withdrawn) {
      expect(['deleting', 'deleted']).toContain(after.recording.state);
      if (after.phase === 'closed') expect(after.outcome).toBe('private');
    }
    if (after.phase === 'live') {
      expect(after.prompt?.index).toBe(after.showings.at(-1)?.index);
    } else {
      expect(after).not.toHaveProperty('prompt');
    }
    if (pausedSince !== null) {
      expect(['warned', 'paused', 'media-closed', 'closed']).not.toContain(event.type);
      if (event.type === 'prompt-shown') expect(event.by).not.toBe('clock');
      if (event.type === 'ended') expect(event.reason).not.toBe('time');
    }
    if (event.type === 'consented') consenting.add(event.seat);
    if (event.type === 'consent-withdrawn') consenting.delete(event.seat);
    if (event.type === 'started') {
      for (const seat of PARTICIPANT_SEATS) {
        expect(consenting).toContain(seat);
        expect(before?.presence[seat].here).toBe(true);
      }
      expect(event.endsAt).toBe(event.at + create.program.durationMs);
    }
    if (event.type === 'prompt-shown') {
      expect(before?.phase).toBe('live');
      expect(create.deck.prompts[event.index]?.id).toBe(event.promptId);
      if (before?.phase === 'live') expect(before.prompt?.index).not.toBe(event.index);
      if (before?.phase === 'live' && event.by === 'clock') {
        const ranMs = event.at - before.startedAt - pausedMs;
        expect(ranMs).toBeGreaterThan((create.deck.prompts[event.index]?.atMs ?? Infinity) - 0.01);
      }
    }
    if (event.type === 'warned' && before?.phase === 'live') {
      expect(event.remainingMs).toBeLessThanOrEqual(create.program.durationMs);
      expect(event.remainingMs).toBeLessThan(before.warnBelowMs);
      expect(before.endsAt - event.remainingMs).toBeLessThanOrEqual(event.at);
      expect(before.endsAt - event.remainingMs).toBeGreaterThan(extendedAt - 0.01);
    }
    if (event.type === 'paused') {
      expect(event.since).toBeLessThanOrEqual(event.at);
      if (before?.phase === 'live') expect(event.since).toBeGreaterThanOrEqual(before.runningSince);
      if (event.reason === 'facilitator') expect(create.program.pauses.facilitator).toBe(true);
      pausedSince = event.since;
    }
    if (event.type === 'resumed') {
      const live = before?.phase === 'live' ? before : null;
      const lastedMs = event.at - (pausedSince ?? Number.NaN);
      const countedMs = event.endsAt - (live?.endsAt ?? Number.NaN);
      if (live?.pauseReason === 'facilitator') {
        expect(countedMs).toBeLessThan(lastedMs + 0.01);
        const isUsedUp = pausedMs + countedMs > create.program.pauseAllowanceMs - 0.01;
        const isAlone = bothAreHere(live) && (isUsedUp || !live.presence.facilitator.here);
        if (asked !== 'resume') expect(isAlone).toBe(true);
      } else {
        expect(countedMs).toBeCloseTo(lastedMs, exact);
      }
      pausedMs += countedMs;
      stoodMs += lastedMs;
      pausedSince = null;
      expect(pausedMs).toBeLessThan(create.program.pauseAllowanceMs + 0.01);
      if (punctual) expect(stoodMs).toBeLessThan(create.program.pauseAllowanceMs + 0.01);
    }
    if (event.type === 'extended') {
      const { stepMs, atMostMs, together } = create.program.extension;
      expect(event.byMs).toBeGreaterThan(0);
      expect(event.byMs).toBeLessThanOrEqual(stepMs);
      if (before?.phase === 'live') expect(event.endsAt).toBeCloseTo(before.endsAt + event.byMs, exact);
      if (event.by === 'both') expect(together).toBe(true);
      extendedMs += event.byMs;
      extendedAt = pausedSince ?? event.at;
      expect(extendedMs).toBeLessThanOrEqual(atMostMs);
    }
    if (event.type === 'ended') {
      const lastPauseMs = pausedSince === null ? 0 : event.at - pausedSince;
      if (punctual) expect(pausedMs + lastPauseMs).toBeLessThan(create.program.pauseAllowanceMs + 0.01);
      if (event.reason === 'pauses-exhausted' && before?.phase === 'live') {
        expect(before.pauseReason === 'facilitator' && bothAreHere(before)).toBe(false);
      }
      expect(event.at).toBeLessThanOrEqual(event.mediaClosesAt);
      expect(event.mediaClosesAt).toBeLessThanOrEqual(event.decideBy);
      pausedSince = null;
    }
    if (event.type === 'closed') {
      const wrapUp = before?.phase === 'wrap-up' ? before : null;
      const bothPublic = wrapUp?.answers.a?.answer === 'public' && wrapUp.answers.b?.answer === 'public';
      expect(event.outcome).toBe(bothPublic && !withdrawn ? 'public' : 'private');
      expect(wrapUp?.mediaClosedAt).toEqual(expect.any(Number));
    }
    if (after.phase === 'live') {
      const plannedMs = create.program.durationMs + extendedMs;
      expect(after.endsAt - after.startedAt - plannedMs).toBeCloseTo(pausedMs, exact);
      expect(after.pausedMs).toBeCloseTo(pausedMs, exact);
      expect(after.pausedSince).toBe(pausedSince);
    }
    if (before?.phase === 'closed' || before?.phase === 'cancelled' || before?.phase === 'abandoned') {
      expect(after.phase).toBe(before.phase);
    }
  }

  function ask(command: Create | Command): void {
    const outcome = decide(state, command, now);
    if (command.type !== 'create' && command.type !== 'recover') holdToTable(command, outcome);
    if (isRefusal(outcome)) return;
    for (const event of outcome) {
      const after = evolve(state, event);
      watch(event, state, after, command.type);
      events.push(event);
      state = after;
    }
  }

  /** What the table of roles does not let is refused as it says, in the phase in which what is due has happened. */
  function holdToTable(command: Command, outcome: ReturnType<typeof decide>): void {
    const due = decide(state, wake, now);
    const { phase, program } = isRefusal(due) ? current() : due.reduce(evolve, current());
    const actor = 'seat' in command && command.type !== 'reissue-link' ? command.seat : 'house';
    const seat = 'seat' in command ? command.seat : null;
    const row = WHO_MAY[command.type];
    const isNobody = seat === 'facilitator' && program.facilitation === 'never';
    const isOver = phase === 'closed' || phase === 'cancelled' || phase === 'abandoned';
    if (isNobody || !Object.values(row).some((who) => who.includes(actor))) {
      expect(outcome).toEqual({ refused: 'not-your-role' });
    } else if (row[phase]?.includes(actor) !== true) {
      expect(outcome).toEqual({ refused: isOver ? 'already-over' : 'wrong-phase' });
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

test(
  '[C1] [K7] [R1] [R6] [B5] [D2] [Q1] [W2] [T3] [T5] [T6] hold whatever happens',
  { timeout: 60_000 },
  () => {
    const anySteps = fc.array(anyStep, { minLength: 5, maxLength: 60, size: 'max' });
    const run = fc.check(fc.property(anyCreate, anyPrelude, anySteps, play), { numRuns: RUNS });
    expect(fc.defaultReportMessage(run)).toBeUndefined();
  },
);

test(
  '[K7] [K10] [K12] [K15] [G1] [G5] [G6] hold however a conversation is guided',
  { timeout: 60_000 },
  () => {
    const anySteps = fc.array(anyGuidedStep, { minLength: 5, maxLength: 60, size: 'max' });
    const property = fc.property(anyGuidedCreate, fc.constant(guided), anySteps, play);
    const run = fc.check(property, { numRuns: RUNS });
    expect(fc.defaultReportMessage(run)).toBeUndefined();
  },
);
