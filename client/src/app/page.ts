/** Which page is shown: one pure question, so that every way through can be tested without a browser. */
import type { View } from '../../../server/protocol/events.ts';
import type { Connection } from '../room/connection.ts';
import type { Left, LobbyStep } from './journey.ts';

export type LinkProblem = 'invalid' | 'expired' | 'replaced' | 'over' | 'not-yet';

export type Page =
  | { readonly is: 'link'; readonly problem: LinkProblem }
  | { readonly is: 'second-device' }
  | { readonly is: 'seat-lost'; readonly reason: 'taken-over' | 'refused' }
  | { readonly is: 'opening' | 'server-away' }
  | { readonly is: 'lobby'; readonly step: LobbyStep }
  | { readonly is: 'waiting' | 'returning' | 'away' }
  | { readonly is: 'room' | 'farewell' | 'decision' | 'thanks' | 'withdrawn' }
  | { readonly is: 'left'; readonly how: Left }
  | { readonly is: 'desk-welcome' | 'desk' | 'desk-ended' }
  | { readonly is: 'cancelled' | 'abandoned' };

export interface Facts {
  readonly connection: Connection;
  readonly view: View | null;
  /** By the server's clock. */
  readonly now: number;
  readonly step: LobbyStep;
  readonly moved: boolean;
  readonly entered: boolean;
  readonly steppedAway: boolean;
  readonly saidGoodbye: boolean;
  readonly decided: boolean;
  readonly left: Left | null;
}

/** Before this many tries a pause in reaching the house is not worth a page of its own. */
const PATIENT_TRIES = 2;

export function pageOf(facts: Facts): Page {
  const { connection, view } = facts;
  if (facts.left !== null) return { is: 'left', how: facts.left };
  if (facts.steppedAway) return { is: 'away' };
  const stopped = stoppedBy(connection, view);
  if (stopped !== null) return stopped;
  if (view === null) return { is: 'opening' };
  return view.seat === 'facilitator' ? facilitatorPage(view, facts) : participantPage(view, facts);
}

/** A connection that keeps the conversation from being shown. One that drops in the middle does not: it says so there. */
function stoppedBy(connection: Connection, view: View | null): Page | null {
  switch (connection.state) {
    case 'opening':
    case 'open':
    case 'closed':
      return null;
    case 'waiting':
      return { is: 'second-device' };
    case 'early':
      return { is: 'link', problem: 'not-yet' };
    case 'away':
      return view === null && connection.tries >= PATIENT_TRIES ? { is: 'server-away' } : null;
    case 'lost':
      return connection.reason === 'link-replaced'
        ? { is: 'link', problem: 'replaced' }
        : { is: 'seat-lost', reason: connection.reason };
    case 'refused':
      return { is: 'link', problem: linkProblem(connection.code) };
  }
}

function linkProblem(code: Extract<Connection, { state: 'refused' }>['code']): LinkProblem {
  if (code === 'link-expired') return 'expired';
  if (code === 'link-replaced') return 'replaced';
  if (code === 'already-over') return 'over';
  return 'invalid';
}

function participantPage(view: View, facts: Facts): Page {
  switch (view.phase) {
    case 'lobby':
      return lobbyPage(view, facts);
    case 'live':
      if (facts.entered) return { is: 'room' };
      return facts.step === 'check' ? { is: 'lobby', step: 'check' } : { is: 'returning' };
    case 'wrap-up': {
      // Nothing is left to listen to or to decide about.
      if (view.decision?.withdrawn === true) return { is: 'withdrawn' };
      const hears = facts.now < (view.clock?.mediaClosesAt ?? 0);
      if (hears && !facts.saidGoodbye && facts.entered) return { is: 'farewell' };
      return { is: facts.decided ? 'thanks' : 'decision' };
    }
    case 'closed':
      return { is: view.decision?.withdrawn === true ? 'withdrawn' : 'thanks' };
    case 'cancelled':
      return { is: 'cancelled' };
    case 'abandoned':
      return { is: 'abandoned' };
  }
}

function lobbyPage(view: View, facts: Facts): Page {
  const you = view.seat === 'b' ? view.people.b : view.people.a;
  // Also while a dropped line has made them unready: `keepReady` mends that, they need do nothing.
  if (facts.entered) return { is: 'waiting' };
  if (!you.consented) {
    const beyond = facts.step === 'check' || facts.step === 'ready';
    return { is: 'lobby', step: beyond ? 'consent' : facts.step };
  }
  // They agreed before this page was loaded: no second reading, only the sound again.
  if (!facts.moved) return { is: 'returning' };
  return { is: 'lobby', step: facts.step === 'consent' ? 'check' : facts.step };
}

function facilitatorPage(view: View, facts: Facts): Page {
  switch (view.phase) {
    case 'lobby':
    case 'live':
      return { is: facts.entered ? 'desk' : 'desk-welcome' };
    case 'wrap-up':
      return { is: facts.entered && facts.now < (view.clock?.mediaClosesAt ?? 0) ? 'desk' : 'desk-ended' };
    case 'closed':
      return { is: 'desk-ended' };
    case 'cancelled':
      return { is: 'cancelled' };
    case 'abandoned':
      return { is: 'abandoned' };
  }
}
