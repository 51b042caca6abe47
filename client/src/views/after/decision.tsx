/** Each alone with the decision. An answer counts from the press; "I'm done" only goes on. */
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { Notice } from '../parts/troubles.tsx';
import { WithdrawButton } from '../parts/withdraw.tsx';
import { Listening } from './listening.tsx';
import { useAction } from '../parts/use-action.ts';

type Answer = 'public' | 'private';

export function Decision(): JSX.Element {
  const words = useWords();
  const { decision, end, program, language } = useView();
  const { partner } = usePeople();
  const { journey } = useApp();
  const yours = decision?.yours ?? null;
  return (
    <Question
      title={words.decision.title}
      kicker={kickerOf(end?.reason ?? null, words.decision)}
      actions={
        <>
          {yours === null ? null : (
            <button type="button" class="button primary" onClick={() => (journey.decided.value = true)}>
              {words.decision.done}
            </button>
          )}
          <WithdrawButton />
        </>
      }
    >
      <p>{words.decision.intro(partner.name)}</p>
      <Listening />
      <div class="options">
        <AnswerButton
          answer="public"
          title={words.decision.public}
          body={program.texts.public}
          language={language}
          otherwise={words.decision.publicBody(partner.name)}
        />
        <AnswerButton
          answer="private"
          title={words.decision.private}
          body={program.texts.private}
          language={language}
          otherwise={words.decision.privateBody()}
        />
      </div>
      {decision === null || decision.agreed === null ? null : (
        <p role="status">
          <strong>{words.decision.agreed[decision.agreed]}</strong>
        </p>
      )}
      <p class="soft">
        {yours === null ? `${words.decision.unanswered} ` : null}
        {decision === null ? null : words.decision.until(decision.decideBy)}
      </p>
    </Question>
  );
}

function kickerOf(
  reason: 'time' | 'facilitator' | 'stopped' | 'withdrawn' | 'pauses-exhausted' | null,
  told: { readonly stopped: string; readonly exhausted: string },
): string | undefined {
  if (reason === 'stopped') return told.stopped;
  return reason === 'pauses-exhausted' ? told.exhausted : undefined;
}

function AnswerButton(o: {
  readonly answer: Answer;
  readonly title: string;
  /** The program's own words; empty where it has none. */
  readonly body: string;
  readonly language: string;
  readonly otherwise: string;
}): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const bodyId = useId();
  const chosen = useView().decision?.yours === o.answer;
  const decide = useAction(() => room.decide(o.answer));
  return (
    <>
      <button
        type="button"
        class={chosen ? 'option option-chosen' : 'option'}
        aria-pressed={chosen}
        aria-describedby={bodyId}
        disabled={decide.busy}
        onClick={decide.run}
      >
        <strong>{o.title}</strong>
        {o.body === '' ? (
          <span id={bodyId}>{o.otherwise}</span>
        ) : (
          <span id={bodyId} lang={o.language}>
            {o.body}
          </span>
        )}
        {chosen || decide.busy ? (
          <em class="option-mark">{decide.busy ? words.decision.sending : `✓ ${words.decision.chosen}`}</em>
        ) : null}
      </button>
      {decide.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
    </>
  );
}
