/** Every view there is, each in the states in which people meet it. */
import type { Quality, View } from '../../../server/protocol/events.ts';
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
    texts: {
      about:
        "Two people who have not met, and who see the world differently, talk for fifty minutes. It is not a debate, and nobody has to convince anybody: you tell each other about your lives, and listen. Question cards help when you don't know how to go on.",
      afterwards:
        'You both have until the day you were shown to change your mind; your link works until then. If both of you said public, the people who invited you may take the recording into an archive that is open to everyone. If not, it stays with them and is not published.',
      public:
        'Anyone may listen to your conversation, now and long after us, with both your names. It only comes to that if the other person says public, too.',
      private:
        'It is not published, whatever the other person says. The people who invited you keep it, and apart from the two of you only they can listen to it.',
      withdrawal:
        'You can take everything back, without giving a reason. Before the conversation starts, your agreement is gone and nothing was recorded. While you talk, it ends the conversation at once. Whatever was recorded is deleted everywhere we keep it, the voice of the other person with it, and nobody can bring it back.',
    },
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
    texts: {
      about:
        'Dos personas que no se conocen y que ven el mundo de distinta manera conversan durante cincuenta minutos. No es un debate ni hay que convencer a nadie: se cuentan algo de su vida y se escuchan. Unas tarjetas con preguntas ayudan cuando no se sabe cómo seguir.',
      afterwards:
        'Los dos pueden cambiar de opinión hasta el día que se les indicó; hasta entonces, su enlace sigue abierto. Si ambos dijeron que es pública, quienes los invitaron pueden llevar la grabación a un archivo abierto a todo el mundo. Si no, se queda con ellos y no se publica.',
      public:
        'Cualquiera podrá escuchar su conversación, ahora y mucho después de nosotros, con los nombres de ambos. Solo será así si la otra persona también dice que es pública.',
      private:
        'No se publica, diga lo que diga la otra persona. La guardan quienes los invitaron y, aparte de ustedes dos, solo ellos pueden escucharla.',
      withdrawal:
        'Puede retirarlo todo, sin explicar por qué. Antes de que empiece la conversación, su permiso deja de valer y no se ha grabado nada. Mientras conversan, la conversación termina al instante. Lo que se haya grabado se borra en todos los lugares donde lo guardamos, junto con la voz de la otra persona, y ya nadie puede recuperarlo.',
    },
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
      texts: text.texts,
      durationMs: 50 * MINUTE,
      farewellMs: MINUTE,
      graceMs: 15_000,
      warningsMs: [10 * MINUTE, 5 * MINUTE, MINUTE],
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
const desk = (language: Language, of: View, changes: Partial<View> = {}): View => ({
  ...of,
  ...guided,
  seat: 'facilitator',
  deck: TEXT[language].deck.map((_, i) => card(language, i)),
  facilitatorDesk: EMPTY_DESK,
  ...changes,
});

type DeskFacts = NonNullable<View['facilitatorDesk']>;
const EMPTY_DESK: DeskFacts = {
  shown: [],
  nudges: [],
  marks: [],
  troubles: [],
  soundChecks: { a: null, b: null },
};
const CHECKED = {
  voice: 'good',
  echo: 'none',
  device: 'Built-in microphone',
  udp: 'yes',
  tcp: 'yes',
  turn: 'unknown',
} as const;
/** What has happened by the twelfth minute of fifty. */
const happened = (language: Language, changes: Partial<DeskFacts> = {}): DeskFacts => {
  const at = (minutes: number, seconds: number): number =>
    NOW - 12 * MINUTE + minutes * MINUTE + seconds * 1000;
  const es = language === 'es';
  return {
    ...EMPTY_DESK,
    shown: [
      { index: 0, at: at(0, 4) },
      { index: 1, at: at(2, 31) },
      { index: 0, at: at(3, 2) },
      { index: 1, at: at(3, 9) },
      { index: 2, at: at(7, 48) },
    ],
    nudges: [
      {
        nudgeId: 'n1',
        to: 'b',
        text: es
          ? 'Un poco más cerca del micrófono, por favor.'
          : 'A little closer to the microphone, please.',
        at: at(-1, 0),
      },
      { nudgeId: 'n2', to: 'both', text: es ? 'Con calma, no hay prisa.' : 'Take your time.', at: at(8, 12) },
    ],
    marks: [
      { markId: 'm1', note: null, at: at(4, 40) },
      {
        markId: 'm2',
        note: es
          ? 'La abuela y el vecino del otro partido'
          : 'The grandmother and the neighbour of the other party',
        at: at(10, 5),
      },
    ],
    soundChecks: { a: CHECKED, b: { ...CHECKED, voice: 'soft', udp: 'no' } },
    ...changes,
  };
};
const deskLive = (
  changes: (l: Language) => Changes = () => ({}),
  rest: Partial<Set> = {},
  table: (l: Language) => Partial<DeskFacts> = () => ({}),
): { set: (l: Language) => Set } => ({
  set: (l) => {
    const of = live(l, 38 * MINUTE, changes(l));
    const clock = of.clock === null ? null : { ...of.clock, extendableMs: 10 * MINUTE };
    return { view: desk(l, of, { clock, facilitatorDesk: happened(l, table(l)) }), entered: true, ...rest };
  },
});
const standing = (l: Language, reason: 'facilitator' | 'server-away'): Changes => {
  const { clock } = live(l, 38 * MINUTE);
  return {
    recording: false,
    clock:
      clock === null
        ? null
        : { ...clock, pausedSince: NOW, pauseReason: reason, pauseEndsAt: NOW + 8 * MINUTE },
  };
};

const lobby = (step: Set['step'], changes: Changes = {}, rest: Partial<Set> = {}): Scene => ({
  set: (l) => ({ view: view(l, changes), ...(step === undefined ? {} : { step }), ...rest }),
});
const check = (rest: Partial<Set>): Scene => lobby('check', { you: { consented: true } }, rest);
const problem = (connection: NonNullable<Set['connection']>): Scene => ({
  set: () => ({ view: null, connection }),
});
const waiting = (changes: Changes): Scene => ({
  set: (l) => ({
    view: view(l, { you: READY, ...changes, ...(changes.nudge ? { nudge: nudge(l) } : {}) }),
    entered: true,
  }),
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

const LISTENING = { ...UNDECIDED, decideBy, mayListen: true, mayDownload: true } as const;
const WRONG = /^(Something is wrong|Algo anda mal)/;
const NOT_SAFE = /^(I don’t feel|No me siento)/;
const nudge = (language: Language): NonNullable<View['nudge']> => ({
  nudgeId: 'n1',
  text:
    language === 'es'
      ? 'Van muy bien. ¿Qué tal si ahora pregunta usted?'
      : 'You are doing well. How about a question from you now?',
  at: NOW - 5000,
});
const quality = (partner: Quality): Partial<Set> => ({
  quality: { a: { microphone: 'on', connection: 'good' }, b: partner },
});
const extendable = (language: Language, extensionAskedBy: ('a' | 'b')[]): Changes => {
  const { clock } = live(language, 4 * MINUTE);
  return { clock: clock === null ? null : { ...clock, extendableMs: 10 * MINUTE, extensionAskedBy } };
};

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
  'link-early': problem({ state: 'early', opensAt: NOW + 40 * MINUTE, until: NOW + 40 * MINUTE }),
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
  'check-quiet': check({ rmsDb: -50, heardForMs: 6000 }),
  'check-loud': check({ rmsDb: -8, heardForMs: 3000 }),
  'check-echo': check({ echo: 'some', reach: { udp: 'no', tcp: 'yes' } }),
  'check-no-echo': check({ echo: 'none' }),
  'check-testing': check({ echo: 'listening', reach: 'testing', rmsDb: -70, heardForMs: 1000 }),
  'check-no-way': check({ echo: 'unknown', reach: { udp: 'unknown', tcp: 'unknown' } }),
  'check-silent': check({ rmsDb: -90, heardForMs: 6000 }),
  'check-sound-only': check({ camera: { state: 'off' } }),
  'check-camera-busy': check({ camera: { state: 'trouble', problem: 'busy' } }),
  ready: lobby('ready', { you: { consented: true } }),
  'waiting-alone': waiting({ partner: { here: false } }),
  'waiting-preparing': waiting({ partner: { consented: true } }),
  'waiting-guide': waiting({ partner: READY, ...guided }),
  'waiting-nudge': waiting({ partner: READY, ...guided, nudge: nudge('en') }),
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
  'room-paused-by-guide': room(30 * MINUTE, (l) => ({ ...guided, ...standing(l, 'facilitator') })),
  'room-nudge': room(30 * MINUTE, (l) => ({ ...guided, nudge: nudge(l) })),
  'room-more-time': room(4 * MINUTE, (l) => extendable(l, [])),
  'room-more-time-asked': room(4 * MINUTE, (l) => extendable(l, ['a'])),
  'room-more-time-partner': room(4 * MINUTE, (l) => extendable(l, ['b'])),
  'room-partner-muted': room(30 * MINUTE, () => ({}), quality({ microphone: 'muted', connection: 'good' })),
  'room-partner-silent': room(30 * MINUTE, () => ({}), quality({ microphone: 'silent', connection: 'weak' })),
  'room-both-weak': room(30 * MINUTE, () => ({}), {
    quality: {
      a: { microphone: 'on', connection: 'weak' },
      b: { microphone: 'on', connection: 'weak' },
    },
  }),
  'room-wrong': room(30 * MINUTE, () => ({}), {}, [WRONG]),
  'room-wrong-guided': room(30 * MINUTE, () => guided, {}, [WRONG]),
  'room-wrong-told': room(30 * MINUTE, () => ({}), {}, [WRONG, NOT_SAFE, /^(Tell them|Avisar)/]),
  'room-withdraw': room(30 * MINUTE, () => ({}), {}, [/^(Leave|Salir)$/, /^(Withdraw|Retirar)/]),
  'lobby-wrong': { ...waiting({ partner: READY }), press: [WRONG] },
  'left-lobby': {
    set: (l) => ({ view: view(l, { you: READY }), left: 'lobby', connection: { state: 'closed' } }),
  },
  'left-ending': { set: (l) => ({ view: live(l, 20 * MINUTE), left: 'ending' }) },
  'left-ended': { set: (l) => ({ view: over(l, 0), left: 'ended', connection: { state: 'closed' } }) },
  'left-unheard': {
    set: (l) => ({ view: live(l, 20 * MINUTE), left: 'unheard', connection: { state: 'closed' } }),
  },
  'room-leave': room(30 * MINUTE, () => ({}), {}, [/^(Leave|Salir)$/]),
  'room-end': room(30 * MINUTE, () => ({}), {}, [/^(Leave|Salir)$/, /^(End the|Terminar la)/]),
  'room-devices': room(30 * MINUTE, () => ({}), {}, [/^(Devices|Aparatos)$/]),
  farewell: { set: (l) => ({ view: over(l, 42_000), entered: true }) },
  decision: after({}),
  'decision-chosen': after({ decision: { ...UNDECIDED, decideBy, yours: 'private' } }),
  'decision-stopped': after({ end: { reason: 'stopped', by: 'b' } }),
  'decision-preparing': after({ recordingState: 'mixing' }),
  'decision-listen': after({ recordingState: 'ready', recordingVersion: 1, decision: LISTENING }),
  'decision-answered-before': after({
    recordingState: 'ready',
    recordingVersion: 1,
    decision: { ...LISTENING, yours: 'public' },
  }),
  'decision-agreed': after({
    recordingState: 'ready',
    recordingVersion: 1,
    decision: { ...LISTENING, yours: 'public', yoursVersion: 1, agreed: 'public' },
  }),
  'decision-withdraw': {
    ...after({ recordingState: 'ready', recordingVersion: 1, decision: LISTENING }),
    press: [/^(Withdraw|Retirar)/],
  },
  'withdrawn-yours': after({
    recordingState: 'deleting',
    decision: { ...UNDECIDED, decideBy, withdrawn: true, withdrawnByYou: true },
  }),
  'withdrawn-theirs': after({
    recordingState: 'deleted',
    decision: { ...UNDECIDED, decideBy, withdrawn: true },
  }),
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
    set: (l) => ({
      view: desk(l, view(l, { you: READY, partner: { consented: true } }), {
        facilitatorDesk: { ...EMPTY_DESK, soundChecks: happened(l).soundChecks },
      }),
      entered: true,
      partner: 'nothing',
    }),
  },
  'desk-lobby-empty': {
    set: (l) => ({ view: desk(l, view(l, { partner: { here: false } })), entered: true, partner: 'nothing' }),
  },
  'desk-lobby-both-ready': {
    set: (l) => ({
      view: desk(l, view(l, { you: READY, partner: READY }), {
        facilitatorDesk: { ...EMPTY_DESK, soundChecks: { a: CHECKED, b: CHECKED } },
      }),
      entered: true,
      partner: 'nothing',
    }),
  },
  'desk-live': deskLive(),
  'desk-live-start': {
    set: (l) => ({
      view: desk(l, live(l, 50 * MINUTE, { prompt: null, recording: false })),
      entered: true,
      partner: 'nothing',
      quality: {
        a: { microphone: 'unknown', connection: 'unknown' },
        b: { microphone: 'unknown', connection: 'unknown' },
      },
    }),
  },
  'desk-quality': deskLive(() => ({}), {
    partner: 'sound',
    quality: {
      a: { microphone: 'silent', connection: 'good' },
      b: { microphone: 'muted', connection: 'weak' },
    },
  }),
  'desk-trouble': deskLive(
    () => ({}),
    {},
    (l) => ({
      troubles: [
        { troubleId: 't1', seat: 'a', kind: 'cannot-hear', note: null, at: NOW - 70_000 },
        {
          troubleId: 't2',
          seat: 'b',
          kind: 'not-safe',
          note:
            l === 'es' ? 'Preferiría no hablar de mi familia.' : 'I would rather not talk about my family.',
          at: NOW - 20_000,
        },
      ],
    }),
  ),
  'desk-trouble-seen': {
    ...deskLive(
      () => ({}),
      {},
      () => ({ troubles: [{ troubleId: 't1', seat: 'a', kind: 'technical', note: null, at: NOW - 70_000 }] }),
    ),
    press: [/^(I have seen|Ya lo vi)/],
  },
  'desk-paused': deskLive((l) => standing(l, 'facilitator')),
  'desk-paused-away': deskLive(
    (l) => ({ ...standing(l, 'facilitator'), partner: { ...READY, here: false } }),
    { partner: 'nothing' },
  ),
  'desk-absence': deskLive(paused, { partner: 'nothing' }),
  'desk-server-was-away': deskLive((l) => standing(l, 'server-away')),
  'desk-reconnecting': deskLive(() => ({}), { connection: { state: 'away', tries: 2 } }),
  'desk-not-done': {
    ...deskLive(() => ({}), { deaf: true }),
    press: [/^(Take your time|Con calma)/, /^(Send|Enviar)$/, /^(Mark this|Marcar este)/, /^(Pause|Pausar)$/],
  },
  'desk-note': { ...deskLive(), press: [/^(Take your time|Con calma)/] },
  'desk-keys': { ...deskLive(), press: [/^(Keys|Teclas)$/] },
  'desk-end': { ...deskLive(), press: [/^(End|Terminar)$/] },
  'desk-farewell': {
    set: (l) => ({ view: desk(l, over(l, 30_000), { facilitatorDesk: happened(l) }), entered: true }),
  },
  'desk-ended': {
    set: (l) => {
      const of = over(l, 0);
      const clock = of.clock === null ? null : { ...of.clock, startedAt: NOW - 12 * MINUTE };
      return { view: desk(l, of, { clock, facilitatorDesk: happened(l) }) };
    },
  },
  'desk-ended-trouble': {
    set: (l) => {
      const of = over(l, 0);
      const clock = of.clock === null ? null : { ...of.clock, startedAt: NOW - 12 * MINUTE };
      const troubles: DeskFacts['troubles'] = [
        { troubleId: 't1', seat: 'b', kind: 'not-safe', note: null, at: NOW - 20_000 },
      ];
      return { view: desk(l, of, { clock, facilitatorDesk: happened(l, { troubles }) }) };
    },
  },
  'desk-ended-bare': {
    set: (l) => ({ view: desk(l, over(l, 0, { end: { reason: 'stopped', by: 'a' } })) }),
  },
};
