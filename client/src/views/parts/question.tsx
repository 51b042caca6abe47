/** The frame of a quiet page: one thing to read, one thing to do, a way back. */
import type { ComponentChildren, JSX } from 'preact';
import { useWords } from '../../app/context.ts';
import { SomethingWrong } from './help.tsx';
import { NudgeOnPage } from './nudge.tsx';
import { Troubles } from './troubles.tsx';

export function Question(o: {
  readonly title: string;
  readonly kicker?: ComponentChildren;
  readonly children?: ComponentChildren;
  /** What can be done; the first is the one button. */
  readonly actions?: ComponentChildren;
  readonly onBack?: (() => void) | undefined;
  readonly picture?: ComponentChildren;
}): JSX.Element {
  return (
    <main class="question">
      <header class="question-top">
        {o.onBack === undefined ? null : <BackButton onBack={o.onBack} />}
        <span class="brand" aria-hidden="true">
          Parley
        </span>
        <SomethingWrong />
      </header>
      <Troubles />
      <NudgeOnPage />
      <div class="question-body">
        {o.picture}
        {o.kicker === undefined ? null : <p class="kicker">{o.kicker}</p>}
        <h1 tabIndex={-1}>{o.title}</h1>
        {o.children}
        {o.actions === undefined ? null : <div class="actions">{o.actions}</div>}
      </div>
    </main>
  );
}

function BackButton({ onBack }: { readonly onBack: () => void }): JSX.Element {
  const words = useWords();
  return (
    <button type="button" class="button text back" onClick={onBack}>
      <span aria-hidden="true">← </span>
      {words.common.back}
    </button>
  );
}
