/** The first pages: who you will meet, what will happen, and, after the checks, whether you are ready. */
import type { JSX } from 'preact';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { Notice } from '../parts/troubles.tsx';
import { TakeBackConsent } from './take-back.tsx';
import { TwoChairs } from '../parts/two-chairs.tsx';
import { useStep } from './use-step.ts';
import { useAction } from '../parts/use-action.ts';

export function Welcome(): JSX.Element {
  const words = useWords();
  const view = useView();
  const { you, partner } = usePeople();
  const goTo = useStep();
  return (
    <Question
      picture={<TwoChairs />}
      kicker={words.welcome.hello(you.name)}
      title={words.welcome.title(partner.name)}
      actions={
        <button type="button" class="button primary" onClick={() => goTo('outline')}>
          {words.welcome.go}
        </button>
      }
    >
      <p>{words.welcome.plain(view.program.name, view.program.durationMs)}</p>
      {view.program.texts.about === '' ? null : <p lang={view.language}>{view.program.texts.about}</p>}
      {view.facilitator.expected ? <p>{words.welcome.facilitated}</p> : null}
      {view.plannedAt === null ? null : <p>{words.welcome.planned(view.plannedAt)}</p>}
    </Question>
  );
}

export function Outline(): JSX.Element {
  const words = useWords();
  const view = useView();
  const { you } = usePeople();
  const goTo = useStep();
  const lines = words.outline.lines(view.program.durationMs, view.guidedBy === 'facilitator');
  return (
    <Question
      title={words.outline.title}
      onBack={() => goTo('welcome')}
      actions={
        <button
          type="button"
          class="button primary"
          onClick={() => goTo(you.consented ? 'check' : 'consent')}
        >
          {words.outline.go}
        </button>
      }
    >
      <ol class="lines">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      {view.program.texts.afterwards === '' ? null : (
        <details class="more">
          <summary>{words.outline.more}</summary>
          <p lang={view.language}>{view.program.texts.afterwards}</p>
        </details>
      )}
    </Question>
  );
}

export function Ready(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { partner } = usePeople();
  const goTo = useStep();
  const ready = useAction(async () => {
    room.join();
    const done = await room.setReady(true);
    if (done) journey.entered.value = true;
    return done;
  });
  return (
    <Question
      title={words.ready.title}
      onBack={() => goTo('check')}
      actions={
        <>
          <button type="button" class="button primary" disabled={ready.busy} onClick={ready.run}>
            {words.ready.go}
          </button>
          <TakeBackConsent />
        </>
      }
    >
      <p>{words.ready.body}</p>
      <p>{words.ready.stay(partner.name)}</p>
      {ready.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
    </Question>
  );
}
