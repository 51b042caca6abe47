/** The cards as a list, with when each was shown: arrows move between them, Enter lays one on the table. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ViewPrompt } from '../../../../server/protocol/view.ts';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { showings } from './facts.ts';
import { useDeskKeys } from './keys.ts';

const NEVER: readonly string[] = [];

export function Deck(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const view = useView();
  const { deck, prompt, phase, language } = view;
  const list = useRef<HTMLOListElement>(null);
  const current = prompt?.index ?? null;
  const [chosen, setChosen] = useState<number | null>(null);
  const wanted = useRef(0);
  const show = useAction(() => room.showPrompt(wanted.current));
  const cards = deck ?? [];
  const reachable = Math.min(chosen ?? current ?? 0, Math.max(0, cards.length - 1));
  const isLive = phase === 'live';
  const times = showings(view);

  // Where the list scrolls by itself, the card on the table is in sight; the page is left where it is.
  useLayoutEffect(() => {
    const scroller = list.current;
    const card = current === null ? null : scroller?.querySelectorAll('li')[current];
    if (scroller === null || card === null || card === undefined) return;
    const from = card.getBoundingClientRect();
    const within = scroller.getBoundingClientRect();
    if (from.top < within.top) scroller.scrollTop -= within.top - from.top;
    if (from.bottom > within.bottom) scroller.scrollTop += from.bottom - within.bottom;
  }, [current]);

  const focus = (index: number): void => {
    const button = list.current?.querySelectorAll('button')[index];
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: 'nearest' });
  };

  useDeskKeys((asked) => {
    switch (asked.does) {
      case 'card-before':
      case 'card-after': {
        if (!isLive) return false;
        // Whoever comes from elsewhere begins at the chosen card.
        const isThere = list.current?.contains(document.activeElement) === true;
        const step = asked.does === 'card-after' ? 1 : -1;
        const next = isThere || current !== null ? reachable + step : reachable;
        focus(Math.min(cards.length - 1, Math.max(0, next)));
        return true;
      }
      case 'back':
        if (isLive) focus(reachable);
        else document.querySelector<HTMLElement>('h1')?.focus({ preventScroll: true });
        return true;
      case 'start':
      case 'pause':
      case 'extend':
      case 'end':
      case 'mark':
      case 'mark-note':
      case 'nudge':
      case 'phrase':
      case 'keys':
        return false;
    }
  });

  return (
    <section class="deck" aria-label={words.desk.deck}>
      <div class="deck-head">
        <h2>{words.desk.deck}</h2>
        {isLive ? <p class="soft">{words.desk.deckHint}</p> : null}
      </div>
      {show.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
      <ol ref={list} class="deck-list" lang={language}>
        {cards.map((card) => (
          <DeckCard
            key={card.id}
            card={card}
            section={cards[card.index - 1]?.section === card.section ? null : card.section}
            isNow={card.index === current}
            times={times.get(card.index) ?? NEVER}
            disabled={!isLive}
            reachable={card.index === reachable}
            onFocus={() => setChosen(card.index)}
            onShow={() => {
              wanted.current = card.index;
              show.run();
            }}
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
  readonly isNow: boolean;
  /** Since the start, of every showing. */
  readonly times: readonly string[];
  readonly disabled: boolean;
  /** One of the list is in the order of Tab; arrows reach the others. */
  readonly reachable: boolean;
  readonly onFocus: () => void;
  readonly onShow: () => void;
}): JSX.Element {
  const words = useWords();
  const state = o.isNow ? 'now' : o.times.length > 0 ? 'shown' : 'ahead';
  return (
    <li class={`deck-card deck-${state}`}>
      {o.section === null ? null : <p class="card-section">{o.section}</p>}
      <button
        type="button"
        class="deck-button"
        tabIndex={o.reachable ? 0 : -1}
        disabled={o.disabled}
        {...(o.isNow ? { 'aria-current': 'true' as const } : {})}
        onFocus={o.onFocus}
        onClick={o.onShow}
      >
        <span class="deck-text">{o.card.text}</span>
        {o.isNow && o.card.guidance !== null ? <span class="deck-guidance">{o.card.guidance}</span> : null}
        {state === 'ahead' ? null : (
          <span class="deck-facts">
            {o.isNow ? <span class="deck-state">{words.desk.onTable}</span> : null}
            {o.times.length === 0 ? null : <span class="deck-times">{words.desk.shownAt(o.times)}</span>}
          </span>
        )}
      </button>
    </li>
  );
}
