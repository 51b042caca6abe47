/** What the two say is wrong, in plain sight until it was seen. The announcer reads it out when it comes. */
import type { JSX } from 'preact';
import { useSignal, type Signal } from '@preact/signals';
import type { ParticipantSeat } from '../../room/room.ts';
import type { View } from '../../../../server/protocol/events.ts';
import { useView, useWords } from '../../app/context.ts';
import { sinceStart } from './facts.ts';
import { Moments } from './moments.tsx';
import type { Draft } from './nudges.tsx';

type Report = NonNullable<View['facilitatorDesk']>['troubles'][number] & { readonly seat: ParticipantSeat };
/** Which reports the facilitator has put aside; this page alone knows. */
type Seen = Signal<ReadonlySet<string>>;

export const useSeen = (): Seen => useSignal<ReadonlySet<string>>(new Set());

/** The facilitator's own go to the staff, not to this desk. */
function useReports(): readonly Report[] {
  const { facilitatorDesk } = useView();
  return (facilitatorDesk?.troubles ?? []).flatMap((trouble) =>
    trouble.seat === 'facilitator' ? [] : [{ ...trouble, seat: trouble.seat }],
  );
}

export function Reports(o: {
  /** Null where nothing can be written any more. */
  readonly draft: Draft | null;
  readonly seen: Seen;
}): JSX.Element | null {
  const words = useWords();
  const { people, clock } = useView();
  const { reports } = words.desk;
  const { draft } = o;
  const open = useReports().filter(({ troubleId }) => !o.seen.value.has(troubleId));
  if (open.length === 0) return null;
  return (
    <section class="desk-reports" aria-label={reports.label}>
      {open.toReversed().map(({ troubleId, seat, kind, note, at }) => (
        <article key={troubleId} class="desk-report" data-kind={kind}>
          <div class="desk-report-words">
            <p class="desk-report-head">
              <span class="desk-when">{sinceStart(at, clock?.startedAt ?? null) ?? words.desk.before}</span>
              {reports.title(people[seat].name)}
            </p>
            <p class="desk-report-kind">
              <q>{words.help.kinds[kind]}</q>
            </p>
            {note === null ? null : <p class="desk-report-note">{note}</p>}
          </div>
          <div class="desk-report-actions">
            {draft === null ? null : (
              <button type="button" class="button small" onClick={() => draft.begin(seat)}>
                {reports.write(people[seat].name)}
              </button>
            )}
            <button
              type="button"
              class="button small"
              onClick={() => {
                o.seen.value = new Set([...o.seen.value, troubleId]);
                // The button is gone with its report; focus should not be lost with it.
                document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
              }}
            >
              {reports.seen}
            </button>
          </div>
        </article>
      ))}
    </section>
  );
}

/** Put aside, not forgotten. */
export function SeenReports({ seen }: { readonly seen: Seen }): JSX.Element | null {
  const words = useWords();
  const { people } = useView();
  const { reports } = words.desk;
  const old = useReports().filter(({ troubleId }) => seen.value.has(troubleId));
  if (old.length === 0) return null;
  return (
    <section class="desk-panel" aria-label={reports.earlier}>
      <h3>{reports.earlier}</h3>
      <Moments
        of={old.map(({ troubleId, at, seat, kind, note }) => ({
          id: troubleId,
          at,
          head: people[seat].name,
          text: note === null ? words.help.kinds[kind] : `${words.help.kinds[kind]}. ${note}`,
        }))}
        none=""
      />
    </section>
  );
}
