/** What is written beside the conversation: nudges, marks, troubles, sound checks. It changes nothing about talking. */
import type { Command, Refusal } from './commands.ts';
import {
  type ConversationEvent,
  type Instant,
  type Live,
  type Lobby,
  type Nudge,
  type ParticipantSeat,
  type Seat,
  type SoundCheck,
  type Conversation,
  type Trouble,
  type WrapUp,
} from './conversation.ts';

type Outcome = readonly ConversationEvent[] | Refusal;
type CommandOf<T extends Command['type']> = Extract<Command, { type: T }>;

export function nudge(state: Lobby | Live | WrapUp, command: CommandOf<'nudge'>, now: Instant): Outcome {
  if (state.phase === 'wrap-up' && state.mediaClosedAt !== null) return { refused: 'wrong-phase' };
  const { nudgeId, to, text } = command;
  return [{ type: 'nudged', at: now, nudgeId, to, text }];
}

export function mark(state: Live | WrapUp, command: CommandOf<'mark'>, now: Instant): Outcome {
  if (state.phase === 'wrap-up' && state.mediaClosedAt !== null) return { refused: 'wrong-phase' };
  const { markId, note } = command;
  return [{ type: 'marked', at: now, markId, note }];
}

export function reportTrouble(command: CommandOf<'report-trouble'>, now: Instant): Outcome {
  const { troubleId, seat, kind, note } = command;
  return [{ type: 'trouble-reported', at: now, troubleId, seat, kind, note }];
}

/** The same finding again is none. */
export function noteSoundCheck(
  state: Lobby,
  seat: ParticipantSeat,
  check: SoundCheck,
  now: Instant,
): Outcome {
  const known = state.soundChecks[seat];
  if (known !== null && sameCheck(known, check)) return [];
  return [{ type: 'sound-checked', at: now, seat, check }];
}

function sameCheck(one: SoundCheck, other: SoundCheck): boolean {
  return (
    one.voice === other.voice &&
    one.echo === other.echo &&
    one.device === other.device &&
    one.udp === other.udp &&
    one.tcp === other.tcp &&
    one.turn === other.turn
  );
}

export function latestNudgeTo(state: Conversation, seat: ParticipantSeat): Nudge | null {
  return state.nudges.findLast(({ to }) => to === seat || to === 'both') ?? null;
}

export function latestTroubleOf(state: Conversation, seat: Seat): Trouble | null {
  return state.troubles.findLast((trouble) => trouble.seat === seat) ?? null;
}
