/**
 * Keeps a room's media as its state wants it: open or not, capturing or not. The state is the truth and this follows,
 * one step at a time, again and again until they agree; a worker that died only means another round.
 * It does not decide anything about the conversation.
 */
import type { ConversationEvent, Conversation, Millis } from '../domain/conversation.ts';
import { wantedMedia } from '../domain/wanted.ts';
import { MediaUnavailable, type Clock, type MediaPlane, type MediaRoom } from './ports.ts';

/** Between two tries when the media plane has nothing to give. */
const TRY_AGAIN_MS: Millis = 250;

type Capture = 'on' | 'held' | 'off';

export interface RoomMedia {
  /** The state changed by these events; brings media after it. Does not wait. */
  follow(state: Conversation, events: readonly ConversationEvent[]): void;
  /** The open room for a peer's call. Throws MediaUnavailable while there is none. */
  open(): Promise<MediaRoom>;
  /** Resolves when media was last tried to be brought where the state wants it: what was captured is sealed then. */
  settled(): Promise<void>;
  /** The worker is gone: whatever was open is void. */
  lost(): void;
  /** Closes media and follows no more. Resolves when closed. */
  close(): Promise<void>;
}

export function createRoomMedia(o: {
  readonly conversationId: string;
  readonly plane: MediaPlane;
  readonly clock: Clock;
  /** Sound is being written, from now on. */
  readonly onCaptureStarted: () => void;
  readonly onTrouble: (error: unknown) => void;
}): RoomMedia {
  const { conversationId, plane, clock } = o;
  let state: Conversation | null = null;
  let room: MediaRoom | null = null;
  let capture: Capture = 'off';
  let hearing = false;
  let unnoted: ConversationEvent[] = [];
  let closed = false;
  let running: Promise<void> | null = null;
  let again = false;
  let cancelRetry = (): void => {};

  const wanted = (): ReturnType<typeof wantedMedia> =>
    state === null || closed ? { open: false, hearing: false, capture: 'off' } : wantedMedia(state);

  const forget = (): void => {
    room = null;
    capture = 'off';
    hearing = false;
  };

  /** Events of the time of capture belong into the journal; those before it are in the log alone. */
  const noteAll = async (on: MediaRoom): Promise<void> => {
    while (unnoted[0] !== undefined) {
      await on.note(unnoted[0]);
      unnoted.shift();
    }
  };

  const step = async (): Promise<void> => {
    if (wanted().open && room === null) room = await plane.openRoom(conversationId);
    if (room === null) {
      unnoted = [];
      return;
    }
    const on = room;
    if (capture !== 'off') await noteAll(on);
    const want = wanted();
    if (want.capture !== capture) {
      const starts = capture === 'off';
      await on.setCapture(want.capture);
      capture = want.capture;
      if (starts) o.onCaptureStarted();
      if (starts) await noteAll(on);
    }
    if (capture === 'off') unnoted = [];
    if (hearing && !want.hearing) await on.closeConsumers();
    hearing = want.hearing;
    if (!want.open) {
      forget();
      await on.close();
    }
  };

  const run = async (): Promise<void> => {
    do {
      again = false;
      const before = room;
      try {
        await step();
      } catch (error) {
        // A room that was lost meanwhile says so itself; whatever else it was, the next round starts afresh.
        o.onTrouble(error);
        if (room === before && error instanceof MediaUnavailable) forget();
        cancelRetry();
        cancelRetry = clock.wakeAt(clock.now() + TRY_AGAIN_MS, reconcile);
      }
    } while (again);
  };

  function reconcile(): void {
    again = true;
    running ??= run().finally(() => {
      running = null;
      if (again) reconcile();
    });
  }

  return {
    follow(next, events) {
      state = next;
      unnoted.push(...events);
      reconcile();
    },
    async open() {
      await running;
      if (room === null) throw new MediaUnavailable('no media is open for this conversation now');
      return room;
    },
    settled: () => running ?? Promise.resolve(),
    lost() {
      forget();
      reconcile();
    },
    async close() {
      closed = true;
      cancelRetry();
      reconcile();
      await running;
    },
  };
}
