/** What may be asked of a conversation. Commands ask, events tell, refusals explain. */
import type {
  About,
  Answer,
  ConsentText,
  Deck,
  Instant,
  Mix,
  Names,
  NudgeTo,
  Program,
  Seat,
  SoundCheck,
  TroubleKind,
} from './conversation.ts';

export interface Create {
  readonly type: 'create';
  readonly conversationId: string;
  readonly program: Program;
  readonly deck: Deck;
  readonly consent: ConsentText;
  readonly language: string;
  readonly names: Names;
  readonly plannedAt: Instant | null;
  readonly about: About;
}

export type Command =
  /** A seat's first connection came, or its last went. Idempotent. */
  | { readonly type: 'arrive'; readonly seat: Seat }
  | { readonly type: 'depart'; readonly seat: Seat }
  | { readonly type: 'take-over'; readonly seat: Seat }
  | {
      readonly type: 'consent';
      readonly seat: Seat;
      /** What the person was shown; refused when it is not this conversation's text. */
      readonly version: string;
      readonly hash: string;
    }
  | { readonly type: 'set-ready'; readonly seat: Seat; readonly ready: boolean }
  /** From the device; the latest counts. */
  | { readonly type: 'note-sound-check'; readonly seat: Seat; readonly check: SoundCheck }
  | { readonly type: 'start'; readonly seat: Seat }
  | { readonly type: 'show-prompt'; readonly seat: Seat; readonly index: number }
  | { readonly type: 'pause'; readonly seat: Seat }
  | { readonly type: 'resume'; readonly seat: Seat }
  | { readonly type: 'extend'; readonly seat: Seat }
  /** When both participants want it, it is done. */
  | { readonly type: 'ask-extension'; readonly seat: Seat; readonly wanted: boolean }
  /** Ids come from the house. The lengths of texts are the edge's matter. */
  | {
      readonly type: 'nudge';
      readonly seat: Seat;
      readonly nudgeId: string;
      readonly to: NudgeTo;
      readonly text: string;
    }
  | { readonly type: 'mark'; readonly seat: Seat; readonly markId: string; readonly note: string | null }
  | {
      readonly type: 'report-trouble';
      readonly seat: Seat;
      readonly troubleId: string;
      readonly kind: TroubleKind;
      readonly note: string | null;
    }
  | { readonly type: 'end'; readonly seat: Seat }
  | {
      readonly type: 'decide';
      readonly seat: Seat;
      readonly answer: Answer;
      /** Of the recording as the person knows it; null: none was there. */
      readonly recordingVersion: number | null;
    }
  /** In the lobby one's own consent, later the recording. */
  | { readonly type: 'withdraw'; readonly seat: Seat }
  | { readonly type: 'cancel' }
  | { readonly type: 'reissue-link'; readonly seat: Seat }
  /** A deadline may have come. Gives no event when none has. */
  | { readonly type: 'wake' }
  /** A server opens the conversation again; until `lastAliveAt` one certainly ran. */
  | { readonly type: 'recover'; readonly lastAliveAt: Instant }
  /** Facts from the recorder and the mix. */
  | { readonly type: 'note-capture' }
  | { readonly type: 'note-mix-started' }
  | { readonly type: 'note-mix-finished'; readonly mix: Mix }
  | { readonly type: 'note-mix-failed'; readonly reason: string; readonly final: boolean }
  /** Everything that a withdrawal asked to delete is deleted, durably. */
  | { readonly type: 'note-recording-deleted' };

export type CommandType = Command['type'];

/** Stable codes; the wire's error codes are these and the edge's own. */
export type RefusalCode =
  | 'wrong-phase'
  | 'not-your-role'
  | 'consent-missing'
  | 'consent-text-differs'
  | 'not-present'
  | 'not-ready'
  | 'no-such-prompt'
  | 'not-allowed-here'
  | 'no-extension-left'
  | 'recording-differs'
  | 'decision-closed'
  | 'already-over';

export interface Refusal {
  readonly refused: RefusalCode;
}
