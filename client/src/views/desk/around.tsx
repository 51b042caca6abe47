/** Before and after the facilitator's desk. */
import type { JSX } from 'preact';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { TwoChairs } from '../parts/two-chairs.tsx';
import { Moments, useMarks, useNotes } from './moments.tsx';
import { Reports, SeenReports, useSeen } from './reports.tsx';

export function DeskWelcome(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { people, plannedAt } = useView();
  const seen = useSeen();
  return (
    <Question
      picture={<TwoChairs />}
      title={words.desk.welcomeTitle([people.a.name, people.b.name])}
      actions={
        <button
          type="button"
          class="button primary"
          onClick={() => {
            room.join();
            journey.entered.value = true;
          }}
        >
          {words.desk.sit}
        </button>
      }
    >
      <Reports draft={null} seen={seen} />
      <p>{words.desk.welcomeBody}</p>
      {plannedAt === null ? null : <p>{words.welcome.planned(plannedAt)}</p>}
    </Question>
  );
}

/** What the facilitator leaves behind; the rest is the two's. */
export function DeskEnded(): JSX.Element {
  const words = useWords();
  const { end, decision } = useView();
  const { desk } = words;
  const how = decision?.withdrawn === true ? 'withdrawn' : end?.reason;
  const marks = useMarks();
  const notes = useNotes();
  const seen = useSeen();
  return (
    <Question title={desk.endedTitle} kicker={how === undefined ? undefined : desk.endedHow[how]}>
      <Reports draft={null} seen={seen} />
      <p>{desk.endedBody}</p>
      <section class="paper desk-made">
        <h2>{desk.endedMade}</h2>
        {marks.length + notes.length === 0 ? (
          <p>{desk.endedNothing}</p>
        ) : (
          <p class="desk-made-hint">{desk.endedMadeBody}</p>
        )}
        {marks.length === 0 ? null : (
          <>
            <h3>{desk.endedMarks}</h3>
            <Moments of={marks} none="" />
          </>
        )}
        {notes.length === 0 ? null : (
          <>
            <h3>{desk.endedNotes}</h3>
            <Moments of={notes} none="" />
          </>
        )}
      </section>
      <SeenReports seen={seen} />
    </Question>
  );
}
