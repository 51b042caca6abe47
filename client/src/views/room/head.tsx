/** What is always in sight: whether it is recorded, whether the guide is there, how much time is left. */
import type { JSX } from 'preact';
import { useComputed, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { useApp, useView, useWords } from '../../app/context.ts';
import { SomethingWrong } from '../parts/help.tsx';
import { isPaused, timeLeft } from '../../app/happenings.ts';

export function Head({ farewell }: { readonly farewell: boolean }): JSX.Element {
  return (
    <header class="room-head">
      <div class="signs">
        <RecordingSign />
        <GuideSign />
      </div>
      <SomethingWrong />
      {farewell ? null : <Time />}
    </header>
  );
}

export function RecordingSign(): JSX.Element {
  const words = useWords();
  const view = useView();
  const { recording } = view;
  const paused = isPaused(view);
  const off = paused ? words.room.notRecordingPaused : words.room.notRecording;
  return (
    <p class={recording ? 'sign sign-recording' : 'sign sign-off'}>
      <span class="sign-mark" aria-hidden="true" />
      {recording ? words.room.recording : off}
    </p>
  );
}

function GuideSign(): JSX.Element | null {
  const words = useWords();
  const { facilitator, guidedBy } = useView();
  if (!facilitator.here && guidedBy === 'participants') return null;
  return (
    <p class={facilitator.here ? 'sign sign-guide' : 'sign sign-off'}>
      <span class="sign-mark" aria-hidden="true" />
      {facilitator.here ? words.room.guideHere : words.room.guideAway}
    </p>
  );
}

export function Time(): JSX.Element {
  const { room, words } = useApp();
  const line = useRef<HTMLDivElement>(null);
  const told = useComputed(() => {
    const view = room.view.value;
    const left = view === null ? null : timeLeft(view, room.now.value);
    if (view === null || left === null) return '';
    const { time } = words.value;
    if (isPaused(view)) return time.paused(left);
    return left === 0 ? time.over : time.left(left);
  });
  useSignalEffect(() => {
    const view = room.view.value;
    const left = view === null ? null : timeLeft(view, room.now.value);
    if (view === null || left === null) return;
    const whole = view.program.durationMs;
    line.current?.style.setProperty('--share', String(Math.min(1, left / whole)));
  });
  return (
    <div class="time">
      <p class="time-words" role="timer" aria-live="off">
        {told}
      </p>
      <div ref={line} class="time-line" aria-hidden="true">
        <div class="time-line-left" />
      </div>
    </div>
  );
}
