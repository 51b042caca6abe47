/**
 * Which seat may do what in which phase: one table, and the same question for sound and picture.
 * It does not know finer rules (consent, readiness, deadlines); those are with the commands.
 */
import type { Command, CommandType, Refusal } from './commands.ts';
import type { Conversation, Phase, Seat } from './conversation.ts';
import { isParticipant } from './people.ts';

/** `house`: the server itself, its staff, its recorder; never somebody at the table. */
export type Actor = Seat | 'house';

const PARTICIPANTS = ['a', 'b'] as const;
const FACILITATOR = ['facilitator'] as const;
const EVERYONE = ['a', 'b', 'facilitator'] as const;
const HOUSE = ['house'] as const;

type Row = Readonly<Partial<Record<Phase, readonly Actor[]>>>;

function always(who: readonly Actor[]): Row {
  return { lobby: who, live: who, 'wrap-up': who, closed: who, cancelled: who, abandoned: who };
}

/** A phase that is not named is closed to everybody. SPEC.md shows the same table, and a test compares them. */
export const WHO_MAY: Readonly<Record<CommandType, Row>> = {
  arrive: always(EVERYONE),
  depart: always(EVERYONE),
  'take-over': always(EVERYONE),
  consent: { lobby: PARTICIPANTS },
  'set-ready': { lobby: PARTICIPANTS },
  'note-sound-check': { lobby: PARTICIPANTS },
  start: { lobby: FACILITATOR },
  'show-prompt': { live: EVERYONE },
  pause: { live: FACILITATOR },
  resume: { live: FACILITATOR },
  extend: { live: FACILITATOR },
  'ask-extension': { live: PARTICIPANTS },
  nudge: { lobby: FACILITATOR, live: FACILITATOR, 'wrap-up': FACILITATOR },
  mark: { live: FACILITATOR, 'wrap-up': FACILITATOR },
  'report-trouble': { lobby: EVERYONE, live: EVERYONE, 'wrap-up': EVERYONE, closed: EVERYONE },
  end: { live: EVERYONE, 'wrap-up': PARTICIPANTS },
  decide: { 'wrap-up': PARTICIPANTS, closed: PARTICIPANTS },
  withdraw: { lobby: PARTICIPANTS, live: PARTICIPANTS, 'wrap-up': PARTICIPANTS, closed: PARTICIPANTS },
  cancel: { lobby: HOUSE },
  'reissue-link': { lobby: HOUSE, live: HOUSE, 'wrap-up': HOUSE },
  wake: always(HOUSE),
  recover: always(HOUSE),
  'note-capture': { live: HOUSE, 'wrap-up': HOUSE },
  'note-mix-started': { 'wrap-up': HOUSE, closed: HOUSE },
  'note-mix-finished': { 'wrap-up': HOUSE, closed: HOUSE },
  'note-mix-failed': { 'wrap-up': HOUSE, closed: HOUSE },
  'note-recording-deleted': { 'wrap-up': HOUSE, closed: HOUSE },
};

/** What anything asked of the conversation is refused with that its phase has no place for. */
export function outOfPhase(state: Conversation): Refusal {
  switch (state.phase) {
    case 'lobby':
    case 'live':
    case 'wrap-up':
      return { refused: 'wrong-phase' };
    case 'closed':
    case 'cancelled':
    case 'abandoned':
      return { refused: 'already-over' };
  }
}

/** Holds a command to the table; null: it may be tried. */
export function refusalByRole(state: Conversation, command: Command): Refusal | null {
  const row = WHO_MAY[command.type];
  const actor = actorOf(command);
  if (namesMissingSeat(state, command)) return { refused: 'not-your-role' };
  if (!Object.values(row).some((who) => who.includes(actor))) return { refused: 'not-your-role' };
  if (!row[state.phase]?.includes(actor)) return outOfPhase(state);
  return null;
}

/** In `reissue-link` the seat is whose link it is, not who asks. */
function actorOf(command: Command): Actor {
  return 'seat' in command && command.type !== 'reissue-link' ? command.seat : 'house';
}

/** A program without facilitation has no facilitator's seat. */
function namesMissingSeat(state: Conversation, command: Command): boolean {
  return 'seat' in command && command.seat === 'facilitator' && state.program.facilitation === 'never';
}

/** True from `started` until media closes: only then do people hear and see each other. */
export function mayHear(state: Conversation): boolean {
  return state.phase === 'live' || (state.phase === 'wrap-up' && state.mediaClosedAt === null);
}

/** Whether the seat may send sound and picture. The facilitator never may. */
export function mayProduce(state: Conversation, seat: Seat): boolean {
  if (!isParticipant(seat)) return false;
  return mayHear(state) || (state.phase === 'lobby' && state.consents[seat] !== null);
}

/** Whether `seat` may be sent the sound and picture of `of`, at a time when people may hear: not one's own. */
export function mayConsume(seat: Seat, of: Seat): boolean {
  return isParticipant(of) && of !== seat;
}
