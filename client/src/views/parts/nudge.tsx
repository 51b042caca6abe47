/** The facilitator's note: a slip of paper, for this person, that can be laid aside. It is read out by the announcer. */
import type { JSX } from 'preact';
import { useContext } from 'preact/hooks';
import { AppContext, useApp, useView, useWords } from '../../app/context.ts';

/** On quiet pages, of which some have no conversation yet. */
export function NudgeOnPage(): JSX.Element | null {
  const app = useContext(AppContext);
  return app === null || app.room.view.value === null ? null : <NudgeSlip />;
}

export function NudgeSlip(): JSX.Element | null {
  const words = useWords();
  const { journey } = useApp();
  const { nudge } = useView();
  if (nudge === null || journey.nudgeAside.value === nudge.nudgeId) return null;
  return (
    <section class="slip" aria-label={words.nudge.label} key={nudge.nudgeId}>
      <p class="slip-from">{words.nudge.label}</p>
      <p class="slip-text">{nudge.text}</p>
      <button
        type="button"
        class="button text"
        onClick={() => {
          journey.nudgeAside.value = nudge.nudgeId;
        }}
      >
        {words.nudge.layAside}
      </button>
    </section>
  );
}
