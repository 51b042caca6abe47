/** Coming back: after a reload, after a break. One press, because sound needs one. */
import type { JSX } from 'preact';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import { Question } from '../parts/question.tsx';
import { useStep } from './use-step.ts';

export function Returning(): JSX.Element {
  const words = useWords();
  const { phase } = useView();
  const { partner } = usePeople();
  const goTo = useStep();
  const comeIn = useComeIn();
  const isLive = phase === 'live';
  return (
    <Question
      title={words.returning.title}
      actions={
        <button type="button" class="button primary" onClick={() => (isLive ? comeIn() : goTo('check'))}>
          {words.returning.go}
        </button>
      }
    >
      <p>{isLive ? words.returning.live(partner.name) : words.returning.lobby}</p>
    </Question>
  );
}

/** Into a running conversation at once; only where the microphone can't be had, by way of the sound check. */
function useComeIn(): () => void {
  const { room, journey } = useApp();
  const goTo = useStep();
  return () => {
    room.speakers.unlock();
    void room.capture.start({ camera: journey.wantsCamera.value }).then(() => {
      if (room.capture.microphone.value.state !== 'on') {
        goTo('check');
        return undefined;
      }
      room.join();
      journey.entered.value = true;
      return undefined;
    });
  };
}

export function Away(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const view = room.view.value;
  const partner = view === null ? '' : view.seat === 'b' ? view.people.a.name : view.people.b.name;
  const comeIn = useComeIn();
  return (
    <Question
      title={words.away.title}
      actions={
        <button
          type="button"
          class="button primary"
          onClick={() => {
            journey.steppedAway.value = false;
            room.comeBack();
            comeIn();
          }}
        >
          {words.away.go}
        </button>
      }
    >
      <p>{words.away.body(partner)}</p>
    </Question>
  );
}
