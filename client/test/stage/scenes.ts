/** Every view there is, each in the states in which people meet it. */
import type { View } from '../../../server/protocol/events.ts';
import type { Language } from '../../src/words/words.ts';
import { NOW, type Set } from './fake-room.ts';

export type Scene =
  | { readonly problem: 'missing' | 'old' | 'insecure' }
  | {
      readonly set: (language: Language) => Set;
      /** Buttons to press, by the start of their words, before the picture is taken. */
      readonly press?: readonly RegExp[];
    };

const MINUTE = 60_000;
const TEXT = {
  en: {
    program: 'One small step',
    consent:
      'We record the sound of your conversation, so that it can be kept. We do not record the picture.\n\nAfter the conversation each of you decides, alone, whether it may be made public. If one of you says no, or says nothing, it stays private.\n\nYou can stop at any time. Then the recording stops too.\n\nA facilitator may hear and see you. You always see whether somebody is there.',
    deck: [
      [
        'Welcome',
        'Say hello. Where are you sitting right now, and what can you see from your chair?',
        'There is nothing to get right here. A slow beginning is a good one.',
      ],
      [
        'Welcome',
        'What made you say yes to this conversation? Is there anything about it that makes you nervous?',
        null,
      ],
      [
        'Getting to know each other',
        'Who has been the kindest to you in your life, and how did they show it?',
        'Ask one more question before you answer yourself.',
      ],
      [
        'The conversation',
        'Tell each other about an experience that shaped what you believe about how people should live together, and about what you would want someone who disagrees with you to understand of it.',
        'Take the time you need. The other listens until you say that you have finished.',
      ],
      ['The conversation', 'Is there something about the other side that you respect?', null],
      ['Before you part', 'What will you remember of this conversation?', null],
    ],
  },
  es: {
    program: 'Un pequeño paso',
    consent:
      'Grabamos el sonido de su conversación para conservarla. La imagen no se graba.\n\nDespués, cada quien decide a solas si puede hacerse pública. Si alguien dice que no, o no dice nada, queda en privado.\n\nPueden detenerla en cualquier momento. Entonces también se detiene la grabación.',
    deck: [
      [
        'Bienvenida',
        'Salúdense. ¿Dónde está cada quien en este momento y qué alcanza a ver desde su silla?',
        'Aquí no hay nada que hacer bien. Empezar despacio es empezar bien.',
      ],
      [
        'Bienvenida',
        '¿Qué los animó a decir que sí a esta conversación? ¿Hay algo de ella que los ponga nerviosos?',
        null,
      ],
      [
        'Conocerse',
        '¿Quién ha sido más bueno contigo en la vida, y cómo te lo mostró?',
        'Antes de responder, haz una pregunta más.',
      ],
      [
        'La conversación',
        'Cuéntense una experiencia que haya marcado lo que creen sobre cómo debería vivir la gente junta, y qué les gustaría que entendiera de ella alguien que piensa distinto.',
        'Tómense el tiempo que necesiten.',
      ],
      ['La conversación', '¿Hay algo del otro lado que respetes?', null],
      ['Antes de despedirse', '¿Qué vas a recordar de esta conversación?', null],
    ],
  },
} as const;

type Changes = Partial<Omit<View, 'people'>> & {
  readonly you?: Partial<View['people']['a']>;
  readonly partner?: Partial<View['people']['a']>;
};

function view(language: Language, changes: Changes = {}): View {
  const text = TEXT[language];
  const { you, partner, ...rest } = changes;
  const person = { here: true, consented: false, ready: false };
  return {
    conversationId: 'c1',
    version: 7,
    seat: 'a',
    phase: 'lobby',
    language,
    program: {
      name: text.program,
      texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
      durationMs: 50 * MINUTE,
      farewellMs: MINUTE,
      graceMs: 15_000,
      copies: true,
      mayPause: true,
      extension: { stepMs: 5 * MINUTE, together: true },
    },
    plannedAt: NOW + 10 * MINUTE,
    people: {
      a: { ...person, seat: 'a', name: 'Ana María', ...you },
      b: { ...person, seat: 'b', name: 'Jonathan', ...partner },
    },
    facilitator: { expected: false, here: false },
    guidedBy: 'participants',
    consent: { version: '1', hash: '0'.repeat(64), text: text.consent },
    clock: null,
    prompt: null,
    promptCount: text.deck.length,
    deck: null,
    nudge: null,
    trouble: null,
    facilitatorDesk: null,
    recording: false,
    recordingState: 'off',
    recordingVersion: null,
    end: null,
    decision: null,
    ...rest,
  };
}

const UNDECIDED = {
  yours: null,
  yoursVersion: null,
  agreed: null,
  mayListen: false,
  mayDownload: false,
  withdrawn: false,
  withdrawnByYou: false,
  outcome: null,
} as const;

const READY = { consented: true, ready: true } as const;

function card(language: Language, index: number): NonNullable<View['prompt']> {
  const [section, text, guidance] = TEXT[language].deck[index] ?? ['', '', null];
  return { index, id: `card-${index}`, section, text, guidance };
}

function live(language: Language, leftMs: number, changes: Changes = {}): View {
  return view(language, {
    phase: 'live',
    you: READY,
    partner: READY,
    recording: true,
    prompt: card(language, 2),
    clock: {
      startedAt: NOW - (50 * MINUTE - leftMs),
      endsAt: NOW + leftMs,
      pausedSince: null,
      pauseReason: null,
      pauseEndsAt: null,
      extendableMs: 0,
      extensionAskedBy: [],
      endedAt: null,
      mediaClosesAt: null,
    },
    ...changes,
  });
}

function over(language: Language, farewellLeftMs: number, changes: Changes = {}): View {
  const clock = live(language, 0).clock;
  return live(language, 0, {
    phase: 'wrap-up',
    prompt: null,
    recording: farewellLeftMs > 0,
    clock: clock === null ? null : { ...clock, endedAt: NOW, mediaClosesAt: NOW + farewellLeftMs },
    end: { reason: 'time', by: 'clock' },
    decision: { ...UNDECIDED, decideBy: NOW + 14 * 24 * 60 * MINUTE },
    ...changes,
  });
}

const paused = (language: Language): Changes => {
  const { clock } = live(language, 31 * MINUTE);
  return {
    recording: false,
    partner: { ...READY, here: false },
    clock:
      clock === null
        ? null
        : { ...clock, pausedSince: NOW, pauseReason: 'absence', pauseEndsAt: NOW + 8 * MINUTE },
  };
};

const guided = { facilitator: { expected: true, here: true }, guidedBy: 'facilitator' } as const;
const desk = (language: Language, of: View): View => ({
  ...of,
  ...guided,
  seat: 'facilitator',
  deck: TEXT[language].deck.map((_, i) => card(language, i)),
});

const lobby = (step: Set['step'], changes: Changes = {}, rest: Partial<Set> = {}): Scene => ({
  set: (l) => ({ view: view(l, changes), ...(step === undefined ? {} : { step }), ...rest }),
});
const check = (rest: Partial<Set>): Scene => lobby('check', { you: { consented: true } }, rest);
const problem = (connection: NonNullable<Set['connection']>): Scene => ({
  set: () => ({ view: null, connection }),
});
const waiting = (changes: Changes): Scene => ({
  set: (l) => ({ view: view(l, { you: READY, ...changes }), entered: true }),
});
const room = (
  leftMs: number,
  changes: (l: Language) => Changes = () => ({}),
  rest: Partial<Set> = {},
  press: readonly RegExp[] = [],
): Scene => ({ set: (l) => ({ view: live(l, leftMs, changes(l)), entered: true, ...rest }), press });
const after = (changes: Changes, rest: Partial<Set> = {}): Scene => ({
  set: (l) => ({ view: over(l, 0, changes), ...rest }),
});

const trouble = (kind: 'denied' | 'none' | 'busy' | 'other'): Scene =>
  check({ microphone: { state: 'trouble', problem: kind } });
const decideBy = NOW + 14 * 24 * 60 * MINUTE;

export const SCENES: Readonly<Record<string, Scene>> = {
  'link-missing': { problem: 'missing' },
  'browser-old': { problem: 'old' },
  'browser-insecure': { problem: 'insecure' },
  opening: problem({ state: 'opening' }),
  'server-away': problem({ state: 'away', tries: 4 }),
  'link-invalid': problem({ state: 'refused', code: 'link-invalid' }),
  'link-expired': problem({ state: 'refused', code: 'link-expired' }),
  'link-replaced': problem({ state: 'refused', code: 'link-replaced' }),
  'link-over': problem({ state: 'refused', code: 'already-over' }),
  'link-early': problem({ state: 'early', opensAt: NOW + 60 * MINUTE }),
  'second-device': problem({ state: 'waiting', until: NOW + 12_000 }),
  'lost-taken-over': problem({ state: 'lost', reason: 'taken-over' }),
  'lost-refused': problem({ state: 'lost', reason: 'refused' }),
  welcome: lobby('welcome'),
  'welcome-guided': lobby('welcome', guided),
  outline: lobby('outline'),
  'outline-reconnecting': lobby('outline', {}, { connection: { state: 'away', tries: 1 } }),
  consent: lobby('consent'),
  declined: lobby('declined'),
  'check-ask': check({ microphone: { state: 'off' } }),
  'check-asking': check({ microphone: { state: 'asking' } }),
  'check-denied': trouble('denied'),
  'check-none': trouble('none'),
  'check-busy': trouble('busy'),
  'check-other': trouble('other'),
  'check-good': check({}),
  'check-silent': check({ rmsDb: -90, heardForMs: 6000 }),
  'check-sound-only': check({ camera: { state: 'off' } }),
  'check-camera-busy': check({ camera: { state: 'trouble', problem: 'busy' } }),
  ready: lobby('ready', { you: { consented: true } }),
  'waiting-alone': waiting({ partner: { here: false } }),
  'waiting-preparing': waiting({ partner: { consented: true } }),
  'waiting-guide': waiting({ partner: READY, ...guided }),
  'returning-lobby': lobby('welcome', { you: { consented: true } }, { moved: false }),
  'returning-live': { set: (l) => ({ view: live(l, 20 * MINUTE), moved: false }) },
  away: { set: (l) => ({ view: live(l, 20 * MINUTE), steppedAway: true }) },
  room: room(38 * MINUTE),
  'room-last-minutes': room(74_000),
  'room-sound-only': room(38 * MINUTE, () => ({}), { partner: 'sound', camera: { state: 'off' } }),
  'room-connecting': room(50 * MINUTE, () => ({ recording: false }), { partner: 'nothing' }),
  'room-long-card': room(25 * MINUTE, (l) => ({ prompt: card(l, 3) })),
  'room-no-card': room(50 * MINUTE, () => ({ prompt: null })),
  'room-card-aside': room(30 * MINUTE, () => ({}), {}, [/^(Lay aside|Apartar)/]),
  'room-guided': room(30 * MINUTE, () => guided),
  'room-partner-away': room(30 * MINUTE, () => ({ partner: { ...READY, here: false } }), {
    partner: 'nothing',
  }),
  'room-paused': room(31 * MINUTE, paused, { partner: 'nothing' }),
  'room-reconnecting': room(30 * MINUTE, () => ({}), { connection: { state: 'away', tries: 2 } }),
  'room-media-troubled': room(30 * MINUTE, () => ({}), { media: 'troubled' }),
  'room-muted': room(30 * MINUTE, () => ({}), { muted: true }),
  'room-self-away': room(30 * MINUTE, () => ({}), { muted: true }, [/^(Put my|Guardar mi)/]),
  'room-silent-microphone': room(30 * MINUTE, () => ({}), { notice: 'silent' }),
  'room-not-recorded': room(30 * MINUTE, () => ({ recording: false })),
  'room-held-back': room(30 * MINUTE, () => ({}), { blocked: true }),
  'room-takeover': room(30 * MINUTE, () => ({}), { takeover: { askId: 'q', answerBy: NOW + 14_000 } }),
  'room-leave': room(30 * MINUTE, () => ({}), {}, [/^(Leave|Salir)$/]),
  'room-end': room(30 * MINUTE, () => ({}), {}, [/^(Leave|Salir)$/, /^(End the|Terminar la)/]),
  'room-devices': room(30 * MINUTE, () => ({}), {}, [/^(Devices|Aparatos)$/]),
  farewell: { set: (l) => ({ view: over(l, 42_000), entered: true }) },
  decision: after({}),
  'decision-chosen': after({ decision: { ...UNDECIDED, decideBy, yours: 'private' } }),
  'decision-stopped': after({ end: { reason: 'stopped', by: 'b' } }),
  thanks: after({ decision: { ...UNDECIDED, decideBy, yours: 'public' } }, { decided: true }),
  'thanks-public': after({
    phase: 'closed',
    decision: { ...UNDECIDED, decideBy: NOW, yours: 'public', outcome: 'public' },
  }),
  'thanks-private': after({
    phase: 'closed',
    decision: { ...UNDECIDED, decideBy: NOW, yours: 'public', outcome: 'private' },
  }),
  cancelled: lobby('welcome', { phase: 'cancelled' }),
  abandoned: lobby('welcome', { phase: 'abandoned' }),
  'desk-welcome': { set: (l) => ({ view: desk(l, view(l)) }) },
  'desk-lobby': {
    set: (l) => ({ view: desk(l, view(l, { you: READY })), entered: true, partner: 'nothing' }),
  },
  'desk-live': { set: (l) => ({ view: desk(l, live(l, 38 * MINUTE)), entered: true }) },
  'desk-end': {
    set: (l) => ({ view: desk(l, live(l, 38 * MINUTE)), entered: true }),
    press: [/^(End the|Terminar la)/],
  },
  'desk-farewell': { set: (l) => ({ view: desk(l, over(l, 30_000)), entered: true }) },
  'desk-ended': { set: (l) => ({ view: desk(l, over(l, 0)) }) },
};
