/**
 * Plays the others' sound. Browsers let a page sound only after a press, and some only through elements that were
 * played in one: they are made and played in `unlock`, and later given what to play.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { ECHO_NOTES } from './echo.ts';

type Who = 'a' | 'b';

export interface Speakers {
  /** The browser still holds the sound back; a press on anything that calls `unlock` frees it. */
  readonly blocked: ReadonlySignal<boolean>;
  readonly chosen: ReadonlySignal<string | null>;
  /** To be called in a press. Idempotent. */
  unlock(): void;
  play(who: Who, track: MediaStreamTrack | null): void;
  choose(id: string | null): Promise<void>;
  /** Two soft notes. */
  chime(): void;
  /** The three notes of the echo test: when they begin, on the context's clock; null before `unlock`. */
  playNotes(): number | null;
  /** Null until unlocked. */
  context(): AudioContext | null;
}

const NOTES_HZ = [523.25, 659.25];
const NOTE_GAP_S = 0.28;
const NOTE_LENGTH_S = 0.9;
/** Soft enough to startle nobody who wears headphones. */
const CHIME_GAIN = 0.09;

/** Loud enough to be found in a microphone. */
const ECHO_GAIN = 0.14;
/** Quiet before the notes, to hear who talks. */
const ECHO_AHEAD_S = 0.35;

interface Unlocked {
  readonly context: AudioContext;
  readonly people: Readonly<Record<Who, HTMLAudioElement>>;
  readonly notes: MediaStreamAudioDestinationNode;
  readonly all: readonly HTMLAudioElement[];
}

export function createSpeakers(): Speakers {
  const blocked = signal(false);
  const chosen = signal<string | null>(null);
  const tracks: Record<Who, MediaStreamTrack | null> = { a: null, b: null };
  let unlocked: Unlocked | null = null;

  async function start(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
      blocked.value = false;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'NotAllowedError') blocked.value = true;
    }
  }

  function give(who: Who): void {
    const track = tracks[who];
    if (unlocked === null) {
      if (track !== null) blocked.value = true;
      return;
    }
    const element = unlocked.people[who];
    if (track === null) {
      element.srcObject = null;
      return;
    }
    const playing = element.srcObject;
    if (playing instanceof MediaStream && playing.getTracks().includes(track)) return;
    element.srcObject = new MediaStream([track]);
    void start(element);
  }

  function prepare(): Unlocked {
    const context = new AudioContext();
    const silence = context.createMediaStreamDestination();
    const notes = context.createMediaStreamDestination();
    const element = (stream: MediaStream): HTMLAudioElement => {
      const made = new Audio();
      made.autoplay = true;
      made.srcObject = stream;
      return made;
    };
    const people = { a: element(silence.stream), b: element(silence.stream) };
    return { context, people, notes, all: [people.a, people.b, element(notes.stream)] };
  }

  // A phone call, or a while in the background, stops both on iOS; coming back is not always a press.
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'visible' || unlocked === null) return;
    void unlocked.context.resume();
    for (const who of ['a', 'b'] as const) if (tracks[who] !== null) void start(unlocked.people[who]);
  });

  return {
    blocked,
    chosen,
    unlock() {
      unlocked ??= prepare();
      void unlocked.context.resume();
      for (const element of unlocked.all) void start(element);
      give('a');
      give('b');
    },
    play(who, track) {
      if (tracks[who] === track) return;
      tracks[who] = track;
      give(who);
    },
    async choose(id) {
      chosen.value = id;
      const route = async (element: HTMLAudioElement): Promise<void> => {
        if ('setSinkId' in element) await element.setSinkId(id ?? '').catch(() => {});
      };
      await Promise.all((unlocked?.all ?? []).map(route));
    },
    chime() {
      if (unlocked === null) return;
      const { context, notes } = unlocked;
      for (const [i, frequency] of NOTES_HZ.entries()) {
        const at = context.currentTime + i * NOTE_GAP_S;
        const gain = context.createGain();
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(CHIME_GAIN, at + 0.03);
        gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_LENGTH_S);
        const tone = context.createOscillator();
        tone.frequency.value = frequency;
        tone.connect(gain).connect(notes);
        tone.start(at);
        tone.stop(at + NOTE_LENGTH_S);
      }
    },
    playNotes() {
      if (unlocked === null) return null;
      const { context, notes } = unlocked;
      const startsAt = context.currentTime + ECHO_AHEAD_S;
      for (const { hz, atS, lengthS } of ECHO_NOTES) {
        const at = startsAt + atS;
        const gain = context.createGain();
        gain.gain.setValueAtTime(0, at);
        gain.gain.linearRampToValueAtTime(ECHO_GAIN, at + 0.03);
        gain.gain.setValueAtTime(ECHO_GAIN, at + lengthS - 0.05);
        gain.gain.linearRampToValueAtTime(0, at + lengthS);
        const tone = context.createOscillator();
        tone.frequency.value = hz;
        tone.connect(gain).connect(notes);
        tone.start(at);
        tone.stop(at + lengthS);
      }
      return startsAt;
    },
    context: () => unlocked?.context ?? null,
  };
}
