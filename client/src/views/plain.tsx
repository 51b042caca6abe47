/** Pages that stand in the way, each with its own words and, where there is one, a way on. */
import type { ComponentChildren, JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useApp, useWords } from '../app/context.ts';
import type { LinkProblem } from '../app/page.ts';
import { Question } from './parts/question.tsx';
import { ListeningWell } from './parts/listening-well.tsx';
import { TwoChairs } from './parts/two-chairs.tsx';

export function PlainPage(o: {
  readonly title: string;
  readonly body: string;
  readonly children?: ComponentChildren;
  readonly actions?: ComponentChildren;
}): JSX.Element {
  return (
    <Question title={o.title} actions={o.actions}>
      <p>{o.body}</p>
      {o.children}
    </Question>
  );
}

export function Opening(): JSX.Element {
  const words = useWords();
  return <PlainPage {...words.opening} />;
}

export function ServerAway(): JSX.Element {
  const words = useWords();
  return (
    <PlainPage {...words.trouble.serverAway}>
      <p class="soft">{words.trouble.stillTrying}</p>
    </PlainPage>
  );
}

export function LinkProblemPage({ problem }: { readonly problem: LinkProblem }): JSX.Element {
  const words = useWords();
  switch (problem) {
    case 'invalid':
      return <PlainPage {...words.link.invalid} />;
    case 'expired':
      return <PlainPage {...words.link.expired} />;
    case 'replaced':
      return <PlainPage {...words.lost['link-replaced']} />;
    case 'over':
      return <PlainPage {...words.link.over} />;
    case 'not-yet':
      return <Early />;
  }
}

/** The antechamber: nothing of the conversation is known here but when its door opens. */
function Early(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const connection = room.connection.value;
  const { opensAt, until } = connection.state === 'early' ? connection : { opensAt: null, until: null };
  const soon = useComputed(() =>
    until === null ? '' : words.link.notYet.soon(Math.max(1000, until - room.now.value)),
  );
  return (
    <Question picture={<TwoChairs />} title={words.link.notYet.title}>
      {opensAt === null ? null : <p>{words.link.notYet.opens(opensAt)}</p>}
      {until === null ? null : <p role="timer">{soon}</p>}
      <p>{words.link.notYet.body}</p>
      <ListeningWell />
    </Question>
  );
}

export function SecondDevice(): JSX.Element {
  const { room, words } = useApp();
  const left = useComputed(() => {
    const connection = room.connection.value;
    if (connection.state !== 'waiting') return '';
    return words.value.secondDevice.left(Math.max(0, connection.until - room.now.value));
  });
  return (
    <PlainPage {...words.value.secondDevice}>
      <p class="soft">{left}</p>
    </PlainPage>
  );
}

export function SeatLost({ reason }: { readonly reason: 'taken-over' | 'refused' }): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { title, body, go } = words.lost[reason];
  return (
    <PlainPage
      title={title}
      body={body}
      actions={
        <button
          type="button"
          class="button"
          onClick={() => {
            journey.entered.value = false;
            // Sound was stopped: they come in as after a reload.
            journey.moved.value = false;
            room.comeBack();
          }}
        >
          {go}
        </button>
      }
    />
  );
}
