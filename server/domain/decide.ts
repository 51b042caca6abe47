/**
 * What a conversation answers when something is asked of it. Pure: time comes in, events or a refusal go out.
 * Rules and their numbers are in SPEC.md.
 */
import { endBy, pauseBy, resumeBy } from './clock.ts';
import type { Command, Create, Refusal } from './commands.ts';
import type {
  Closed,
  Conversation,
  ConversationEvent,
  Instant,
  ParticipantSeat,
  WrapUp,
} from './conversation.ts';
import { answer, closeMedia } from './decision.ts';
import { evolve } from './evolve.ts';
import { askExtension, extend } from './extension.ts';
import { reissueLink } from './links.ts';
import { cancel, consent, create, setReady, start } from './lobby.ts';
import { mark, noteSoundCheck, nudge, reportTrouble } from './notes.ts';
import { isParticipant } from './people.ts';
import { arrive, depart, departAll, takeOver } from './presence.ts';
import { showPrompt } from './prompts.ts';
import { noteCapture, noteMixFailed, noteMixFinished, noteMixStarted } from './recording.ts';
import { outOfPhase, refusalByRole } from './roles.ts';
import { whatIsDue } from './timer.ts';
import { noteRecordingDeleted, takeBackConsent, withdraw, withdrawWhileTalking } from './withdrawal.ts';

type Outcome = readonly ConversationEvent[] | Refusal;

/**
 * What is due by `now` happens first, then what is asked, then what that made due. No events: nothing changes.
 * A refusal changes nothing at all; what is due stays due.
 * @throws Error when there is nothing to ask yet, or `create` comes twice: faults of the caller, not of people.
 */
export function decide(state: Conversation | null, command: Create | Command, now: Instant): Outcome {
  if (command.type === 'create') {
    if (state !== null) throw new Error(`conversation ${state.id} exists already`);
    return create(command, now);
  }
  if (state === null) throw new Error(`${command.type}: there is no such conversation`);
  const at = Math.max(now, state.updatedAt);
  return command.type === 'recover' ? recover(state, command.lastAliveAt, at) : ask(state, command, at);
}

export function isRefusal(outcome: Outcome): outcome is Refusal {
  return 'refused' in outcome;
}

function ask(state: Conversation, command: Command, now: Instant): Outcome {
  const before = settle(state, now);
  const asked = refusalByRole(before.state, command) ?? answerTo(before.state, command, now);
  if (isRefusal(asked)) return asked;
  const after = settle(asked.reduce(evolve, before.state), now);
  return [...before.events, ...asked, ...after.events];
}

/** While no server ran nobody was here, and only then is what has become due looked at. */
function recover(state: Conversation, lastAliveAt: Instant, now: Instant): Outcome {
  const lostAt = Math.min(Math.max(lastAliveAt, state.updatedAt), now);
  const departures = departAll(state, lostAt);
  const after = settle(departures.reduce<Conversation>(evolve, state), now, lostAt);
  return [...departures, ...after.events];
}

/** Lets everything happen that is due, until nothing is. */
function settle(
  state: Conversation,
  now: Instant,
  awaySince: Instant = now,
): { readonly state: Conversation; readonly events: readonly ConversationEvent[] } {
  const events: ConversationEvent[] = [];
  let settled = state;
  let due = whatIsDue(settled, now, awaySince);
  while (due.length > 0) {
    events.push(...due);
    settled = due.reduce(evolve, settled);
    due = whatIsDue(settled, now, awaySince);
  }
  return { state: settled, events };
}

/** `refusalByRole` has let the command through; the phase is asked again so that the compiler knows it too. */
function answerTo(state: Conversation, command: Command, now: Instant): Outcome {
  switch (command.type) {
    case 'arrive':
      return arrive(state, command.seat, now);
    case 'depart':
      return depart(state, command.seat, now);
    case 'take-over':
      return takeOver(state, command.seat, now);
    case 'consent':
      if (state.phase !== 'lobby' || !isParticipant(command.seat)) return outOfPhase(state);
      return consent(state, command.seat, command, now);
    case 'set-ready':
      if (state.phase !== 'lobby' || !isParticipant(command.seat)) return outOfPhase(state);
      return setReady(state, command.seat, command.ready, now);
    case 'note-sound-check':
      if (state.phase !== 'lobby' || !isParticipant(command.seat)) return outOfPhase(state);
      return noteSoundCheck(state, command.seat, command.check, now);
    case 'start':
      return state.phase === 'lobby' ? start(state, now) : outOfPhase(state);
    case 'show-prompt':
      return state.phase === 'live' ? showPrompt(state, command.seat, command.index, now) : outOfPhase(state);
    case 'pause':
      return state.phase === 'live' ? pauseBy(state, now) : outOfPhase(state);
    case 'resume':
      return state.phase === 'live' ? resumeBy(state, now) : outOfPhase(state);
    case 'extend':
      return state.phase === 'live' ? extend(state, now) : outOfPhase(state);
    case 'ask-extension':
      if (state.phase !== 'live' || !isParticipant(command.seat)) return outOfPhase(state);
      return askExtension(state, command.seat, command.wanted, now);
    case 'nudge':
      return state.phase === 'lobby' || state.phase === 'live' || state.phase === 'wrap-up'
        ? nudge(state, command, now)
        : outOfPhase(state);
    case 'mark':
      return state.phase === 'live' || state.phase === 'wrap-up'
        ? mark(state, command, now)
        : outOfPhase(state);
    case 'report-trouble':
      return reportTrouble(command, now);
    case 'end':
      if (state.phase === 'live') return endBy(state, command.seat, now);
      return state.phase === 'wrap-up' ? closeMedia(state, now) : outOfPhase(state);
    case 'decide':
      if (!isEnded(state) || !isParticipant(command.seat)) return outOfPhase(state);
      return answer(state, command.seat, command, now);
    case 'withdraw':
      return isParticipant(command.seat) ? takeBack(state, command.seat, now) : outOfPhase(state);
    case 'cancel':
      return cancel(now);
    case 'reissue-link':
      return reissueLink(state, command.seat, now);
    case 'wake':
    case 'recover':
      return [];
    case 'note-capture':
      return state.phase === 'live' || state.phase === 'wrap-up'
        ? noteCapture(state, now)
        : outOfPhase(state);
    case 'note-mix-started':
      return isEnded(state) ? noteMixStarted(state, now) : outOfPhase(state);
    case 'note-mix-finished':
      return isEnded(state) ? noteMixFinished(state, command.mix, now) : outOfPhase(state);
    case 'note-mix-failed':
      return isEnded(state) ? noteMixFailed(state, command.reason, command.final, now) : outOfPhase(state);
    case 'note-recording-deleted':
      return isEnded(state) ? noteRecordingDeleted(state, now) : outOfPhase(state);
  }
}

function takeBack(state: Conversation, seat: ParticipantSeat, now: Instant): Outcome {
  switch (state.phase) {
    case 'lobby':
      return takeBackConsent(state, seat, now);
    case 'live':
      return withdrawWhileTalking(state, seat, now);
    case 'wrap-up':
    case 'closed':
      return withdraw(state, seat, now);
    case 'cancelled':
    case 'abandoned':
      return outOfPhase(state);
  }
}

function isEnded(state: Conversation): state is WrapUp | Closed {
  return state.phase === 'wrap-up' || state.phase === 'closed';
}
