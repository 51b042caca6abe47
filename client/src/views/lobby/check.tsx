/** Sound and picture check: ask, choose, see oneself, hear the verdict. Nothing leaves the device here. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useComputed, type ReadonlySignal } from '@preact/signals';
import { useApp, useView, useWords } from '../../app/context.ts';
import { meterShare, verdict, type Verdict } from '../../room/levels.ts';
import { DeviceChoices } from '../parts/device-choices.tsx';
import { Meter } from '../parts/meter.tsx';
import { Picture } from '../parts/picture.tsx';
import { Question } from '../parts/question.tsx';
import { Notice } from '../parts/troubles.tsx';
import { useStep } from './steps.tsx';

export function Check(): JSX.Element {
  const { room } = useApp();
  const microphone = room.capture.microphone.value;
  switch (microphone.state) {
    case 'off':
    case 'asking':
      return <Ask asking={microphone.state === 'asking'} />;
    case 'trouble':
      return <MicrophoneTrouble problem={microphone.problem} />;
    case 'on':
      return <Listen />;
  }
}

function useStart(): (camera: boolean) => void {
  const { room, journey } = useApp();
  return (camera) => {
    journey.wantsCamera.value = camera;
    room.speakers.unlock();
    void room.capture.start({ camera });
  };
}

function useBack(): (() => void) | undefined {
  const { phase } = useView();
  const goTo = useStep();
  return phase === 'lobby' ? () => goTo('outline') : undefined;
}

function Ask({ asking }: { readonly asking: boolean }): JSX.Element {
  const words = useWords();
  const start = useStart();
  return (
    <Question
      title={words.check.title}
      onBack={useBack()}
      actions={
        asking ? undefined : (
          <>
            <button type="button" class="button primary" onClick={() => start(true)}>
              {words.check.turnOn}
            </button>
            <button type="button" class="button" onClick={() => start(false)}>
              {words.check.turnOnSound}
            </button>
          </>
        )
      }
    >
      <p>{words.check.intro}</p>
      {asking ? (
        <p role="status">
          <strong>{words.check.waiting}</strong>
        </p>
      ) : null}
    </Question>
  );
}

function MicrophoneTrouble(o: { readonly problem: 'denied' | 'none' | 'busy' | 'other' }): JSX.Element {
  const words = useWords();
  const start = useStart();
  const { journey } = useApp();
  const { title, body } = words.devices[o.problem];
  return (
    <Question
      title={title}
      onBack={useBack()}
      actions={
        <button type="button" class="button primary" onClick={() => start(journey.wantsCamera.value)}>
          {words.common.tryAgain}
        </button>
      }
    >
      <p>{body}</p>
    </Question>
  );
}

function Listen(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { phase } = useView();
  const goTo = useStep();
  const [played, setPlayed] = useState(false);
  const goOn = (): void => {
    if (phase === 'lobby') {
      goTo('ready');
      return;
    }
    room.join();
    journey.entered.value = true;
  };
  return (
    <Question
      title={words.check.title}
      onBack={useBack()}
      actions={
        <button type="button" class="button primary" onClick={goOn}>
          {words.check.go}
        </button>
      }
    >
      <div class="check">
        <OwnPicture />
        <div class="check-sound">
          <p>{words.check.sayThis}</p>
          <OwnMeter />
          <SoundVerdict />
        </div>
        <OtherDevices />
        <div class="check-play">
          <button
            type="button"
            class="button small"
            onClick={() => {
              room.speakers.chime();
              setPlayed(true);
            }}
          >
            {words.check.playSound}
          </button>
          <p role="status">{played ? words.check.playedSound : words.check.headphones}</p>
        </div>
      </div>
    </Question>
  );
}

function OwnPicture(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const camera = room.capture.camera.value;
  const turn = (on: boolean): void => {
    journey.wantsCamera.value = on;
    void room.capture.turnCamera(on);
  };
  if (camera.state === 'on') {
    return (
      <div class="check-self">
        <div class="check-picture">
          <Picture track={camera.track} label={words.check.selfLabel} mirrored />
        </div>
        <button type="button" class="button text" onClick={() => turn(false)}>
          {words.check.withoutPicture}
        </button>
      </div>
    );
  }
  return (
    <div class="check-self">
      <p class="check-sound-only">
        {camera.state === 'trouble' ? words.devices.camera[camera.problem] : words.check.soundOnly}
      </p>
      <button
        type="button"
        class="button text"
        disabled={camera.state === 'asking'}
        onClick={() => turn(true)}
      >
        {words.check.withPicture}
      </button>
    </div>
  );
}

/** Folded away for the many who need no choice, open for those whose microphone gives reason to choose. */
function OtherDevices(): JSX.Element {
  const words = useWords();
  const told = useVerdict();
  const unhappy = useComputed(() => told.value === 'silent' || told.value === 'quiet').value;
  // Once open it stays: a list must not fold away under the hand of someone choosing.
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (unhappy) setOpen(true);
  }, [unhappy]);
  return (
    <details class="other-devices" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.check.other}</summary>
      <DeviceChoices />
    </details>
  );
}

function OwnMeter(): JSX.Element {
  const words = useWords();
  const { capture } = useApp().room;
  const share = useComputed(() => meterShare(capture.looks.value.at(-1)?.rmsDb ?? -Infinity));
  return <Meter share={share} label={words.check.meterLabel} />;
}

function useVerdict(): ReadonlySignal<Verdict> {
  const { looks, listeningSince } = useApp().room.capture;
  return useComputed(() => {
    const now = looks.value.at(-1)?.at ?? listeningSince.value;
    return verdict(looks.value, listeningSince.value, now);
  });
}

function SoundVerdict(): JSX.Element {
  const words = useWords();
  const notice = useApp().room.capture.notice.value;
  const told = useVerdict().value;
  return (
    <>
      <p class={`verdict verdict-${told}`} role="status">
        {words.check.verdict[told]}
      </p>
      {notice === 'lost' || notice === 'replaced' ? <Notice urgent>{words.devices[notice]}</Notice> : null}
    </>
  );
}
