/** The clock at the desk: how much is left, and what may be done about it. Before the start, what it waits for. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useState } from 'preact/hooks';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { Time } from '../room/head.tsx';
import { Cap, shortcut } from './cap.tsx';
import { missing, nextStepMs, sinceStart, standing } from './facts.ts';
import { CAPS, useDeskKeys } from './keys.ts';

export function Start(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { people } = useView();
  const start = useAction(() => room.start());
  const lacks = missing(people);
  const blocked = lacks.map(({ person, lacks: what }) => words.desk.startBlocked[what](person.name));
  const may = lacks.length === 0 && !start.busy;
  useDeskKeys((asked) => {
    if (asked.does !== 'start') return false;
    if (may) start.run();
    return true;
  });
  return (
    <div class="desk-start">
      <p role="status">
        {start.failed
          ? words.trouble.notDone
          : blocked.length === 0
            ? words.desk.canStart
            : blocked.join(' ')}
      </p>
      <button
        type="button"
        class="button primary"
        disabled={!may}
        {...shortcut(CAPS.start)}
        onClick={start.run}
      >
        {words.desk.start}
        <Cap of={CAPS.start} />
      </button>
    </div>
  );
}

export function DeskClock(): JSX.Element {
  const { room, words } = useApp();
  const view = useView();
  const { clock } = words.value.desk;
  const pause = useAction(() => room.pause());
  const resume = useAction(() => room.resume());
  const extend = useAction(() => room.extend());
  const [asking, setAsking] = useState(false);
  const stands = standing(view);
  const byFacilitator = stands?.because === 'facilitator';
  const mayPause = stands === null && view.program.mayPause;
  const stepMs = nextStepMs(view);
  const extendableMs = view.clock?.extendableMs ?? 0;
  const since = useComputed(() => {
    const seen = room.view.value?.clock ?? null;
    const told = seen === null ? null : sinceStart(room.now.value, seen.startedAt);
    return told === null ? '' : words.value.desk.clock.since(told);
  });

  const turn = byFacilitator ? resume : mayPause ? pause : null;
  useDeskKeys((asked) => {
    switch (asked.does) {
      case 'pause':
        if (turn !== null && !turn.busy) turn.run();
        return true;
      case 'extend':
        if (stepMs > 0 && !extend.busy) extend.run();
        return true;
      case 'end':
        setAsking(true);
        return true;
      case 'start':
      case 'mark':
      case 'mark-note':
      case 'nudge':
      case 'phrase':
      case 'card-before':
      case 'card-after':
      case 'keys':
      case 'back':
        return false;
    }
  });

  return (
    <section class="desk-clock" aria-label={clock.label}>
      <div class="desk-time-left">
        <Time />
        <p class="soft desk-since">
          <span>{since}</span>
          {stepMs > 0 ? <span>{clock.extendable(extendableMs)}</span> : null}
        </p>
      </div>
      <div class="desk-clock-actions">
        {turn === null ? null : (
          <button
            type="button"
            class={byFacilitator ? 'button primary small' : 'button small'}
            disabled={turn.busy}
            {...shortcut(CAPS.pause)}
            onClick={turn.run}
          >
            {byFacilitator ? clock.resume : clock.pause}
            <Cap of={CAPS.pause} />
          </button>
        )}
        {stepMs > 0 ? (
          <button
            type="button"
            class="button small"
            disabled={extend.busy}
            {...shortcut(CAPS.extend)}
            onClick={extend.run}
          >
            {clock.extend(stepMs)}
            <Cap of={CAPS.extend} />
          </button>
        ) : null}
        <button type="button" class="button small" {...shortcut(CAPS.end)} onClick={() => setAsking(true)}>
          {words.value.desk.end}
          <Cap of={CAPS.end} />
        </button>
      </div>
      {pause.failed || resume.failed || extend.failed ? (
        <Notice urgent>{words.value.trouble.notDone}</Notice>
      ) : null}
      {asking ? <EndDialog onClose={() => setAsking(false)} /> : null}
    </section>
  );
}

function EndDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const end = useAction(() => room.end());
  return (
    <Dialog title={words.desk.endTitle} onClose={onClose}>
      <p>{words.desk.endBody}</p>
      {end.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
      <div class="actions">
        <button type="button" class="button primary" disabled={end.busy} onClick={end.run}>
          {words.desk.endSure}
        </button>
        <button type="button" class="button" onClick={onClose}>
          {words.leave.stay}
        </button>
      </div>
    </Dialog>
  );
}

/** Why the clock stands, and how long until something comes of it. */
export function Standing(): JSX.Element | null {
  const { room, words } = useApp();
  const isStanding = standing(useView()) !== null;
  const told = useComputed(() => {
    const view = room.view.value;
    const stands = view === null ? null : standing(view);
    if (stands === null) return '';
    const { standing: say } = words.value.desk;
    const leftMs = Math.max(0, stands.until - room.now.value);
    if (stands.because === 'facilitator')
      return stands.goesOn ? say.goesOn(leftMs) : say.endsUnlessBack(leftMs);
    return stands.away.length === 0 ? say.nobodyAway(leftMs) : say.away(stands.away, leftMs);
  });
  return isStanding ? <Notice>{told}</Notice> : null;
}
