/** The facilitator's desk: both people, the deck, the clock, notes and marks. It never asks for a microphone. */
import type { JSX } from 'preact';
import { useView, useWords } from '../../app/context.ts';
import { Troubles } from '../parts/troubles.tsx';
import { RecordingSign } from '../room/head.tsx';
import { HeldBackSound } from '../room/notices.tsx';
import { DeskClock, Standing, Start } from './clock.tsx';
import { Deck } from './deck.tsx';
import { Keys } from './keys-dialog.tsx';
import { Marks } from './marks.tsx';
import { Nudges, useDraft } from './nudges.tsx';
import { DeskPeople } from './people.tsx';
import { Reports, SeenReports, useSeen } from './reports.tsx';

export function Desk(): JSX.Element {
  const words = useWords();
  const { phase } = useView();
  const draft = useDraft();
  const seen = useSeen();
  return (
    <main class="desk">
      <div class="desk-top">
        <header class="desk-head">
          <div class="desk-title">
            <h1 tabIndex={-1}>{words.desk.title}</h1>
            {phase === 'lobby' ? null : <RecordingSign />}
            <Keys />
          </div>
          {phase === 'live' ? <DeskClock /> : null}
          {phase === 'wrap-up' ? <p class="desk-farewell">{words.desk.farewell}</p> : null}
          {phase === 'lobby' ? <Start /> : null}
        </header>
        <div class="notices">
          <Troubles />
          <HeldBackSound />
          <Standing />
          <Reports draft={draft} seen={seen} />
        </div>
      </div>
      <DeskPeople />
      <Deck />
      <div class="desk-notes">
        <Nudges draft={draft} />
        <div class="desk-beside">
          {phase === 'lobby' ? null : <Marks />}
          <SeenReports seen={seen} />
        </div>
      </div>
    </main>
  );
}
