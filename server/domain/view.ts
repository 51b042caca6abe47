/** What one seat may see of a conversation. `server/protocol/view.ts` is the same on the wire; a test compares them. */
import { pauseEndsAt } from './clock.ts';
import type {
  Answer,
  Conversation,
  EndReason,
  Instant,
  Millis,
  ParticipantSeat,
  Phase,
  Prompt,
  Seat,
} from './conversation.ts';
import { guidedBy, isHere, isParticipant } from './people.ts';
import { wantedMedia } from './wanted.ts';

export interface ViewPerson {
  readonly seat: ParticipantSeat;
  readonly name: string;
  readonly here: boolean;
  readonly consented: boolean;
  readonly ready: boolean;
}

export interface ViewPrompt {
  readonly index: number;
  readonly id: string;
  readonly section: string;
  readonly text: string;
  readonly guidance: string | null;
}

export interface ViewClock {
  readonly startedAt: Instant;
  readonly endsAt: Instant;
  readonly pausedSince: Instant | null;
  readonly pauseEndsAt: Instant | null;
  readonly endedAt: Instant | null;
  readonly mediaClosesAt: Instant | null;
}

export interface View {
  readonly conversationId: string;
  readonly version: number;
  readonly seat: Seat;
  readonly phase: Phase;
  readonly language: string;
  readonly program: {
    readonly name: string;
    readonly durationMs: Millis;
    readonly farewellMs: Millis;
    readonly graceMs: Millis;
  };
  readonly plannedAt: Instant | null;
  readonly people: { readonly a: ViewPerson; readonly b: ViewPerson };
  readonly facilitator: { readonly expected: boolean; readonly here: boolean };
  readonly guidedBy: 'participants' | 'facilitator';
  readonly consent: { readonly version: string; readonly hash: string; readonly text: string };
  readonly clock: ViewClock | null;
  readonly prompt: ViewPrompt | null;
  readonly promptCount: number;
  readonly deck: ViewPrompt[] | null;
  readonly recording: boolean;
  readonly end: { readonly reason: EndReason; readonly by: string } | null;
  readonly decision: {
    readonly decideBy: Instant;
    readonly yours: Answer | null;
    readonly outcome: Answer | null;
  } | null;
}

/** `recordingDurable`: the disk acknowledges what is captured. Only then is anybody told that it is recorded. */
export function viewFor(state: Conversation, seat: Seat, o: { readonly recordingDurable: boolean }): View {
  const { program, deck, consentText } = state;
  return {
    conversationId: state.id,
    version: state.version,
    seat,
    phase: state.phase,
    language: state.language,
    program: {
      name: program.name,
      durationMs: program.durationMs,
      farewellMs: program.farewellMs,
      graceMs: program.graceMs,
    },
    plannedAt: state.plannedAt,
    people: { a: personOf(state, 'a'), b: personOf(state, 'b') },
    facilitator: { expected: program.facilitation !== 'never', here: isHere(state, 'facilitator') },
    guidedBy: guidedBy(state),
    consent: { version: consentText.version, hash: consentText.hash, text: consentText.text },
    clock: clockOf(state),
    prompt: promptOf(state),
    promptCount: deck.prompts.length,
    deck: seat === 'facilitator' ? deck.prompts.map(asCard) : null,
    recording: o.recordingDurable && isCapturing(state),
    end: endOf(state),
    decision: decisionOf(state, seat),
  };
}

function personOf(state: Conversation, seat: ParticipantSeat): ViewPerson {
  return {
    seat,
    name: state.names[seat],
    here: isHere(state, seat),
    consented: state.consents[seat] !== null,
    ready: state.phase === 'lobby' ? state.ready[seat] : 'startedAt' in state,
  };
}

function clockOf(state: Conversation): ViewClock | null {
  switch (state.phase) {
    case 'lobby':
    case 'cancelled':
    case 'abandoned':
      return null;
    case 'live':
      return {
        startedAt: state.startedAt,
        endsAt: state.endsAt,
        pausedSince: state.pausedSince,
        pauseEndsAt: state.pausedSince === null ? null : pauseEndsAt(state),
        endedAt: null,
        mediaClosesAt: null,
      };
    case 'wrap-up':
    case 'closed':
      return {
        startedAt: state.startedAt,
        endsAt: state.endsAt,
        pausedSince: null,
        pauseEndsAt: null,
        endedAt: state.endedAt,
        mediaClosesAt: state.mediaClosesAt,
      };
  }
}

function promptOf(state: Conversation): ViewPrompt | null {
  if (state.phase !== 'live' || state.prompt === null) return null;
  const prompt = state.deck.prompts[state.prompt.index];
  return prompt === undefined ? null : asCard(prompt, state.prompt.index);
}

function asCard(prompt: Prompt, index: number): ViewPrompt {
  return { index, id: prompt.id, section: prompt.section, text: prompt.text, guidance: prompt.guidance };
}

function isCapturing(state: Conversation): boolean {
  return state.recording.state === 'capturing' && wantedMedia(state).capture === 'on';
}

function endOf(state: Conversation): View['end'] {
  if (state.phase !== 'wrap-up' && state.phase !== 'closed') return null;
  return { reason: state.endReason, by: state.endedBy };
}

function decisionOf(state: Conversation, seat: Seat): View['decision'] {
  if (state.phase !== 'wrap-up' && state.phase !== 'closed') return null;
  return {
    decideBy: state.decideBy,
    yours: isParticipant(seat) ? state.answers[seat] : null,
    outcome: state.phase === 'closed' ? state.outcome : null,
  };
}
