/**
 * One's own microphone and camera: asked for, chosen, muted, lost and found again. It does not know where the tracks
 * go. Every track made here is stopped here, so that no light stays on.
 */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import {
  listChoices,
  pictureConstraints,
  problemOf,
  voiceConstraints,
  type Choices,
  type DeviceProblem,
} from './devices.ts';
import { createMeter, wentSilent, type Look } from './levels.ts';

export type Device =
  | { readonly state: 'off' | 'asking' }
  | { readonly state: 'on'; readonly track: MediaStreamTrack; readonly deviceId: string | null }
  | { readonly state: 'trouble'; readonly problem: DeviceProblem };

/** What the person must be told about devices, until it is mended or put away. */
export type DeviceNotice = 'lost' | 'replaced' | 'silent' | 'camera-lost';

export interface Capture {
  readonly microphone: ReadonlySignal<Device>;
  readonly camera: ReadonlySignal<Device>;
  readonly muted: ReadonlySignal<boolean>;
  readonly choices: ReadonlySignal<Choices>;
  readonly notice: ReadonlySignal<DeviceNotice | null>;
  /** Open, and nothing comes from it: unplugged inside, switched off on the headset, taken by a phone call. */
  readonly silent: ReadonlySignal<boolean>;
  /** The last seconds of the microphone, oldest first; replaced about ten times a second. */
  readonly looks: ReadonlySignal<readonly Look[]>;
  /** When the present microphone began, by `performance.now()`. */
  readonly listeningSince: ReadonlySignal<number>;
  /** Asks for the microphone, and the camera where wanted. The camera's refusal is no refusal of the microphone's. */
  start(o: { readonly camera: boolean }): Promise<void>;
  /** Null: as the device chooses. */
  chooseMicrophone(id: string | null): Promise<void>;
  /** Null: no camera. */
  chooseCamera(id: string | null): Promise<void>;
  turnCamera(on: boolean): Promise<void>;
  setMuted(muted: boolean): void;
  dismissNotice(): void;
  /** Stops everything; lights go out. Idempotent; `start` begins again. */
  stop(): void;
}

const NO_CHOICES: Choices = { microphones: [], cameras: [], speakers: [] };
const LOOK_EVERY_MS = 100;
const REMEMBER_LOOKS_MS = 8000;
/** As long as a thoughtful pause, but microphones give no digital zeros while people think. */
const SILENT_AFTER_MS = 5000;
/** Changing the way sound goes (headphones in or out) mutes a track for a moment. */
const MUTED_AFTER_MS = 2000;

export function createCapture(o: { readonly audioContext: () => AudioContext | null }): Capture {
  const microphone = signal<Device>({ state: 'off' });
  const camera = signal<Device>({ state: 'off' });
  const muted = signal(false);
  const choices = signal<Choices>(NO_CHOICES);
  const notice = signal<DeviceNotice | null>(null);
  const silent = signal(false);
  const looks = signal<readonly Look[]>([]);
  const listeningSince = signal(0);
  let microphoneId: string | null = null;
  let cameraId: string | null = null;
  let wanted = false;
  let stopLooking = (): void => {};

  const release = (device: Device): void => {
    if (device.state === 'on') device.track.stop();
  };

  async function refreshChoices(): Promise<void> {
    choices.value = await listChoices().catch(() => NO_CHOICES);
  }

  async function take(kind: 'audio' | 'video', id: string | null): Promise<MediaStreamTrack> {
    const stream = await navigator.mediaDevices.getUserMedia(
      kind === 'audio' ? { audio: voiceConstraints(id) } : { video: pictureConstraints(id) },
    );
    const [track] = stream.getTracks();
    if (track === undefined) throw new DOMException('no track', 'NotFoundError');
    return track;
  }

  function useMicrophone(track: MediaStreamTrack): void {
    const before = microphone.value;
    track.enabled = !muted.value;
    track.contentHint = 'speech';
    silent.value = false;
    microphone.value = { state: 'on', track, deviceId: track.getSettings().deviceId ?? null };
    release(before);
    track.addEventListener('ended', () => void lostMicrophone(track));
    heedSystemMute(track);
    listen(track);
  }

  /** A phone call, a switch on the headset: the system gives nothing while the track is `muted` (not ours to end). */
  function heedSystemMute(track: MediaStreamTrack): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isOurs = (): boolean => microphone.value.state === 'on' && microphone.value.track === track;
    track.addEventListener('mute', () => {
      timer = setTimeout(() => {
        if (!isOurs() || !track.muted) return;
        notice.value = 'silent';
        silent.value = true;
      }, MUTED_AFTER_MS);
    });
    track.addEventListener('unmute', () => {
      clearTimeout(timer);
      if (!isOurs()) return;
      silent.value = false;
      if (notice.value === 'silent') notice.value = null;
    });
  }

  function useCamera(track: MediaStreamTrack): void {
    const before = camera.value;
    camera.value = { state: 'on', track, deviceId: track.getSettings().deviceId ?? null };
    release(before);
    track.addEventListener('ended', () => {
      if (camera.value.state !== 'on' || camera.value.track !== track) return;
      camera.value = { state: 'off' };
      notice.value = 'camera-lost';
    });
  }

  /** A track that ended by itself: unplugged, or taken by the system. Another one is better than none. */
  async function lostMicrophone(track: MediaStreamTrack): Promise<void> {
    if (microphone.value.state !== 'on' || microphone.value.track !== track) return;
    microphoneId = null;
    await openMicrophone();
    notice.value = isOn(microphone.value) ? 'replaced' : 'lost';
  }

  async function openMicrophone(): Promise<void> {
    try {
      useMicrophone(await take('audio', microphoneId));
    } catch (thrown) {
      if (microphoneId !== null) {
        microphoneId = null;
        await openMicrophone();
        return;
      }
      release(microphone.value);
      stopLooking();
      microphone.value = { state: 'trouble', problem: problemOf(thrown) };
    }
  }

  async function openCamera(): Promise<void> {
    if (!isOn(camera.value)) camera.value = { state: 'asking' };
    try {
      useCamera(await take('video', cameraId));
    } catch (thrown) {
      release(camera.value);
      camera.value = { state: 'trouble', problem: problemOf(thrown) };
    }
  }

  /** Some phones open only one device at a time, and one question is better than two: ask for both together. */
  async function openBoth(): Promise<void> {
    camera.value = { state: 'asking' };
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: voiceConstraints(microphoneId),
        video: pictureConstraints(cameraId),
      });
      for (const track of stream.getTracks()) (track.kind === 'audio' ? useMicrophone : useCamera)(track);
    } catch {
      await openMicrophone();
      await openCamera();
    }
  }

  function listen(track: MediaStreamTrack): void {
    stopLooking();
    looks.value = [];
    listeningSince.value = performance.now();
    const context = o.audioContext();
    if (context === null) return;
    const meter = createMeter(context, track);
    const timer = setInterval(() => {
      // A context that stands still measures nothing, which is not the microphone's silence.
      if (context.state !== 'running') return;
      const look = meter.look();
      looks.value = [...looks.value, look].filter(({ at }) => look.at - at <= REMEMBER_LOOKS_MS);
      heedSilence(look);
    }, LOOK_EVERY_MS);
    stopLooking = () => {
      clearInterval(timer);
      meter.close();
      stopLooking = () => {};
    };
  }

  function heedSilence(look: Look): void {
    if (muted.value) return;
    if (look.peakDb > -Infinity) {
      silent.value = false;
      if (notice.value === 'silent') notice.value = null;
    } else if (wentSilent(looks.value, look.at, SILENT_AFTER_MS)) {
      silent.value = true;
      notice.value ??= 'silent';
    }
  }

  effect(() => {
    if (microphone.value.state === 'on') microphone.value.track.enabled = !muted.value;
  });

  async function devicesChanged(): Promise<void> {
    await refreshChoices();
    if (!wanted || microphone.peek().state !== 'trouble') return;
    await openMicrophone();
    if (isOn(microphone.peek()) && notice.peek() === 'lost') notice.value = 'replaced';
  }
  // Not there on pages without https, and in very old browsers.
  globalThis.navigator?.mediaDevices?.addEventListener('devicechange', () => void devicesChanged());

  return {
    microphone,
    camera,
    muted,
    choices,
    notice,
    silent,
    looks,
    listeningSince,
    async start({ camera: withCamera }) {
      wanted = true;
      notice.value = null;
      microphone.value = { state: 'asking' };
      await (withCamera ? openBoth() : openMicrophone());
      await refreshChoices();
    },
    async chooseMicrophone(id) {
      microphoneId = id;
      notice.value = null;
      await openMicrophone();
      await refreshChoices();
    },
    async chooseCamera(id) {
      cameraId = id;
      await this.turnCamera(id !== null);
      await refreshChoices();
    },
    async turnCamera(on) {
      if (on) {
        await openCamera();
        return;
      }
      release(camera.value);
      camera.value = { state: 'off' };
    },
    setMuted(value) {
      muted.value = value;
      silent.value = false;
      if (notice.value === 'silent') notice.value = null;
      // Zeros of a muted microphone say nothing about it.
      looks.value = [];
    },
    dismissNotice() {
      notice.value = null;
    },
    stop() {
      wanted = false;
      stopLooking();
      release(microphone.value);
      release(camera.value);
      microphone.value = { state: 'off' };
      camera.value = { state: 'off' };
      notice.value = null;
      silent.value = false;
      looks.value = [];
    },
  };
}

/** A function, because the compiler takes a signal's value for unchanged across an `await`. */
function isOn(device: Device): boolean {
  return device.state === 'on';
}
