/**
 * How well the two can be heard, of the moment and never kept: what each device says of its microphone, and what media
 * measures of its connection. It does not know who is told.
 */
import { PARTICIPANT_SEATS, type ParticipantSeat } from '../domain/conversation.ts';
import type { MicrophoneState, NoticePayload, Quality } from '../protocol/events.ts';
import type { SeatConnection } from './ports.ts';

export interface RoomQuality {
  now(): NoticePayload<'room:quality'>;
  /** Each answers whether anything changed. */
  reported(seat: ParticipantSeat, microphone: MicrophoneState): boolean;
  /** Whole: who is not in it is unknown. */
  measured(connections: readonly SeatConnection[]): boolean;
  /** Another device has the seat, or none: nothing is known of its microphone. */
  forgotten(seat: ParticipantSeat): boolean;
}

export function createQuality(): RoomQuality {
  const now: Record<ParticipantSeat, Quality> = {
    a: { microphone: 'unknown', connection: 'unknown' },
    b: { microphone: 'unknown', connection: 'unknown' },
  };

  function change(seat: ParticipantSeat, to: Partial<Quality>): boolean {
    const next = { ...now[seat], ...to };
    const changed = next.microphone !== now[seat].microphone || next.connection !== now[seat].connection;
    now[seat] = next;
    return changed;
  }

  return {
    now: () => ({ a: now.a, b: now.b }),
    reported: (seat, microphone) => change(seat, { microphone }),
    measured(connections) {
      const changes = PARTICIPANT_SEATS.map((seat) => {
        const connection = connections.find((each) => each.seat === seat)?.connection ?? 'unknown';
        return change(seat, { connection });
      });
      return changes.includes(true);
    },
    forgotten: (seat) => change(seat, { microphone: 'unknown' }),
  };
}
