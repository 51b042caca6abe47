/** The question card: large enough to read aloud, can be laid aside, and comes back with the next. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, useView, useWords } from '../../app/context.ts';

export function Card(): JSX.Element {
  const words = useWords();
  const { prompt, promptCount, guidedBy, language } = useView();
  /** The card that lies aside; another one is none. */
  const [aside, setAside] = useState<string | null>(null);
  const turns = guidedBy === 'participants';
  if (prompt === null) {
    return (
      <section class="card card-none" aria-label={words.card.label}>
        <p>{turns ? words.card.none : words.card.noneGuided}</p>
        {turns && promptCount > 0 ? <FirstCard /> : null}
      </section>
    );
  }
  if (aside === prompt.id) {
    return (
      <section class="card-aside" aria-label={words.card.label}>
        <button type="button" class="button" onClick={() => setAside(null)}>
          {words.card.show}
        </button>
      </section>
    );
  }
  return (
    <section class="card" aria-label={words.card.label}>
      <div class="card-paper" lang={language} key={prompt.id}>
        <p class="card-section">
          <span>{prompt.section}</span>
          {turns ? <span>{words.card.count(prompt.index, promptCount)}</span> : null}
        </p>
        <p class="card-text">{prompt.text}</p>
        {prompt.guidance === null ? null : <p class="card-guidance">{prompt.guidance}</p>}
      </div>
      <div class="card-foot">
        {turns ? <Turn index={prompt.index} count={promptCount} /> : null}
        <button type="button" class="button text card-lay" onClick={() => setAside(prompt.id)}>
          {words.card.layAside}
        </button>
      </div>
    </section>
  );
}

function FirstCard(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  return (
    <button type="button" class="button" onClick={() => void room.showPrompt(0)}>
      {words.card.first}
    </button>
  );
}

function Turn(o: { readonly index: number; readonly count: number }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  return (
    <div class="card-turn">
      <button
        type="button"
        class="button small"
        aria-label={words.card.back}
        title={words.card.back}
        disabled={o.index === 0}
        onClick={() => void room.showPrompt(o.index - 1)}
      >
        <span aria-hidden="true">←</span>
      </button>
      <button
        type="button"
        class="button small"
        disabled={o.index + 1 >= o.count}
        onClick={() => void room.showPrompt(o.index + 1)}
      >
        {words.card.next} <span aria-hidden="true">→</span>
      </button>
    </div>
  );
}
