/** The facilitator's desk: both people, the deck, the clock. It never asks for a microphone. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { View } from '../../../../server/protocol/events.ts';
import { useApp, useView, useWords } from '../../app/context.ts';
import type { Words } from '../../words/words.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Notice, Troubles } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { RecordingSign, Time } from '../room/head.tsx';
import { HeldBackSound } from '../room/notices.tsx';
import { Stage } from '../room/stage.tsx';
import { Deck } from './deck.tsx';

export function Desk(): JSX.Element {
  const words = useWords();
  const { phase, people } = useView();
  return (
    <main class="desk">
      <header class="desk-head">
        <h1 tabIndex={-1}>{words.desk.title}</h1>
        {phase === 'lobby' ? null : <RecordingSign />}
        {phase === 'live' ? <Time /> : null}
        {phase === 'wrap-up' ? <p>{words.desk.farewell}</p> : null}
        {phase === 'lobby' ? <Start /> : null}
        {phase === 'live' ? <End /> : null}
      </header>
      <div class="notices">
        <Troubles />
        <HeldBackSound />
      </div>
      <section class="desk-people" aria-label={words.desk.people}>
        {phase === 'lobby' ? <p class="soft desk-before">{words.desk.beforeStart}</p> : null}
        <DeskPerson person={people.a} />
        <DeskPerson person={people.b} />
      </section>
      <Deck />
    </main>
  );
}

function DeskPerson({ person }: { readonly person: View['people']['a'] }): JSX.Element {
  const words = useWords();
  const { phase } = useView();
  return (
    <div class="desk-person">
      <Stage
        seat={person.seat}
        name={person.name}
        here={person.here}
        waiting={phase === 'lobby' ? null : words.desk.noPicture}
      />
      <p class="desk-status">{statusOf(person, phase, words)}</p>
    </div>
  );
}

function statusOf(person: View['people']['a'], phase: View['phase'], words: Words): string {
  const { status } = words.desk;
  if (!person.here) return status.away;
  if (phase !== 'lobby') return status.here;
  if (person.ready) return status.ready;
  return person.consented ? status.consented : status.here;
}

function Start(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { people } = useView();
  const start = useAction(() => room.start());
  const blocked = [people.a, people.b]
    .map((person) => hindranceOf(person, words))
    .find((one) => one !== null);
  return (
    <div class="desk-start">
      <p role="status">{start.failed ? words.trouble.notDone : (blocked ?? words.desk.canStart)}</p>
      <button
        type="button"
        class="button primary"
        disabled={blocked !== undefined || start.busy}
        onClick={start.run}
      >
        {words.desk.start}
      </button>
    </div>
  );
}

function hindranceOf(person: View['people']['a'], words: Words): string | null {
  const { startBlocked } = words.desk;
  if (!person.here) return startBlocked.here(person.name);
  if (!person.consented) return startBlocked.consent(person.name);
  return person.ready ? null : startBlocked.ready(person.name);
}

function End(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const [asking, setAsking] = useState(false);
  const end = useAction(() => room.end());
  const close = (): void => setAsking(false);
  return (
    <>
      <button type="button" class="button" onClick={() => setAsking(true)}>
        {words.desk.end}
      </button>
      {asking ? (
        <Dialog title={words.desk.endTitle} onClose={close}>
          <p>{words.desk.endBody}</p>
          {end.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
          <div class="actions">
            <button type="button" class="button primary" disabled={end.busy} onClick={end.run}>
              {words.desk.endSure}
            </button>
            <button type="button" class="button" onClick={close}>
              {words.leave.stay}
            </button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
