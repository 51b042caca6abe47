/** Lists of what happened, each with its time since the start; the latest first. */
import type { JSX } from 'preact';
import { useView, useWords } from '../../app/context.ts';
import { sinceStart } from './facts.ts';

export interface Moment {
  readonly id: string;
  readonly at: number;
  /** Said before the text, for instance to whom it went. */
  readonly head?: string;
  readonly text: string;
  readonly faint?: boolean;
}

export function Moments(o: { readonly of: readonly Moment[]; readonly none: string }): JSX.Element {
  const words = useWords();
  const startedAt = useView().clock?.startedAt ?? null;
  if (o.of.length === 0) return <p class="soft desk-none">{o.none}</p>;
  return (
    <ol class="desk-moments" reversed>
      {o.of.toReversed().map(({ id, at, head, text, faint }) => (
        <li key={id}>
          <span class="desk-when">{sinceStart(at, startedAt) ?? words.desk.before}</span>
          <p class={faint === true ? 'soft' : ''}>
            {head === undefined ? null : <strong>{head}: </strong>}
            {text}
          </p>
        </li>
      ))}
    </ol>
  );
}

/** The marks that were set, as moments. */
export function useMarks(): readonly Moment[] {
  const words = useWords();
  const { facilitatorDesk } = useView();
  return (facilitatorDesk?.marks ?? []).map(({ markId, at, note }) => ({
    id: markId,
    at,
    text: note ?? words.desk.marks.bare,
    faint: note === null,
  }));
}

/** The notes that were sent, as moments. */
export function useNotes(): readonly Moment[] {
  const words = useWords();
  const { facilitatorDesk, people } = useView();
  return (facilitatorDesk?.nudges ?? []).map(({ nudgeId, at, to, text }) => ({
    id: nudgeId,
    at,
    head: to === 'both' ? words.desk.nudge.both : people[to].name,
    text,
  }));
}
