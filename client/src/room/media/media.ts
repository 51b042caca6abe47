/**
 * Keeps sound and picture as they are wanted: wanted state is set, and one loop makes reality follow, again and again
 * until they agree. A network that changed, a worker that died, a new socket: each is only another round.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import type { MediaKind } from '../../../../server/protocol/webrtc.ts';
import type { Request } from '../connection.ts';
import type { Plane, Producers, Received } from './plane.ts';

/** `troubled`: it was there and is being mended. `unsupported`: this browser can't. */
export type MediaState = 'off' | 'connecting' | 'connected' | 'troubled' | 'unsupported';

export interface Media {
  readonly state: ReadonlySignal<MediaState>;
  readonly received: ReadonlySignal<readonly Received[]>;
  /** Media is wanted from now on. Idempotent. */
  open(): void;
  /** What is sent; null: nothing of that kind. */
  send(kind: MediaKind, track: MediaStreamTrack | null): void;
  setAvailable(producers: Producers): void;
  /** The house's side is gone (new socket, dead worker): build everything anew. */
  rebuild(): void;
  /** The network changed under us: look for new paths. */
  networkChanged(): void;
  /** Idempotent; `open` begins again. */
  close(): void;
}

/** A worker that died is replaced within a second or two: asked often, sound is back as soon as it can be. */
const AGAIN_FIRST_MS = 200;
const AGAIN_MOST_MS = 1000;
/** "disconnected" often heals by itself; this long is a hiccup, more is a changed network. */
const HICCUP_MS = 700;
/** After a restart of ICE has had this long without success, everything is built anew. */
const RESTART_WITHIN_MS = 6000;
/** Firefox says at once that there is no path, Chromium after 15 s: ask again soon, and then with patience. */
const NO_PATH_MOST_MS = 3000;

export function createMedia(o: { readonly request: Request; readonly sends: boolean }): Media {
  const state = signal<MediaState>('off');
  const received = signal<readonly Received[]>([]);
  const sending: Record<MediaKind, MediaStreamTrack | null> = { audio: null, video: null };
  let producers: Producers = [];
  let wanted = false;
  let stale = false;
  let plane: Plane | null = null;
  let device: types.Device | null = null;
  let running = false;
  let again = false;
  let failures = 0;
  /** Transports that failed one after the other, without sound in between. */
  let pathless = 0;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let healing: ReturnType<typeof setTimeout> | undefined;

  function follow(): void {
    again = true;
    if (running) return;
    running = true;
    clearTimeout(retry);
    void (async () => {
      try {
        while (again) {
          again = false;
          await step();
        }
        failures = 0;
      } catch (error) {
        failures += 1;
        if (error instanceof Error && error.name === 'UnsupportedError') state.value = 'unsupported';
        else retry = setTimeout(follow, Math.min(AGAIN_MOST_MS, AGAIN_FIRST_MS * 1.5 ** (failures - 1)));
        // A plane that can't be matched twice is not worth mending.
        if (failures > 1) stale = true;
      } finally {
        running = false;
      }
      if (again && failures === 0) follow();
    })();
  }

  async function step(): Promise<void> {
    if (!wanted || stale) {
      plane?.close();
      plane = null;
    }
    if (!wanted) return;
    if (plane === null) {
      if (state.value === 'off') state.value = 'connecting';
      stale = false;
      plane = await build();
    }
    const current = plane;
    await current.match({ ...sending }, producers);
  }

  async function build(): Promise<Plane> {
    const { createPlane } = await import('./plane.ts');
    if (device === null) {
      const { createDevice } = await import('./device.ts');
      const { MediaTrouble } = await import('./plane.ts');
      const answer = await o.request('media:capabilities', {});
      if (!answer.ok) throw new MediaTrouble(answer.code);
      device = await createDevice(answer.value.rtpCapabilities as types.RtpCapabilities);
    }
    const generation: { plane: Plane | null } = { plane: null };
    const isCurrent = (): boolean => generation.plane === null || generation.plane === plane;
    generation.plane = await createPlane({
      device,
      request: o.request,
      sends: o.sends,
      events: {
        received(all) {
          if (isCurrent()) received.value = all;
        },
        stateChanged(transport) {
          if (isCurrent()) heed(transport);
        },
      },
    });
    return generation.plane;
  }

  function heed(transport: types.ConnectionState): void {
    switch (transport) {
      case 'connected':
        clearTimeout(healing);
        if (plane?.connected() === false) return;
        pathless = 0;
        state.value = 'connected';
        return;
      case 'disconnected':
        state.value = 'troubled';
        clearTimeout(healing);
        healing = setTimeout(restartIce, HICCUP_MS);
        return;
      case 'failed':
        // Firefox reports "connected" after a restart from here and sends nothing: never mend, build anew.
        state.value = 'troubled';
        clearTimeout(healing);
        healing = setTimeout(
          () => {
            pathless += 1;
            rebuild();
          },
          pathless === 0 ? 0 : Math.min(NO_PATH_MOST_MS, AGAIN_FIRST_MS * 1.5 ** pathless),
        );
        return;
      case 'new':
      case 'connecting':
      case 'closed':
        return;
    }
  }

  function restartIce(): void {
    const current = plane;
    if (current === null) return;
    clearTimeout(healing);
    healing = setTimeout(() => {
      if (plane === current && !current.connected()) rebuild();
    }, RESTART_WITHIN_MS);
    current.restartIce().catch(() => {
      // No answer, or the house does not know the transport any more; the timer above decides.
    });
  }

  function rebuild(): void {
    clearTimeout(healing);
    stale = true;
    failures = 0;
    if (wanted && state.value === 'connected') state.value = 'troubled';
    follow();
  }

  return {
    state,
    received,
    open() {
      if (wanted) return;
      wanted = true;
      follow();
    },
    send(kind, track) {
      if (sending[kind] === track) return;
      sending[kind] = track;
      if (wanted) follow();
    },
    setAvailable(list) {
      producers = list;
      if (wanted) follow();
    },
    rebuild,
    networkChanged() {
      if (plane !== null) restartIce();
    },
    close() {
      wanted = false;
      clearTimeout(healing);
      clearTimeout(retry);
      producers = [];
      state.value = 'off';
      follow();
    },
  };
}
