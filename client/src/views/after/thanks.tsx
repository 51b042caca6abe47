/** Thanks, and what happens next. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import type { View } from '../../../../server/protocol/events.ts';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import type { Words } from '../../words/words.ts';
import { Question } from '../parts/question.tsx';
import { TwoChairs } from '../parts/two-chairs.tsx';

export function Thanks(): JSX.Element {
  const words = useWords();
  const { decision, phase } = useView();
  const { partner } = usePeople();
  const { room, journey } = useApp();
  const decideBy = decision?.decideBy ?? 0;
  const mayChange = useComputed(() => room.now.value < decideBy).value && phase === 'wrap-up';
  return (
    <Question
      picture={<TwoChairs />}
      title={words.thanks.title}
      actions={
        mayChange ? (
          <button type="button" class="button" onClick={() => (journey.decided.value = false)}>
            {words.thanks.change}
          </button>
        ) : undefined
      }
    >
      <p>{words.thanks.body(partner.name)}</p>
      <section class="paper">
        <h2>{words.thanks.nextTitle}</h2>
        {decision === null ? null : <Next decision={decision} mayChange={mayChange} words={words} />}
      </section>
      <p class="soft">{words.thanks.closeNow}</p>
    </Question>
  );
}

function Next(o: {
  readonly decision: NonNullable<View['decision']>;
  readonly mayChange: boolean;
  readonly words: Words;
}): JSX.Element {
  const { thanks } = o.words;
  const { yours, outcome, decideBy } = o.decision;
  if (outcome !== null) {
    return <p>{outcome === 'public' ? thanks.outcomePublic : thanks.outcomePrivate}</p>;
  }
  const said =
    yours === null ? thanks.saidNothing : yours === 'public' ? thanks.saidPublic : thanks.saidPrivate;
  return (
    <>
      <p>
        <strong>{said}</strong>
      </p>
      <p>{thanks.bothDecide}</p>
      {o.mayChange ? <p>{thanks.until(decideBy)}</p> : null}
    </>
  );
}
