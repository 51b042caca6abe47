/**
 * Sound and picture check: ask, choose, see oneself, hear the verdict. What is heard
 * and seen stays on this device; only the way through is tried with the house, in silence.
 */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useComputed } from '@preact/signals';
import { useApp, useView, useWords } from '../../app/context.ts';
import { meterShare } from '../../room/levels.ts';
import { DeviceChoices } from '../parts/device-choices.tsx';
import { Meter } from '../parts/meter.tsx';
import { Picture } from '../parts/picture.tsx';
import { Question } from '../parts/question.tsx';
import { Notice } from '../parts/troubles.tsx';
import { useStep } from './use-step.ts';

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
  const inLobby = phase === 'lobby';
  useEffect(() => {
    if (inLobby) room.check.tryWays();
  }, [room, inLobby]);
  const isHeard = useHeardWell();
  const goOn = (): void => {
    if (inLobby) {
      room.check.tell();
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
        <button type="button" class={isHeard ? 'button primary' : 'button'} onClick={goOn}>
          {isHeard ? words.check.go : words.check.goAnyway}
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
        <div class="check-play">
          <button type="button" class="button small" onClick={() => room.check.playNotes()}>
            {words.check.playSound}
          </button>
          <EchoVerdict />
        </div>
        {inLobby ? <WayVerdict /> : null}
        <OtherDevices />
      </div>
    </Question>
  );
}

/** Once with this microphone is enough: the button must not change its words under the hand. */
function useHeardWell(): boolean {
  const voice = useApp().room.check.voice.value;
  const [heard, setHeard] = useState(voice === 'good');
  useEffect(() => {
    if (voice === 'good') setHeard(true);
    if (voice === 'listening') setHeard(false);
  }, [voice]);
  return heard;
}

function EchoVerdict(): JSX.Element {
  const words = useWords();
  const echo = useApp().room.check.echo.value;
  switch (echo) {
    case 'untried':
      return <p>{words.check.headphones}</p>;
    case 'listening':
      return <p role="status">{words.check.echo.listening}</p>;
    case 'none':
    case 'some':
    case 'unknown':
      return (
        <div role="status">
          <p class={`finding finding-${echo === 'none' ? 'good' : echo === 'some' ? 'bad' : 'open'}`}>
            {words.check.echo[echo]}
          </p>
          <p>{words.check.playedSound}</p>
        </div>
      );
  }
}

function WayVerdict(): JSX.Element | null {
  const { way } = useWords().check;
  const reach = useApp().room.check.reach.value;
  if (reach === 'untried') return null;
  if (reach === 'testing') return <p class="finding soft">{way.testing}</p>;
  const told = reach.udp === 'yes' ? 'good' : reach.tcp === 'yes' ? 'detour' : 'unknown';
  return (
    <p
      class={`finding finding-${told === 'good' ? 'good' : told === 'detour' ? 'bad' : 'open'}`}
      role="status"
    >
      {way[told]}
    </p>
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
  const { check, capture } = useApp().room;
  const unhappy = check.voice.value === 'silent' || check.voice.value === 'quiet';
  const microphone = capture.microphone.value;
  const using = microphone.state === 'on' ? microphone.track.label : '';
  // Once open it stays: a list must not fold away under the hand of someone choosing.
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (unhappy) setOpen(true);
  }, [unhappy]);
  return (
    <details class="other-devices" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.check.other}</summary>
      {using === '' ? null : <p class="soft">{words.check.using(using)}</p>}
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

function SoundVerdict(): JSX.Element {
  const words = useWords();
  const notice = useApp().room.capture.notice.value;
  const told = useApp().room.check.voice.value;
  return (
    <>
      <p class={`verdict verdict-${told}`} role="status">
        {words.check.verdict[told]}
      </p>
      {notice === 'lost' || notice === 'replaced' ? <Notice urgent>{words.devices[notice]}</Notice> : null}
    </>
  );
}
