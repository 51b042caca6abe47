/** Shows the one page that is due, and what may lie over any page. */
import { computed } from '@preact/signals';
import { useComputed } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { JSX } from 'preact';
import { AppProvider, useApp, type App } from '../app/context.ts';
import { pageOf, type Page } from '../app/page.ts';
import type { Words } from '../words/words.ts';
import { Decision } from './after/decision.tsx';
import { Thanks } from './after/thanks.tsx';
import { Withdrawn } from './after/withdrawn.tsx';
import { DeskEnded, DeskWelcome } from './desk/around.tsx';
import { Desk } from './desk/desk.tsx';
import { Check } from './lobby/check.tsx';
import { Consent, Declined } from './lobby/consent.tsx';
import { Outline, Ready, Welcome } from './lobby/steps.tsx';
import { Waiting } from './lobby/waiting.tsx';
import { Away, Returning } from './lobby/returning.tsx';
import { LeftPage } from './left.tsx';
import { LinkProblemPage, Opening, PlainPage, SeatLost, SecondDevice, ServerAway } from './plain.tsx';
import { RoomPage } from './room/room-page.tsx';
import { TakeoverQuestion } from './takeover.tsx';

export function Pages({ app }: { readonly app: App }): JSX.Element {
  return (
    <AppProvider value={app}>
      <CurrentPage />
      <TakeoverQuestion />
      <LiveRegion />
    </AppProvider>
  );
}

/** Without a link, or without what a browser needs, nothing else of the app is started. */
export function StandAlone(o: {
  readonly words: Words;
  readonly problem: 'missing' | 'old' | 'insecure';
}): JSX.Element {
  return <PlainPage {...(o.problem === 'missing' ? o.words.link.missing : o.words.browser[o.problem])} />;
}

/** Leaving and having left are one page whose words go on. */
const keyOf = (page: Page): string => (page.is === 'left' ? page.is : Object.values(page).join(' '));

function CurrentPage(): JSX.Element {
  const { room, journey } = useApp();
  const key = useMemo(() => {
    const page = computed(() =>
      pageOf({
        connection: room.connection.value,
        view: room.view.value,
        now: room.now.value,
        step: journey.step.value,
        moved: journey.moved.value,
        entered: journey.entered.value,
        steppedAway: journey.steppedAway.value,
        saidGoodbye: journey.saidGoodbye.value,
        decided: journey.decided.value,
        left: journey.left.value,
      }),
    );
    // The page is a new object at every tick; its key changes only when it is another page.
    return computed(() => JSON.stringify(page.value));
  }, [room, journey]);
  const page = useComputed(() => JSON.parse(key.value) as Page).value;
  const isFirst = useRef(true);
  const name = keyOf(page);

  useLayoutEffect(() => {
    const heading = document.querySelector<HTMLElement>('h1');
    const title = heading?.textContent ?? '';
    document.title = title === '' ? 'Parley' : `${title} · Parley`;
    // Where a page begins, reading begins: but not on the first, where the browser does it itself.
    if (!isFirst.current) {
      scrollTo(0, 0);
      heading?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [name]);

  return <Show page={page} key={name} />;
}

function Show({ page }: { readonly page: Page }): JSX.Element {
  const { words } = useApp();
  switch (page.is) {
    case 'link':
      return <LinkProblemPage problem={page.problem} />;
    case 'second-device':
      return <SecondDevice />;
    case 'seat-lost':
      return <SeatLost reason={page.reason} />;
    case 'opening':
      return <Opening />;
    case 'server-away':
      return <ServerAway />;
    case 'lobby':
      return <Lobby step={page.step} />;
    case 'waiting':
      return <Waiting />;
    case 'returning':
      return <Returning />;
    case 'away':
      return <Away />;
    case 'room':
    case 'farewell':
      return <RoomPage farewell={page.is === 'farewell'} />;
    case 'decision':
      return <Decision />;
    case 'thanks':
      return <Thanks />;
    case 'withdrawn':
      return <Withdrawn />;
    case 'left':
      return <LeftPage how={page.how} />;
    case 'desk-welcome':
      return <DeskWelcome />;
    case 'desk':
      return <Desk />;
    case 'desk-ended':
      return <DeskEnded />;
    case 'cancelled':
      return <PlainPage {...words.value.cancelled} />;
    case 'abandoned':
      return <PlainPage {...words.value.abandoned} />;
  }
}

function Lobby({ step }: { readonly step: Extract<Page, { is: 'lobby' }>['step'] }): JSX.Element {
  switch (step) {
    case 'welcome':
      return <Welcome />;
    case 'outline':
      return <Outline />;
    case 'consent':
      return <Consent />;
    case 'declined':
      return <Declined />;
    case 'check':
      return <Check />;
    case 'ready':
      return <Ready />;
  }
}

function LiveRegion(): JSX.Element {
  const { announcer } = useApp();
  return (
    <div class="unseen" role="status" aria-live="polite">
      {announcer.text}
    </div>
  );
}
