/** The cards as a list: arrows move between them, Enter lays one on the table. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { ViewPrompt } from '../../../../server/protocol/view.ts';
import { useApp, useView, useWords } from '../../app/context.ts';

export function Deck(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { deck, prompt, phase, language } = useView();
  const list = useRef<HTMLOListElement>(null);
  const current = prompt?.index ?? null;
  const [chosen, setChosen] = useState<number | null>(null);
  const cards = deck ?? [];
  const reachable = Math.min(chosen ?? current ?? 0, Math.max(0, cards.length - 1));
  const isLive = phase === 'live';

  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = Math.min(cards.length - 1, Math.max(0, reachable + step));
    setChosen(next);
    list.current?.querySelectorAll('button')[next]?.focus();
  };

  return (
    <section class="deck" aria-label={words.desk.deck}>
      <div class="deck-head">
        <h2>{words.desk.deck}</h2>
        {isLive ? <p class="soft">{words.desk.deckHint}</p> : null}
      </div>
      <ol ref={list} class="deck-list" lang={language} onKeyDown={move}>
        {cards.map((card) => (
          <DeckCard
            key={card.id}
            card={card}
            section={cards[card.index - 1]?.section === card.section ? null : card.section}
            state={
              current === null || card.index > current ? 'ahead' : card.index === current ? 'now' : 'shown'
            }
            disabled={!isLive}
            reachable={card.index === reachable}
            onFocus={() => setChosen(card.index)}
            onShow={() => void room.showPrompt(card.index)}
          />
        ))}
      </ol>
    </section>
  );
}

function DeckCard(o: {
  readonly card: ViewPrompt;
  /** Where a section begins, its name. */
  readonly section: string | null;
  readonly state: 'ahead' | 'now' | 'shown';
  readonly disabled: boolean;
  /** One of the list is in the order of Tab; arrows reach the others. */
  readonly reachable: boolean;
  readonly onFocus: () => void;
  readonly onShow: () => void;
}): JSX.Element {
  const words = useWords();
  return (
    <li class={`deck-card deck-${o.state}`}>
      {o.section === null ? null : <p class="card-section">{o.section}</p>}
      <button
        type="button"
        class="deck-button"
        tabIndex={o.reachable ? 0 : -1}
        disabled={o.disabled}
        {...(o.state === 'now' ? { 'aria-current': 'true' as const } : {})}
        onFocus={o.onFocus}
        onClick={o.onShow}
      >
        <span class="deck-text">{o.card.text}</span>
        {o.state === 'now' ? <span class="deck-state">{words.desk.onTable}</span> : null}
      </button>
    </li>
  );
}
