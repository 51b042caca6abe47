/** Small questions about who is here and how far they are. */
import {
  PARTICIPANT_SEATS,
  type Conversation,
  type Lobby,
  type ParticipantSeat,
  type Seat,
} from './conversation.ts';

export function isParticipant(seat: Seat): seat is ParticipantSeat {
  return seat !== 'facilitator';
}

export function isHere(state: Conversation, seat: Seat): boolean {
  return state.presence[seat].here;
}

export function bothAreHere(state: Conversation): boolean {
  return PARTICIPANT_SEATS.every((seat) => isHere(state, seat));
}

export function bothConsented(state: Conversation): boolean {
  return PARTICIPANT_SEATS.every((seat) => state.consents[seat] !== null);
}

export function bothAreReady(state: Lobby): boolean {
  return PARTICIPANT_SEATS.every((seat) => state.ready[seat]);
}

/** Who moves the cards and gives the word to start. */
export function guidedBy(state: Conversation): 'participants' | 'facilitator' {
  switch (state.program.facilitation) {
    case 'never':
      return 'participants';
    case 'optional':
      return isHere(state, 'facilitator') ? 'facilitator' : 'participants';
    case 'always':
      return 'facilitator';
  }
}
