/**
 * One conversation in its running form: one command at a time, each decided, persisted, evolved and told, in that
 * order. It does not know sockets, HTTP or how anything is stored.
 */
import type { Command, Refusal } from '../domain/commands.ts';
import type { ConversationEvent, Conversation, RecordingFile, Seat } from '../domain/conversation.ts';
import { decide } from '../domain/decide.ts';
import { evolve } from '../domain/evolve.ts';
import { isParticipant } from '../domain/people.ts';
import { mayHear, outOfPhase } from '../domain/roles.ts';
import { nextDeadline, unfinished } from '../domain/timer.ts';
import { viewFor } from '../domain/view.ts';
import { wantsDeletion, wantsMix } from '../domain/wanted.ts';
import type { Available, MicrophoneState, NoticePayload, View } from '../protocol/events.ts';
import { createGuestMedia, type GuestMedia } from './guest-media.ts';
import type { Clock, MediaPlane, NewId, ProducerInfo, SeatConnection, Store } from './ports.ts';
import { createQuality } from './quality.ts';
import { createRoomMedia } from './room-media.ts';
import { createSeats, type Device, type Seats } from './seats.ts';

/** A device that has its seat, as the room speaks to it. */
export interface Guest extends Device {
  view(now: number, view: View): void;
  available(available: Available): void;
  quality(quality: NoticePayload<'room:quality'>): void;
  mediaLost(): void;
}

export const isRefusal = (outcome: object): outcome is Refusal => 'refused' in outcome;

export interface Room {
  readonly id: string;
  state(): Conversation;
  events(): readonly ConversationEvent[];
  /** The new state is durable when it resolves. Rejects when it could not be stored; then nothing happened. */
  execute(command: Command): Promise<Conversation | Refusal>;
  readonly seats: Pick<Seats, 'answer' | 'holder'>;
  enter(guest: Guest): void;
  leave(guest: Guest): void;
  /** What the guest's device measures of its own microphone; it is told to all and not kept. */
  report(guest: Guest, microphone: MicrophoneState): Refusal | undefined;
  /** The file that this seat may listen to now, and whether it may keep a copy. */
  listeningCopy(seat: Seat): Refusal | { readonly fileName: string; readonly mayDownload: boolean };
  mediaFor(guest: Guest): GuestMedia;
  /** From the media plane. */
  mediaLost(): void;
  producersChanged(producers: readonly ProducerInfo[]): void;
  captureChanged(durable: boolean): void;
  qualityChanged(connections: readonly SeatConnection[]): void;
  /** Nobody is here and nothing will happen by itself. */
  idle(): boolean;
  close(): Promise<void>;
}

export type TroubleReported = Extract<ConversationEvent, { type: 'trouble-reported' }>;

export function createRoom(o: {
  readonly log: readonly ConversationEvent[];
  readonly state: Conversation;
  readonly store: Store;
  readonly clock: Clock;
  readonly plane: MediaPlane;
  readonly newId: NewId;
  readonly wantMix: (conversationId: string) => void;
  readonly wantDeletion: (conversationId: string) => void;
  /** It is stored. */
  readonly onTroubleReported: (trouble: TroubleReported) => void;
  readonly onTrouble: (error: unknown, doing: string) => void;
}): Room {
  const { store, clock, newId, onTrouble } = o;
  const id = o.state.id;
  let state = o.state;
  const log = [...o.log];
  let durable = false;
  let producers: readonly ProducerInfo[] = [];
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();
  let cancelWake = (): void => {};
  const guests = new Map<Device, Guest>();
  const quality = createQuality();

  const media = createRoomMedia({
    conversationId: id,
    plane: o.plane,
    clock,
    onCaptureStarted() {
      durable = true;
      enqueue({ type: 'note-capture' });
      tellEveryone();
    },
    onTrouble: (error) => onTrouble(error, 'media'),
  });

  const seats = createSeats({
    clock,
    newId,
    events: {
      arrived: (device) => {
        welcome(device);
        enqueue({ type: 'arrive', seat: device.seat });
      },
      takenOver: (from, by) => {
        closePeer(from);
        forgetMicrophone(by.seat);
        welcome(by);
        enqueue({ type: 'take-over', seat: by.seat });
      },
      departed: (device) => {
        closePeer(device);
        forgetMicrophone(device.seat);
        enqueue({ type: 'depart', seat: device.seat });
      },
    },
  });

  const availableTo = (seat: Seat): Available => ({
    producers: mayHear(state)
      ? producers
          .filter(
            (producer) => producer.seat !== seat && seats.holder(producer.seat)?.peerId === producer.peerId,
          )
          .map(({ producerId, seat: of, kind, paused }) => ({ producerId, seat: of, kind, paused }))
      : [],
  });

  function tell(device: Device): void {
    const guest = guests.get(device);
    if (guest === undefined) return;
    guest.view(clock.now(), viewFor(state, guest.seat, { recordingDurable: durable }));
    guest.available(availableTo(guest.seat));
  }

  function welcome(device: Device): void {
    tell(device);
    guests.get(device)?.quality(quality.now());
  }

  function tellEveryone(): void {
    for (const device of seats.holders()) tell(device);
  }

  function tellQuality(): void {
    for (const device of seats.holders()) guests.get(device)?.quality(quality.now());
  }

  function forgetMicrophone(seat: Seat): void {
    if (isParticipant(seat) && quality.forgotten(seat)) tellQuality();
  }

  function closePeer(device: Device): void {
    media
      .open()
      .then((room) => room.closePeer(device.peerId))
      .catch(() => {
        // No media is open, so the peer has none.
      });
  }

  /** Whoever takes consent back sends nothing any more; what the device still needs it builds anew. */
  function stopSending(seat: Seat): void {
    const holder = seats.holder(seat);
    if (holder === null) return;
    closePeer(holder);
    guests.get(holder)?.mediaLost();
  }

  /** For what the room itself asks; nobody waits for the answer. */
  function enqueue(command: Command): void {
    execute(command).catch((error: unknown) => onTrouble(error, command.type));
  }

  function settle(events: readonly ConversationEvent[]): void {
    cancelWake();
    if (closed) return;
    const deadline = nextDeadline(state);
    if (deadline !== null) cancelWake = clock.wakeAt(deadline, () => enqueue({ type: 'wake' }));
    media.follow(state, events);
    if (wantsMix(state) || wantsDeletion(state)) void goOnWhenSealed();
  }

  /** What becomes of the sound begins when nothing is written any more. Never rejects. */
  async function goOnWhenSealed(): Promise<void> {
    // Trouble with media is told where it happens; the mix takes what was written.
    await media.settled();
    // Asked again: meanwhile it may have been taken back.
    if (wantsMix(state)) o.wantMix(id);
    if (wantsDeletion(state)) o.wantDeletion(id);
  }

  async function perform(command: Command): Promise<Conversation | Refusal> {
    const outcome = decide(state, command, clock.now());
    if ('refused' in outcome) return outcome;
    if (outcome.length > 0) {
      const next = outcome.reduce<Conversation>(evolve, state);
      await store.append(id, log.length, outcome, unfinished(next));
      log.push(...outcome);
      state = next;
      for (const event of outcome) {
        if (event.type === 'link-reissued') seats.dropOlderLinks(event.seat, event.linkVersion);
        if (event.type === 'trouble-reported') o.onTroubleReported(event);
        if (event.type === 'consent-withdrawn') stopSending(event.seat);
      }
    }
    settle(outcome);
    if (outcome.length > 0) tellEveryone();
    return state;
  }

  function execute(command: Command): Promise<Conversation | Refusal> {
    const outcome = queue.then(() => perform(command));
    queue = outcome.catch(() => {});
    return outcome;
  }

  settle([]);

  return {
    id,
    state: () => state,
    events: () => log,
    execute,
    seats,
    enter(guest) {
      guests.set(guest, guest);
      seats.enter(guest);
    },
    leave(guest) {
      guests.delete(guest);
      if (!closed) seats.leave(guest);
    },
    report(guest, microphone) {
      if (!isParticipant(guest.seat)) return { refused: 'not-your-role' };
      // Whoever just lost the seat speaks for nobody.
      const holds = seats.holder(guest.seat)?.peerId === guest.peerId;
      if (holds && quality.reported(guest.seat, microphone)) tellQuality();
      return undefined;
    },
    listeningCopy(seat) {
      if (!isParticipant(seat)) return { refused: 'not-your-role' };
      const { decision } = viewFor(state, seat, { recordingDurable: durable });
      const file = decision?.mayListen === true ? listeningFile(state) : undefined;
      if (decision === null || file === undefined) return outOfPhase(state);
      return { fileName: file.name, mayDownload: decision.mayDownload };
    },
    mediaFor: (guest) =>
      createGuestMedia({
        guest,
        state: () => state,
        open: media.open,
        offered: () => availableTo(guest.seat),
      }),
    mediaLost() {
      producers = [];
      durable = false;
      media.lost();
      quality.measured([]);
      for (const guest of guests.values()) guest.mediaLost();
      tellEveryone();
    },
    producersChanged(now) {
      producers = now;
      for (const device of seats.holders()) guests.get(device)?.available(availableTo(device.seat));
    },
    captureChanged(now) {
      if (now === durable) return;
      durable = now;
      tellEveryone();
    },
    qualityChanged(connections) {
      if (quality.measured(connections)) tellQuality();
    },
    idle: () => !seats.occupied() && !unfinished(state),
    async close() {
      closed = true;
      cancelWake();
      await queue;
      await media.close();
    },
  };
}

function listeningFile({ recording }: Conversation): RecordingFile | undefined {
  return recording.state === 'ready' ? recording.mix.files.find(({ format }) => format === 'mp3') : undefined;
}
