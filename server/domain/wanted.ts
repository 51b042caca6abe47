/** What the conversation wants of the house. Effects are reconciled from this, so that none is lost with a process. */
import type { Conversation } from './conversation.ts';
import { mayHear } from './roles.ts';
import { isWithdrawn } from './withdrawal.ts';

export interface WantedMedia {
  /** Transports may exist. */
  readonly open: boolean;
  /** People may hear and see each other. */
  readonly hearing: boolean;
  /** `held`: tracks stay open, nothing is written. */
  readonly capture: 'on' | 'held' | 'off';
}

export function wantedMedia(state: Conversation): WantedMedia {
  const hearing = mayHear(state);
  const isPaused = state.phase === 'live' && state.pausedSince !== null;
  return {
    open: state.phase === 'lobby' || hearing,
    hearing,
    capture: !hearing || isWithdrawn(state) ? 'off' : isPaused ? 'held' : 'on',
  };
}

/** Everything that was recorded is on disk, and no recording has been made of it yet. */
export function wantsMix(state: Conversation): boolean {
  if (state.phase !== 'wrap-up' && state.phase !== 'closed') return false;
  if (state.mediaClosedAt === null) return false;
  switch (state.recording.state) {
    case 'off':
    case 'capturing':
    case 'mixing':
      return true;
    case 'ready':
    case 'failed':
    case 'deleting':
    case 'deleted':
      return false;
  }
}

/** Somebody took the recording back, and it may still lie somewhere. Media is closed, so nothing is added to it. */
export function wantsDeletion(state: Conversation): boolean {
  return state.recording.state === 'deleting';
}
