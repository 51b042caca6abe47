/**
 * Who holds each seat of one room, by device. A link may leak: a second device gets a seat only when the first is gone,
 * agrees, or leaves the question unanswered. It does not know phases, consent or media.
 */
import type { Instant, Millis, Seat } from '../domain/conversation.ts';
import type { Clock, NewId, PeerId } from './ports.ts';

/** How long the present device has to answer before it is taken for abandoned. */
const ANSWER_WITHIN_MS: Millis = 15_000;
/** After a "no" other devices are turned away unasked for so long, so that asking can't be used to pester. */
const QUIET_AFTER_NO_MS: Millis = 60_000;

export type SeatLoss = 'taken-over' | 'refused' | 'link-replaced';

/** One device at the door. Its methods must not throw. */
export interface Device {
  readonly peerId: PeerId;
  readonly seat: Seat;
  readonly linkVersion: number;
  /** Proof, from an earlier `granted`, that this is the same device. */
  readonly resume: string | null;
  granted(resume: string): void;
  waiting(until: Instant): void;
  takeoverAsked(askId: string, answerBy: Instant): void;
  takeoverSettled(askId: string): void;
  /** It has no seat any more, or never got one; it is to be disconnected. */
  lost(why: SeatLoss): void;
}

export interface SeatEvents {
  arrived(device: Device): void;
  /** `by` replaces `from` without the seat having been empty. */
  takenOver(from: Device, by: Device): void;
  departed(device: Device): void;
}

interface Ask {
  readonly id: string;
  readonly waiter: Device;
  readonly cancelTimer: () => void;
}

type Holding =
  | { readonly state: 'empty' }
  | { readonly state: 'held'; readonly holder: Device; readonly resume: string; readonly quietUntil: Instant }
  | { readonly state: 'asked'; readonly holder: Device; readonly resume: string; readonly ask: Ask };

export interface Seats {
  /** A device with a valid link asks for its seat. */
  enter(device: Device): void;
  /** A device's connection ended. Idempotent. */
  leave(device: Device): void;
  /** The present device answers; an answer to a question that is gone is ignored. */
  answer(device: Device, askId: string, allow: boolean): void;
  /** Every device that came by an older link goes. */
  dropOlderLinks(seat: Seat, linkVersion: number): void;
  holder(seat: Seat): Device | null;
  holders(): readonly Device[];
  /** Whether anyone is here or waits. */
  occupied(): boolean;
}

export function createSeats(o: {
  readonly clock: Clock;
  readonly newId: NewId;
  readonly events: SeatEvents;
}): Seats {
  const { clock, newId, events } = o;
  const seats: Record<Seat, Holding> = {
    a: { state: 'empty' },
    b: { state: 'empty' },
    facilitator: { state: 'empty' },
  };

  const seat = (device: Device, quietUntil: Instant = 0): void => {
    const resume = newId();
    seats[device.seat] = { state: 'held', holder: device, resume, quietUntil };
    device.granted(resume);
  };

  const replace = (from: Device, by: Device): void => {
    seat(by);
    events.takenOver(from, by);
    from.lost('taken-over');
  };

  const settle = (holder: Device, ask: Ask): void => {
    ask.cancelTimer();
    holder.takeoverSettled(ask.id);
  };

  const ask = (holder: Device, resume: string, waiter: Device): void => {
    const id = newId();
    const answerBy = clock.now() + ANSWER_WITHIN_MS;
    const cancelTimer = clock.wakeAt(answerBy, () => replace(holder, waiter));
    seats[waiter.seat] = { state: 'asked', holder, resume, ask: { id, waiter, cancelTimer } };
    holder.takeoverAsked(id, answerBy);
    waiter.waiting(answerBy);
  };

  const leaveSeat = (device: Device, why: 'gone' | SeatLoss): void => {
    const holding = seats[device.seat];
    switch (holding.state) {
      case 'empty':
        return;
      case 'held':
        if (holding.holder !== device) return;
        seats[device.seat] = { state: 'empty' };
        events.departed(device);
        break;
      case 'asked':
        if (holding.holder === device) {
          settle(device, holding.ask);
          seat(holding.ask.waiter);
          events.takenOver(device, holding.ask.waiter);
        } else if (holding.ask.waiter === device) {
          settle(holding.holder, holding.ask);
          seats[device.seat] = {
            state: 'held',
            holder: holding.holder,
            resume: holding.resume,
            quietUntil: 0,
          };
        } else return;
        break;
    }
    if (why !== 'gone') device.lost(why);
  };

  return {
    enter(device) {
      const holding = seats[device.seat];
      if (holding.state === 'empty') {
        seat(device);
        events.arrived(device);
        return;
      }
      const sameDevice = device.resume !== null && device.resume === holding.resume;
      if (sameDevice) {
        if (holding.state === 'asked') {
          settle(holding.holder, holding.ask);
          holding.ask.waiter.lost('refused');
        }
        replace(holding.holder, device);
        return;
      }
      if (holding.state === 'asked' || clock.now() < holding.quietUntil) device.lost('refused');
      else ask(holding.holder, holding.resume, device);
    },
    leave: (device) => leaveSeat(device, 'gone'),
    answer(device, askId, allow) {
      const holding = seats[device.seat];
      if (holding.state !== 'asked' || holding.holder !== device || holding.ask.id !== askId) return;
      settle(device, holding.ask);
      if (allow) {
        replace(device, holding.ask.waiter);
        return;
      }
      seats[device.seat] = {
        state: 'held',
        holder: device,
        resume: holding.resume,
        quietUntil: clock.now() + QUIET_AFTER_NO_MS,
      };
      holding.ask.waiter.lost('refused');
    },
    dropOlderLinks(which, linkVersion) {
      const holding = seats[which];
      if (holding.state === 'empty') return;
      const here = holding.state === 'asked' ? [holding.ask.waiter, holding.holder] : [holding.holder];
      for (const device of here) if (device.linkVersion < linkVersion) leaveSeat(device, 'link-replaced');
    },
    holder(which) {
      const holding = seats[which];
      return holding.state === 'empty' ? null : holding.holder;
    },
    holders: () =>
      Object.values(seats).flatMap((holding) => (holding.state === 'empty' ? [] : [holding.holder])),
    occupied: () => Object.values(seats).some((holding) => holding.state !== 'empty'),
  };
}
