/** A room that only shows: every signal stands still, every action is done at once. */
import { signal } from '@preact/signals';
import type { View } from '../../../server/protocol/events.ts';
import { createJourney, type Journey, type Left, type LobbyStep } from '../../src/app/journey.ts';
import type { Device, DeviceNotice } from '../../src/room/capture.ts';
import type { Connection, TakeoverAsk } from '../../src/room/connection.ts';
import type { Echo } from '../../src/room/echo.ts';
import { verdict, type Look } from '../../src/room/levels.ts';
import type { MediaState } from '../../src/room/media/media.ts';
import { ownMicrophone } from '../../src/room/own-microphone.ts';
import type { Reach } from '../../src/room/reach.ts';
import type { Remote, Room, RoomQuality } from '../../src/room/room.ts';

export const NOW = Date.UTC(2026, 10, 20, 14, 30);

/** All that a scene may set; the rest is a quiet default. */
export interface Set {
  readonly view: View | null;
  readonly connection?: Connection;
  readonly step?: LobbyStep;
  readonly moved?: boolean;
  readonly entered?: boolean;
  readonly steppedAway?: boolean;
  readonly decided?: boolean;
  readonly takeover?: TakeoverAsk;
  readonly media?: MediaState;
  readonly microphone?: Device;
  readonly camera?: 'on' | Device;
  readonly muted?: boolean;
  readonly notice?: DeviceNotice;
  readonly rmsDb?: number;
  readonly heardForMs?: number;
  readonly partner?: 'picture' | 'sound' | 'nothing';
  readonly blocked?: boolean;
  readonly loudness?: number;
  readonly quality?: RoomQuality;
  readonly echo?: Echo | 'listening';
  readonly reach?: Reach | 'testing';
  readonly left?: Left;
  /** Whatever is asked of the house does not arrive. */
  readonly deaf?: boolean;
}

export function journeyOf(set: Set): Journey {
  const journey = createJourney();
  journey.step.value = set.step ?? 'welcome';
  journey.moved.value = set.moved ?? true;
  journey.entered.value = set.entered ?? false;
  journey.steppedAway.value = set.steppedAway ?? false;
  journey.decided.value = set.decided ?? false;
  journey.left.value = set.left ?? null;
  return journey;
}

export function roomOf(set: Set): Room {
  const done = (): Promise<boolean> => Promise.resolve(set.deaf !== true);
  const nothing = (): void => {};
  const later = (): Promise<void> => Promise.resolve();
  const remote: Remote = {
    hasSound: set.partner !== 'nothing',
    picture: set.partner === undefined || set.partner === 'picture' ? portrait('#8d6f5c', '#40343b') : null,
  };
  const rmsDb = set.rmsDb ?? -28;
  const heardForMs = set.heardForMs ?? 3000;
  const looks: Look[] = Array.from({ length: Math.floor(heardForMs / 100) }, (_, i) => ({
    at: i * 100,
    rmsDb,
    peakDb: rmsDb + 14,
  }));
  const microphone: Device = set.microphone ?? {
    state: 'on',
    track: portrait('#000', '#000'),
    deviceId: 'm1',
  };
  return {
    connection: signal(set.connection ?? { state: 'open' }),
    view: signal(set.view),
    takeover: signal(set.takeover ?? null),
    now: signal(NOW),
    media: signal(set.media ?? 'connected'),
    remotes: { a: signal(remote), b: signal(remote) },
    capture: {
      microphone: signal(microphone),
      camera: signal(
        set.camera === 'on' || set.camera === undefined
          ? { state: 'on', track: portrait('#a5806a', '#54626b'), deviceId: 'c1' }
          : set.camera,
      ),
      muted: signal(set.muted ?? false),
      choices: signal({
        microphones: [
          { id: 'm1', label: 'Built-in microphone' },
          { id: 'm2', label: 'USB headset with a rather long name, as they have' },
        ],
        cameras: [{ id: 'c1', label: 'Built-in camera' }],
        speakers: [{ id: 's1', label: 'Built-in loudspeakers' }],
      }),
      notice: signal(set.notice ?? null),
      silent: signal(set.notice === 'silent'),
      looks: signal(looks),
      listeningSince: signal(0),
      start: later,
      chooseMicrophone: later,
      chooseCamera: later,
      turnCamera: later,
      setMuted: nothing,
      dismissNotice: nothing,
      stop: nothing,
    },
    speakers: {
      blocked: signal(set.blocked ?? false),
      chosen: signal(null),
      unlock: nothing,
      play: nothing,
      choose: later,
      chime: nothing,
      playNotes: () => null,
      context: () => null,
    },
    microphone: signal(
      ownMicrophone({
        device: microphone.state,
        muted: set.muted ?? false,
        silent: set.notice === 'silent',
      }),
    ),
    check: {
      voice: signal(verdict(looks, 0, heardForMs)),
      echo: signal(set.echo ?? 'untried'),
      reach: signal(set.reach ?? { udp: 'yes', tcp: 'yes' }),
      playNotes: nothing,
      tryWays: nothing,
      stop: nothing,
      tell: nothing,
    },
    quality: signal(
      set.quality ?? {
        a: { microphone: 'on', connection: 'good' },
        b: { microphone: 'on', connection: 'good' },
      },
    ),
    level: (seat) => (set.partner === 'nothing' ? 0 : seat === 'b' ? 0.62 : 0.08),
    loudness: (seat) => (seat === 'b' ? (set.loudness ?? 0.4) : 0),
    join: nothing,
    leaveMedia: nothing,
    stepAway: nothing,
    comeBack: nothing,
    consent: done,
    setReady: done,
    start: done,
    end: done,
    showPrompt: done,
    pause: done,
    resume: done,
    extend: done,
    nudge: done,
    mark: done,
    askExtension: done,
    withdraw: done,
    reportTrouble: done,
    recordingAddress: () =>
      Promise.resolve({
        listenUrl: silence(),
        downloadUrl: silence(),
        expiresAt: NOW + 5 * 60_000,
      }),
    decide: done,
    answerTakeover: done,
  };
}

/** Somebody, roughly: a head and shoulders in front of a wall. */
function portrait(skin: string, wall: string): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 960;
  canvas.height = 540;
  const paint = canvas.getContext('2d');
  if (paint === null) throw new Error('no canvas');
  const draw = (): void => {
    paint.fillStyle = wall;
    paint.fillRect(0, 0, 960, 540);
    paint.fillStyle = '#2f3f52';
    paint.beginPath();
    paint.ellipse(480, 600, 260, 220, 0, 0, 7);
    paint.fill();
    paint.fillStyle = skin;
    paint.beginPath();
    paint.ellipse(480, 250, 105, 135, 0, 0, 7);
    paint.fill();
  };
  draw();
  setInterval(draw, 200);
  const [track] = canvas.captureStream(5).getTracks();
  if (track === undefined) throw new Error('no track');
  return track;
}

/** A minute of nothing, as a WAV file. */
function silence(): string {
  const RATE = 8000;
  const bytes = RATE * 60;
  const header = new DataView(new ArrayBuffer(44));
  const text = (at: number, is: string): void => {
    for (let i = 0; i < is.length; i++) header.setUint8(at + i, is.charCodeAt(i));
  };
  text(0, 'RIFF');
  header.setUint32(4, 36 + bytes, true);
  text(8, 'WAVEfmt ');
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, RATE, true);
  header.setUint32(28, RATE, true);
  header.setUint16(32, 1, true);
  header.setUint16(34, 8, true);
  text(36, 'data');
  header.setUint32(40, bytes, true);
  return URL.createObjectURL(
    new Blob([header.buffer, new Uint8Array(bytes).fill(128)], { type: 'audio/wav' }),
  );
}
