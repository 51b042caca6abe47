/** Conversations for tests: a program, people, and a way to tell what happened to them. Used by tests only. */
import type { Command, Create, Refusal } from './commands.ts';
import type {
  Conversation,
  ConversationEvent,
  Instant,
  Millis,
  Program,
  Seat,
  SoundCheck,
} from './conversation.ts';
import { decide, isRefusal } from './decide.ts';
import { evolve } from './evolve.ts';

export const seconds = (n: number): Millis => n * 1000;
export const minutes = (n: number): Millis => n * 60_000;
export const hours = (n: number): Millis => n * 3_600_000;

/** When every story begins: its conversation is created. */
export const T0: Instant = 1_800_000_000_000;

export const PROGRAM: Program = {
  id: 'one-small-step',
  name: 'One Small Step',
  texts: {
    about: 'Two people talk.',
    afterwards: 'We write to you.',
    public: 'Everyone may listen.',
    private: 'Nobody else listens.',
    withdrawal: 'It is deleted.',
  },
  facilitation: 'never',
  durationMs: minutes(30),
  farewellMs: seconds(60),
  graceMs: seconds(30),
  pauseAllowanceMs: minutes(5),
  pauses: { facilitator: true },
  extension: { stepMs: minutes(5), atMostMs: minutes(8), together: true },
  offers: 'clock',
  opensBeforeMs: minutes(15),
  noShowAfterMs: minutes(15),
  decideWithinMs: hours(24),
  warningsMs: [minutes(5), minutes(1)],
  outputs: { master: 'stereo', listening: true, originals: false },
  copies: true,
  retentionMs: null,
};

export const CREATE: Create = {
  type: 'create',
  conversationId: 'c1',
  program: PROGRAM,
  deck: {
    id: 'deck',
    prompts: [
      { id: 'opening', section: 'Arriving', text: 'What brought you here?', guidance: null, atMs: 0 },
      {
        id: 'middle',
        section: 'Stories',
        text: 'Who shaped you?',
        guidance: 'Take turns.',
        atMs: minutes(10),
      },
      { id: 'late', section: 'Stories', text: 'What do you fear?', guidance: null, atMs: minutes(20) },
      { id: 'last', section: 'Leaving', text: 'What will you keep?', guidance: null, atMs: minutes(25) },
    ],
  },
  consent: { version: '1', text: 'We record.', hash: 'f'.repeat(64) },
  language: 'en',
  names: { a: 'Ada', b: 'Ben' },
  plannedAt: null,
  about: { title: null, keywords: [], place: null },
};

export interface Story {
  /** Asks at `at`, keeps what follows, and answers it. */
  when(at: Instant, command: Command): readonly ConversationEvent[] | Refusal;
  /** As `when`, several at one instant, all of which must be granted. */
  given(at: Instant, ...commands: readonly Command[]): Story;
  state(): Conversation;
  events(): readonly ConversationEvent[];
}

export function createStory(program: Partial<Program> = {}, create: Partial<Create> = {}): Story {
  const events = [
    ...granted(decide(null, { ...CREATE, program: { ...PROGRAM, ...program }, ...create }, T0)),
  ];
  let state = events.reduce<Conversation | null>(evolve, null);

  const story: Story = {
    when(at, command) {
      const outcome = decide(state, command, at);
      if (isRefusal(outcome)) return outcome;
      events.push(...outcome);
      state = outcome.reduce<Conversation | null>(evolve, state);
      return outcome;
    },
    given(at, ...commands) {
      for (const command of commands) granted(story.when(at, command));
      return story;
    },
    state() {
      if (state === null) throw new Error('the story has no beginning');
      return state;
    },
    events: () => events,
  };
  return story;
}

function granted(outcome: readonly ConversationEvent[] | Refusal): readonly ConversationEvent[] {
  if (isRefusal(outcome)) throw new Error(`the story cannot go so: ${outcome.refused}`);
  return outcome;
}

export const arrive = (seat: Seat): Command => ({ type: 'arrive', seat });
export const depart = (seat: Seat): Command => ({ type: 'depart', seat });
export const consent = (seat: Seat): Command => ({
  type: 'consent',
  seat,
  version: CREATE.consent.version,
  hash: CREATE.consent.hash,
});
export const ready = (seat: Seat, isReady = true): Command => ({ type: 'set-ready', seat, ready: isReady });
export const show = (seat: Seat, index: number): Command => ({ type: 'show-prompt', seat, index });
export const end = (seat: Seat): Command => ({ type: 'end', seat });
export const answer = (
  seat: Seat,
  given: 'public' | 'private',
  recordingVersion: number | null = null,
): Command => ({ type: 'decide', seat, answer: given, recordingVersion });
export const pause: Command = { type: 'pause', seat: 'facilitator' };
export const resume: Command = { type: 'resume', seat: 'facilitator' };
export const extend: Command = { type: 'extend', seat: 'facilitator' };
export const askExtension = (seat: Seat, wanted = true): Command => ({
  type: 'ask-extension',
  seat,
  wanted,
});
export const nudge = (to: 'a' | 'b' | 'both', text = 'Ask her about it.', nudgeId = 'n1'): Command => ({
  type: 'nudge',
  seat: 'facilitator',
  nudgeId,
  to,
  text,
});
export const mark = (note: string | null = null, markId = 'm1'): Command => ({
  type: 'mark',
  seat: 'facilitator',
  markId,
  note,
});
export const trouble = (seat: Seat, note: string | null = null, troubleId = 't1'): Command => ({
  type: 'report-trouble',
  seat,
  troubleId,
  kind: 'cannot-hear',
  note,
});
export const soundCheck = (seat: Seat, check: Partial<SoundCheck> = {}): Command => ({
  type: 'note-sound-check',
  seat,
  check: { voice: 'good', echo: 'none', device: null, udp: 'yes', tcp: 'yes', turn: 'unknown', ...check },
});
export const withdraw = (seat: Seat): Command => ({ type: 'withdraw', seat });
export const start: Command = { type: 'start', seat: 'facilitator' };
export const wake: Command = { type: 'wake' };

/** Both here and consented; not yet ready. */
export function inLobby(program: Partial<Program> = {}, create: Partial<Create> = {}): Story {
  return createStory(program, create).given(T0, arrive('a'), arrive('b'), consent('a'), consent('b'));
}

/** Talking since `T0`. With a facilitator, where the program has one. */
export function talking(program: Partial<Program> = {}, create: Partial<Create> = {}): Story {
  const story = inLobby(program, create);
  if (story.state().program.facilitation === 'never') return story.given(T0, ready('a'), ready('b'));
  return story.given(T0, arrive('facilitator'), ready('a'), ready('b'), start);
}

/** Ended by time at `T0` plus 30 minutes; in the farewell. */
export function parting(program: Partial<Program> = {}): Story {
  return talking(program).given(T0 + minutes(30), wake);
}

/** Media closed at `T0` plus 31 minutes; both may decide. */
export function deciding(program: Partial<Program> = {}): Story {
  return parting(program).given(T0 + minutes(31), wake);
}

/** Closed, private, at the deadline. */
export function decided(program: Partial<Program> = {}): Story {
  return deciding(program).given(T0 + minutes(30) + hours(24), wake);
}
