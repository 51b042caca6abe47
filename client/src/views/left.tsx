/** After leaving quietly: what that did, and that there is a way back for who wants it. */
import type { JSX } from 'preact';
import { useApp, useWords } from '../app/context.ts';
import type { Left } from '../app/journey.ts';
import type { Words } from '../words/words.ts';
import { Question } from './parts/question.tsx';
import { TwoChairs } from './parts/two-chairs.tsx';

export function LeftPage({ how }: { readonly how: Left }): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const view = room.view.value;
  const partner = view === null ? '' : view.seat === 'b' ? view.people.a.name : view.people.b.name;
  const back = (): void => {
    journey.left.value = null;
    room.comeBack();
  };
  return (
    <Question
      picture={<TwoChairs />}
      title={words.left.title}
      actions={
        how === 'ending' ? undefined : (
          <button type="button" class="button" onClick={back}>
            {how === 'lobby' || how === 'unheard' ? words.left.back : words.left.open}
          </button>
        )
      }
    >
      {told(how, partner, words).map((line) => (
        <p key={line} role="status">
          {line}
        </p>
      ))}
    </Question>
  );
}

function told(how: Left, partner: string, { left }: Words): string[] {
  switch (how) {
    case 'lobby':
      return [left.lobby];
    case 'ending':
      return [left.ending];
    case 'ended':
      return [left.ended(partner), left.later, left.care];
    case 'unheard':
      return [left.unheard(partner), left.care];
    case 'after':
      return [left.after];
  }
}
