/** Whether anything of a facilitator's could be heard or seen by anybody, the recorder included. Pure. */

/** Producers by their ids, wherever they were met. */
export interface Met {
  /** What the server gave to the participants for what they sent. */
  readonly own: readonly string[];
  /** What was offered to anybody, whoever's it was called. */
  readonly offered: readonly string[];
  readonly recorded: readonly string[];
  /** What the server gave to the facilitator's seat. */
  readonly given: readonly string[];
}

/** Nobody else is in the room: whatever was met and is not a participant's own is the facilitator's. */
export function facilitatorProducers({ own, offered, recorded, given }: Met): number {
  const known = new Set(own);
  return new Set([...[...offered, ...recorded].filter((id) => !known.has(id)), ...given]).size;
}
