/** Thanks, and what happens next. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import type { View } from '../../../../server/protocol/events.ts';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import type { Words } from '../../words/words.ts';
import { Question } from '../parts/question.tsx';
import { WithdrawButton } from '../parts/withdraw.tsx';
import { Listening } from './listening.tsx';
import { TwoChairs } from '../parts/two-chairs.tsx';

export function Thanks(): JSX.Element {
  const words = useWords();
  const { decision, phase, program, language } = useView();
  const { partner } = usePeople();
  const { room, journey } = useApp();
  const decideBy = decision?.decideBy ?? 0;
  const mayChange = useComputed(() => room.now.value < decideBy).value && phase === 'wrap-up';
  return (
    <Question
      picture={<TwoChairs />}
      title={words.thanks.title}
      actions={
        <>
          {mayChange ? (
            <button type="button" class="button" onClick={() => (journey.decided.value = false)}>
              {words.thanks.change}
            </button>
          ) : null}
          <WithdrawButton />
        </>
      }
    >
      <p>{words.thanks.body(partner.name)}</p>
      <section class="paper">
        <h2>{words.thanks.nextTitle}</h2>
        {decision === null ? null : <Next decision={decision} mayChange={mayChange} words={words} />}
        {program.texts.afterwards === '' ? null : <p lang={language}>{program.texts.afterwards}</p>}
      </section>
      <Listening />
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
  const { yours, outcome, decideBy, agreed } = o.decision;
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
      <p>{agreed === null ? thanks.bothDecide : o.words.decision.agreed[agreed]}</p>
      {o.mayChange ? <p>{thanks.until(decideBy)}</p> : null}
    </>
  );
}
