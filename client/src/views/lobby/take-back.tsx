/** Taking one's consent back before anything was recorded: one press, and the text lies there to be read again. */
import type { JSX } from 'preact';
import { useApp, useWords } from '../../app/context.ts';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';
import { useStep } from './use-step.ts';

export function TakeBackConsent(): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const goTo = useStep();
  const takeBack = useAction(async () => {
    const done = await room.withdraw();
    if (!done) return false;
    room.leaveMedia();
    journey.entered.value = false;
    goTo('consent');
    return true;
  });
  return (
    <>
      <button type="button" class="button text" disabled={takeBack.busy} onClick={takeBack.run}>
        {words.consent.takeBack}
      </button>
      {takeBack.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
    </>
  );
}
