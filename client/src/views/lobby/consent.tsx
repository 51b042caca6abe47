/** Consent in the program's own words. What is sent back names the text exactly as it was shown here. */
import type { JSX } from 'preact';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { useStep } from './use-step.ts';

export function Consent(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { consent, language, program } = useView();
  const goTo = useStep();
  const agree = useAction(async () => {
    const done = await room.consent({ version: consent.version, hash: consent.hash });
    if (done) goTo('check');
    return done;
  });
  return (
    <Question
      title={words.consent.title}
      onBack={() => goTo('outline')}
      actions={
        <>
          <button type="button" class="button primary" disabled={agree.busy} onClick={agree.run}>
            {agree.busy ? words.consent.sending : words.consent.agree}
          </button>
          <button type="button" class="button text" onClick={() => goTo('declined')}>
            {words.consent.disagree}
          </button>
        </>
      }
    >
      <section class="paper consent" aria-label={words.consent.regionLabel} lang={language}>
        {paragraphs(consent.text).map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
      </section>
      {program.texts.withdrawal === '' ? null : (
        <section class="take-back">
          <h2>{words.consent.takeBackTitle}</h2>
          <p lang={language}>{program.texts.withdrawal}</p>
        </section>
      )}
      {agree.failed ? <Notice urgent>{words.consent.notTaken}</Notice> : null}
    </Question>
  );
}

export function Declined(): JSX.Element {
  const words = useWords();
  const goTo = useStep();
  return (
    <Question
      title={words.consent.declinedTitle}
      actions={
        <button type="button" class="button" onClick={() => goTo('consent')}>
          {words.consent.declinedBack}
        </button>
      }
    >
      <p>{words.consent.declinedBody}</p>
    </Question>
  );
}

/** A blank line parts paragraphs; single line breaks are kept by the style. */
function paragraphs(text: string): string[] {
  return text.split(/\n{2,}/).filter((part) => part.trim() !== '');
}
