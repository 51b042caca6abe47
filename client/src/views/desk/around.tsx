/** Before and after the facilitator's desk. */
import type { JSX } from 'preact';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { TwoChairs } from '../parts/two-chairs.tsx';

export function DeskWelcome(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { people, plannedAt } = useView();
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
      <p>{words.desk.welcomeBody}</p>
      {plannedAt === null ? null : <p>{words.welcome.planned(plannedAt)}</p>}
    </Question>
  );
}

export function DeskEnded(): JSX.Element {
  const words = useWords();
  return (
    <Question title={words.desk.endedTitle}>
      <p>{words.desk.endedBody}</p>
    </Question>
  );
}
