/** What is the matter, in words: one's own line, the other's absence, the standing clock, the browser's held-back sound. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import { useEffect, useState } from 'preact/hooks';
import { DeviceNotices } from '../parts/device-notices.tsx';
import { Extended, Extension } from './extension.tsx';
import { Hints } from './hints.tsx';
import { Notice, Troubles } from '../parts/troubles.tsx';

const NEWS_AFTER_MS = 3000;

export function RoomNotices(o: { readonly onChooseDevice: () => void }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { partner } = usePeople();
  const line = room.connection.value.state;
  const media = room.media.value;
  return (
    <div class="notices">
      <Troubles />
      {line === 'open' && (media === 'troubled' || media === 'unsupported') ? (
        <Notice>{words.trouble.mediaAway(partner.name)}</Notice>
      ) : null}
      {line === 'open' ? <Absence /> : null}
      <HeldBackSound />
      <DeviceNotices onChoose={o.onChooseDevice} />
      <CameraTrouble />
      <NotRecorded />
      {line === 'open' ? <Hints /> : null}
      <Extended />
      <Extension />
    </div>
  );
}

function Absence(): JSX.Element | null {
  const { room, words } = useApp();
  const { clock, people, phase } = useView();
  const { partner } = usePeople();
  const pauseEndsAt = clock?.pauseEndsAt ?? null;
  const told = useComputed(() => {
    const left = Math.max(0, (pauseEndsAt ?? 0) - room.now.value);
    return people.a.here && people.b.here
      ? words.value.trouble.pausedPlain(left)
      : words.value.trouble.paused(partner.name, left);
  });
  if (phase === 'live' && clock?.pauseReason === 'facilitator' && partner.here)
    return <Notice calm>{words.value.trouble.pausedByGuide}</Notice>;
  if (phase === 'live' && pauseEndsAt !== null && clock?.pauseReason !== 'facilitator')
    return <Notice>{told}</Notice>;
  return partner.here ? null : <Notice>{words.value.trouble.partnerAway(partner.name)}</Notice>;
}

export function HeldBackSound(): JSX.Element | null {
  const words = useWords();
  const { speakers } = useApp().room;
  if (!speakers.blocked.value) return null;
  return (
    <Notice
      urgent
      action={
        <button type="button" class="button primary small" onClick={() => speakers.unlock()}>
          {words.room.hear}
        </button>
      }
    >
      {words.room.hearBody}
    </Notice>
  );
}

function CameraTrouble(): JSX.Element | null {
  const words = useWords();
  const camera = useApp().room.capture.camera.value;
  return camera.state === 'trouble' ? <Notice urgent>{words.devices.camera[camera.problem]}</Notice> : null;
}

function NotRecorded(): JSX.Element | null {
  const words = useWords();
  const { recording, clock, phase } = useView();
  // Recording begins some moments after the conversation; that is no news.
  const says = useLasting(phase === 'live' && !recording && clock?.pausedSince === null, NEWS_AFTER_MS);
  return says ? <Notice>{words.room.notRecordingWhy}</Notice> : null;
}

/** True once `is` has been true for so long. */
function useLasting(is: boolean, forMs: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    setLasts(false);
    if (!is) return undefined;
    const timer = setTimeout(() => setLasts(true), forMs);
    return () => clearTimeout(timer);
  }, [is, forMs]);
  return is && lasts;
}
