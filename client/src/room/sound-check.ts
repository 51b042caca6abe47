/** What the sound check found: voice, echo, the way through. It judges and tells the house; it has no words. */
import { effect, signal, untracked, type ReadonlySignal } from '@preact/signals';
import type { SoundCheck as Findings } from '../../../server/protocol/view.ts';
import type { Capture } from './capture.ts';
import type { Request } from './connection.ts';
import { listenForEcho, type Echo } from './echo.ts';
import { looksLikeVoice, verdict, type Verdict } from './levels.ts';
import { createReachTest, type Reach } from './reach.ts';
import type { Speakers } from './speakers.ts';

export interface SoundCheck {
  /** Of the present microphone. */
  readonly voice: ReadonlySignal<Verdict>;
  readonly echo: ReadonlySignal<Echo | 'untried' | 'listening'>;
  readonly reach: ReadonlySignal<Reach | 'untried' | 'testing'>;
  /** Three soft notes; then `echo` tells whether the microphone heard them. */
  playNotes(): void;
  /** Tries the ways through, once. Not while sound goes out: the seat's transport is in use then. */
  tryWays(): void;
  /** Sound goes out from now on. Idempotent. */
  stop(): void;
  /** Tells the house what was found so far, and again when more is known. */
  tell(): void;
}

/** Who was heard well has passed: that they are quiet now says nothing about the microphone. */
export function keptVerdict(before: Verdict, now: Verdict): Verdict {
  return before === 'good' && now !== 'loud' ? 'good' : now;
}

export function voiceOf(told: Verdict, heardSomething: boolean): Findings['voice'] {
  switch (told) {
    case 'good':
      return 'good';
    case 'quiet':
      return 'soft';
    case 'loud':
      return 'clipping';
    case 'silent':
      return 'silent';
    case 'listening':
      return heardSomething ? 'soft' : 'silent';
  }
}

const MAX_NAME = 200;

export function createSoundCheck(o: {
  readonly request: Request;
  readonly capture: Capture;
  readonly speakers: Speakers;
  readonly sendsAlready: () => boolean;
}): SoundCheck {
  const { request, capture, speakers } = o;
  const voice = signal<Verdict>('listening');
  const echo = signal<Echo | 'untried' | 'listening'>('untried');
  const reach = createReachTest({
    request,
    silence: () => speakers.context()?.createMediaStreamDestination().stream.getAudioTracks()[0] ?? null,
  });
  let told = false;

  effect(() => {
    // Another microphone is another matter.
    void capture.listeningSince.value;
    voice.value = 'listening';
    echo.value = 'untried';
    told = false;
  });

  effect(() => {
    const looks = capture.looks.value;
    const since = capture.listeningSince.peek();
    const now = looks.at(-1)?.at ?? since;
    voice.value = keptVerdict(voice.peek(), verdict(looks, since, now));
  });

  function findings(): Findings {
    const microphone = capture.microphone.peek();
    const found = reach.found.peek();
    const ways = typeof found === 'string' ? { udp: 'unknown' as const, tcp: 'unknown' as const } : found;
    const heard = echo.peek();
    return {
      voice: voiceOf(voice.peek(), looksLikeVoice(capture.looks.peek())),
      echo: heard === 'untried' || heard === 'listening' ? 'unknown' : heard,
      device:
        microphone.state === 'on' && microphone.track.label !== ''
          ? microphone.track.label.slice(0, MAX_NAME)
          : null,
      ...ways,
      turn: 'unknown',
    };
  }

  const send = (): void => void request('sound:checked', { check: findings() });

  effect(() => {
    const { value } = reach.found;
    if (typeof value !== 'string' && told) untracked(send);
  });

  return {
    voice,
    echo,
    reach: reach.found,
    playNotes() {
      const context = speakers.context();
      const startsAt = speakers.playNotes();
      const microphone = capture.microphone.peek();
      if (context === null || startsAt === null || microphone.state !== 'on') return;
      if (echo.value === 'listening') return;
      echo.value = 'listening';
      void listenForEcho({ context, track: microphone.track, startsAt }).then((heard) => {
        if (echo.peek() === 'listening') echo.value = heard;
        return undefined;
      });
    },
    tryWays() {
      if (!o.sendsAlready()) reach.start();
    },
    stop: reach.stop,
    tell() {
      told = true;
      send();
    },
  };
}
