/** Time is over; they still hear each other for a little while. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useApp, useView } from '../../app/context.ts';

export function Farewell(): JSX.Element {
  const { room, words } = useApp();
  const goOn = useSayGoodbye();
  const { clock, end } = useView();
  const closesAt = clock?.mediaClosesAt ?? 0;
  const left = useComputed(() => words.value.farewell.left(Math.max(0, closesAt - room.now.value)));
  const { farewell } = words.value;
  return (
    <section class="farewell">
      <h1 tabIndex={-1}>{end?.reason === 'time' ? farewell.title : farewell.titleEarly}</h1>
      <p>{left}</p>
      <button type="button" class="button primary" onClick={goOn}>
        {farewell.done}
      </button>
    </section>
  );
}

/** For oneself alone: the other may take their time. */
export function useSayGoodbye(): () => void {
  const { room, journey } = useApp();
  return () => {
    journey.saidGoodbye.value = true;
    room.leaveMedia();
  };
}
