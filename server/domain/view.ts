/** What one seat may see of a conversation. `server/protocol/view.ts` is the same on the wire; a test compares them. */
import { pauseEndsAt } from './clock.ts';
import {
  PARTICIPANT_SEATS,
  type Answer,
  type Conversation,
  type EndReason,
  type Instant,
  type Mark,
  type Millis,
  type Nudge,
  type ParticipantSeat,
  type PauseReason,
  type Phase,
  type ProgramTexts,
  type Prompt,
  type Recording,
  type Seat,
  type Showing,
  type SoundCheck,
  type Trouble,
  type TroubleKind,
} from './conversation.ts';
import { agreedOn, versionOf } from './decision.ts';
import { extendableMs } from './extension.ts';
import { latestNudgeTo, latestTroubleOf } from './notes.ts';
import { guidedBy, isHere, isParticipant } from './people.ts';
import { wantedMedia } from './wanted.ts';
import { isWithdrawn } from './withdrawal.ts';

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
  readonly pauseReason: PauseReason | null;
  readonly pauseEndsAt: Instant | null;
  readonly extendableMs: Millis;
  readonly extensionAskedBy: ParticipantSeat[];
  readonly endedAt: Instant | null;
  readonly mediaClosesAt: Instant | null;
}

export interface ViewDesk {
  readonly shown: Showing[];
  readonly nudges: Nudge[];
  readonly marks: Mark[];
  readonly troubles: Trouble[];
  readonly soundChecks: { readonly a: SoundCheck | null; readonly b: SoundCheck | null };
}

/** Of the desk's lists; nobody reads more, and a view must not grow without end. */
const LATEST = 100;

export interface View {
  readonly conversationId: string;
  readonly version: number;
  readonly seat: Seat;
  readonly phase: Phase;
  readonly language: string;
  readonly program: {
    readonly name: string;
    readonly texts: ProgramTexts;
    readonly durationMs: Millis;
    readonly farewellMs: Millis;
    readonly graceMs: Millis;
    readonly warningsMs: Millis[];
    readonly copies: boolean;
    readonly mayPause: boolean;
    readonly extension: { readonly stepMs: Millis; readonly together: boolean };
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
  readonly nudge: { readonly nudgeId: string; readonly text: string; readonly at: Instant } | null;
  readonly trouble: { readonly kind: TroubleKind; readonly at: Instant } | null;
  readonly facilitatorDesk: ViewDesk | null;
  readonly recording: boolean;
  readonly recordingState: Recording['state'];
  readonly recordingVersion: number | null;
  readonly end: { readonly reason: EndReason; readonly by: string } | null;
  readonly decision: {
    readonly decideBy: Instant;
    readonly yours: Answer | null;
    readonly yoursVersion: number | null;
    readonly agreed: Answer | null;
    readonly mayListen: boolean;
    readonly mayDownload: boolean;
    readonly withdrawn: boolean;
    readonly withdrawnByYou: boolean;
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
      texts: program.texts,
      durationMs: program.durationMs,
      farewellMs: program.farewellMs,
      graceMs: program.graceMs,
      warningsMs: [...program.warningsMs],
      copies: program.copies,
      mayPause: program.pauses.facilitator,
      extension: { stepMs: program.extension.stepMs, together: program.extension.together },
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
    nudge: nudgeOf(state, seat),
    trouble: troubleOf(state, seat),
    facilitatorDesk: seat === 'facilitator' ? deskOf(state) : null,
    recording: o.recordingDurable && isCapturing(state),
    recordingState: state.recording.state,
    recordingVersion: versionOf(state),
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
        pauseReason: state.pauseReason,
        pauseEndsAt: state.pausedSince === null ? null : pauseEndsAt(state),
        extendableMs: extendableMs(state),
        extensionAskedBy: PARTICIPANT_SEATS.filter((seat) => state.extensionAsked[seat]),
        endedAt: null,
        mediaClosesAt: null,
      };
    case 'wrap-up':
    case 'closed':
      return {
        startedAt: state.startedAt,
        endsAt: state.endsAt,
        pausedSince: null,
        pauseReason: null,
        pauseEndsAt: null,
        extendableMs: 0,
        extensionAskedBy: [],
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

/** Not beyond the conversation: what was meant for a moment is over with it. */
function nudgeOf(state: Conversation, seat: Seat): View['nudge'] {
  if (!isParticipant(seat) || !wantedMedia(state).open) return null;
  const nudge = latestNudgeTo(state, seat);
  return nudge === null ? null : { nudgeId: nudge.nudgeId, text: nudge.text, at: nudge.at };
}

function troubleOf(state: Conversation, seat: Seat): View['trouble'] {
  const trouble = latestTroubleOf(state, seat);
  return trouble === null ? null : { kind: trouble.kind, at: trouble.at };
}

function deskOf(state: Conversation): ViewDesk {
  return {
    shown: state.showings.slice(-LATEST),
    nudges: state.nudges.slice(-LATEST),
    marks: state.marks.slice(-LATEST),
    troubles: state.troubles.slice(-LATEST),
    soundChecks: { a: state.soundChecks.a, b: state.soundChecks.b },
  };
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
  const own = isParticipant(seat) ? seat : null;
  const yours = own === null ? null : state.answers[own];
  const mayListen = own !== null && state.phase === 'wrap-up' && hasListeningCopy(state);
  return {
    decideBy: state.decideBy,
    yours: yours?.answer ?? null,
    yoursVersion: yours?.recordingVersion ?? null,
    agreed: own === null ? null : agreedOn(state),
    mayListen,
    mayDownload: mayListen && state.program.copies,
    withdrawn: isWithdrawn(state),
    withdrawnByYou: own !== null && state.withdrawals[own] !== null,
    outcome: state.phase === 'closed' ? state.outcome : null,
  };
}

function hasListeningCopy({ program, recording }: Conversation): boolean {
  if (!program.outputs.listening || recording.state !== 'ready') return false;
  return recording.mix.files.some(({ format }) => format === 'mp3');
}
