/** Which microphones, cameras and loudspeakers there are, and what it means when one can't be had. */

export type DeviceProblem = 'denied' | 'none' | 'busy' | 'other';

/** What `getUserMedia` throws (W3C Media Capture and Streams §10.2), in four kinds that need different words. */
export function problemOf(thrown: unknown): DeviceProblem {
  const name = thrown instanceof Error || thrown instanceof DOMException ? thrown.name : '';
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'other';
  }
}

export interface Choice {
  readonly id: string;
  /** Empty until the browser trusts the page. */
  readonly label: string;
}

export interface Choices {
  readonly microphones: readonly Choice[];
  readonly cameras: readonly Choice[];
  /** Empty where the browser does not let a page choose. */
  readonly speakers: readonly Choice[];
}

export async function listChoices(): Promise<Choices> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): Choice[] =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, label }));
  return {
    microphones: of('audioinput'),
    cameras: of('videoinput'),
    speakers: 'setSinkId' in HTMLMediaElement.prototype ? of('audiooutput') : [],
  };
}

/** Speech, as browsers prepare it; mono. */
export function voiceConstraints(id: string | null): MediaTrackConstraints {
  return {
    ...(id === null ? {} : { deviceId: { exact: id } }),
    channelCount: 1,
    echoCancellation: true,
    noiseSuppression: true,
    autoGainControl: true,
  };
}

/** 540 lines are plenty for one face, and half the work of 720 for an old laptop. */
export function pictureConstraints(id: string | null): MediaTrackConstraints {
  return {
    ...(id === null ? { facingMode: 'user' } : { deviceId: { exact: id } }),
    width: { ideal: 960 },
    height: { ideal: 540 },
    frameRate: { ideal: 30, max: 30 },
  };
}
