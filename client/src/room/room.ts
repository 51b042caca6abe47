/**
 * A conversation as its views need it: state as signals, and what can be done. It ties connection, media, capture and
 * loudspeakers together and has no opinion on how anything looks.
 */
import { computed, effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { NoticePayload, View } from '../../../server/protocol/events.ts';
import type { MicrophoneState, RequestAnswer } from '../../../server/protocol/events.ts';
import type { NudgeTo, TroubleKind } from '../../../server/protocol/view.ts';
import { createCapture, type Capture } from './capture.ts';
import { createConnection, type Connection, type TakeoverAsk } from './connection.ts';
import { createMedia, type Media, type MediaState } from './media/media.ts';
import type { Producers, Received } from './media/plane.ts';
import { ownMicrophone } from './own-microphone.ts';
import { createRemoteLevels } from './remote-levels.ts';
import { createSoundCheck, type SoundCheck } from './sound-check.ts';
import { createSpeakers, type Speakers } from './speakers.ts';
import { createWakeLock } from './wake-lock.ts';

export type ParticipantSeat = 'a' | 'b';

/** What of one person reaches us. */
export interface Remote {
  readonly hasSound: boolean;
  readonly picture: MediaStreamTrack | null;
}

export type RoomQuality = NoticePayload<'room:quality'>;

export interface Room {
  readonly connection: ReadonlySignal<Connection>;
  readonly view: ReadonlySignal<View | null>;
  readonly takeover: ReadonlySignal<TakeoverAsk | null>;
  /** The server's clock, moved about four times a second. */
  readonly now: ReadonlySignal<number>;
  readonly media: ReadonlySignal<MediaState>;
  readonly remotes: Readonly<Record<ParticipantSeat, ReadonlySignal<Remote>>>;
  /** How well the two can be heard, as their devices say and the house measures; all unknown at first. */
  readonly quality: ReadonlySignal<RoomQuality>;
  /** One's own microphone as this device measures it; null: not in use. */
  readonly microphone: ReadonlySignal<MicrophoneState | null>;
  readonly capture: Capture;
  readonly speakers: Speakers;
  readonly check: SoundCheck;
  /** How loud one is heard now, 0 to 1. */
  loudness(seat: ParticipantSeat): number;
  /** The same from the sound itself, 0 to 1, linear in decibels: for a bar. */
  level(seat: ParticipantSeat): number;
  /** Sound and picture go out and come in from now on. To be called in a press. */
  join(): void;
  /** Sound and picture stop; the seat stays. */
  leaveMedia(): void;
  /** Lets the seat go; `comeBack` takes it again. */
  stepAway(): void;
  comeBack(): void;
  /** Each answers whether it was done. */
  consent(text: { readonly version: string; readonly hash: string }): Promise<boolean>;
  setReady(ready: boolean): Promise<boolean>;
  start(): Promise<boolean>;
  end(): Promise<boolean>;
  showPrompt(index: number): Promise<boolean>;
  /** The facilitator's: the clock, notes to the two, moments to find again. */
  pause(): Promise<boolean>;
  resume(): Promise<boolean>;
  extend(): Promise<boolean>;
  nudge(note: { readonly to: NudgeTo; readonly text: string }): Promise<boolean>;
  mark(note: string | null): Promise<boolean>;
  /** The participants': both want it, and it is done. */
  askExtension(wanted: boolean): Promise<boolean>;
  /** In the lobby one's consent; later the recording too, for good. */
  withdraw(): Promise<boolean>;
  reportTrouble(trouble: { readonly kind: TroubleKind; readonly note: string | null }): Promise<boolean>;
  /** Fresh addresses of the listening copy; null: not now. */
  recordingAddress(): Promise<RequestAnswer<'recording:address'> | null>;
  /** About the recording as the view knows it now. */
  decide(answer: 'public' | 'private'): Promise<boolean>;
  answerTakeover(allow: boolean): Promise<boolean>;
}

const TICK_MS = 250;

export function createRoom(o: {
  readonly link: string;
  readonly memory: { read(): string | null; write(resume: string): void };
}): Room {
  const speakers = createSpeakers();
  const capture = createCapture({ audioContext: speakers.context });
  const wakeLock = createWakeLock();
  const joined = signal(false);
  const mediaState = signal<MediaState>('off');
  const received = signal<readonly Received[]>([]);
  let media: Media | null = null;
  let available: Producers = [];

  const connection = createConnection({
    link: o.link,
    memory: o.memory,
    events: {
      granted: () => media?.rebuild(),
      mediaLost: () => media?.rebuild(),
      available(producers) {
        available = producers;
        media?.setAvailable(producers);
      },
    },
  });
  const { view, request } = connection;
  const soundOf = (seat: ParticipantSeat): Received | null =>
    received.peek().find((one) => one.seat === seat && one.kind === 'audio') ?? null;
  const levels = createRemoteLevels({ context: speakers.context, soundOf });
  const check = createSoundCheck({ request, capture, speakers, sendsAlready: () => joined.peek() });
  const microphone = computed(() =>
    ownMicrophone({
      device: capture.microphone.value.state,
      muted: capture.muted.value,
      silent: capture.silent.value,
    }),
  );
  const now = signal(connection.clock.now());

  /** Made when first needed, because only the first view tells whether this seat sends. */
  function makeMedia(): Media {
    const made = createMedia({ request, sends: view.peek()?.seat !== 'facilitator' });
    effect(() => {
      mediaState.value = made.state.value;
    });
    effect(() => {
      received.value = made.received.value;
    });
    return made;
  }

  effect(() => {
    const { microphone, camera } = capture;
    const sound = microphone.value.state === 'on' ? microphone.value.track : null;
    const picture = camera.value.state === 'on' ? camera.value.track : null;
    if (!joined.value) return;
    untracked(() => {
      media ??= makeMedia();
      media.send('audio', sound);
      media.send('video', picture);
      media.setAvailable(available);
      media.open();
    });
  });

  effect(() => {
    for (const seat of ['a', 'b'] as const) {
      const sound = received.value.find((one) => one.seat === seat && one.kind === 'audio');
      speakers.play(seat, sound?.track ?? null);
    }
  });

  // Told at every change, and anew to every new socket: the house keeps it only for the moment.
  const seat = computed(() => view.value?.seat ?? null);
  effect(() => {
    const is = microphone.value;
    if (!joined.value || is === null || seat.value === null || seat.value === 'facilitator') return;
    if (connection.state.value.state === 'open')
      untracked(() => void request('room:report', { microphone: is }));
  });

  const remoteOf = (seat: ParticipantSeat): ReadonlySignal<Remote> =>
    computed(() => {
      const theirs = received.value.filter((one) => one.seat === seat);
      return {
        hasSound: theirs.some(({ kind }) => kind === 'audio'),
        picture: theirs.find(({ kind }) => kind === 'video')?.track ?? null,
      };
    });

  function leaveMedia(): void {
    joined.value = false;
    media?.close();
    capture.stop();
    wakeLock.release();
  }

  // At the same instants of the house's clock on every device, so that all show the same second.
  const tick = (): void => {
    now.value = connection.clock.now();
    setTimeout(tick, TICK_MS - (now.value % TICK_MS));
  };
  tick();

  // When hearing is over, lights go out, whatever page is open.
  effect(() => {
    const current = view.value;
    if (current !== null && joined.value && hearingIsOver(current, now.value)) leaveMedia();
  });

  // Another device has the seat, or the link is void: nothing of ours may stay open.
  effect(() => {
    const { state } = connection.state.value;
    if (joined.value && (state === 'lost' || state === 'refused')) leaveMedia();
  });

  const networkChanged = (): void => {
    connection.check();
    media?.networkChanged();
  };
  addEventListener('online', networkChanged);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.check();
  });
  // Chrome on phones tells when Wi-Fi becomes mobile data; others don't, and ICE notices a little later.
  (navigator as Navigator & { readonly connection?: EventTarget }).connection?.addEventListener(
    'change',
    networkChanged,
  );

  const done = async (asked: Promise<{ readonly ok: boolean }>): Promise<boolean> => (await asked).ok;

  connection.open();

  return {
    connection: connection.state,
    view,
    takeover: connection.takeover,
    now,
    media: mediaState,
    remotes: { a: remoteOf('a'), b: remoteOf('b') },
    microphone,
    capture,
    speakers,
    check,
    quality: connection.quality,
    loudness: levels.loudness,
    level: levels.level,
    join() {
      // Before anything is sent: the test and the room would take the seat's transport from each other.
      check.stop();
      speakers.unlock();
      joined.value = true;
      wakeLock.hold();
    },
    leaveMedia,
    stepAway() {
      leaveMedia();
      connection.close();
    },
    comeBack: connection.open,
    consent: (text) => done(request('conversation:consent', text)),
    setReady: (ready) => done(request('conversation:ready', { ready })),
    start: () => done(request('conversation:start', {})),
    end: () => done(request('conversation:end', {})),
    showPrompt: (index) => done(request('prompt:show', { index })),
    pause: () => done(request('conversation:pause', {})),
    resume: () => done(request('conversation:resume', {})),
    extend: () => done(request('conversation:extend', {})),
    nudge: (note) => done(request('nudge:send', note)),
    mark: (note) => done(request('mark:set', { note })),
    askExtension: (wanted) => done(request('conversation:ask-extension', { wanted })),
    withdraw: () => done(request('conversation:withdraw', {})),
    reportTrouble: (trouble) => done(request('trouble:report', trouble)),
    async recordingAddress() {
      const answer = await request('recording:address', {});
      return answer.ok ? answer.value : null;
    },
    decide: (answer) =>
      done(request('decision:answer', { answer, recordingVersion: view.peek()?.recordingVersion ?? null })),
    answerTakeover(allow) {
      const asked = connection.takeover.value;
      if (asked === null) return Promise.resolve(false);
      return done(request('seat:answer-takeover', { askId: asked.askId, allow }));
    },
  };
}

function hearingIsOver(view: View, now: number): boolean {
  switch (view.phase) {
    case 'lobby':
    case 'live':
      return false;
    case 'wrap-up':
      if (view.decision?.withdrawn === true) return true;
      return now >= (view.clock?.mediaClosesAt ?? 0);
    case 'closed':
    case 'cancelled':
    case 'abandoned':
      return true;
  }
}
