/** Leaving has two meanings; both are said before either happens. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, usePeople, useWords } from '../../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Notice } from '../parts/troubles.tsx';
import { WithdrawQuestion } from '../parts/withdraw.tsx';
import { useAction } from '../parts/use-action.ts';

export function LeaveDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useWords();
  const { room, journey } = useApp();
  const { partner } = usePeople();
  const [sure, setSure] = useState<'end' | 'withdraw' | null>(null);
  const end = useAction(() => room.end());
  if (sure === 'withdraw') {
    return (
      <Dialog title={words.withdrawal.title} onClose={onClose}>
        <WithdrawQuestion onClose={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog title={sure === 'end' ? words.leave.end : words.leave.title} onClose={onClose}>
      {sure === 'end' ? (
        <>
          <p>{words.leave.endBody(partner.name)}</p>
          {end.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
          <div class="actions">
            <button type="button" class="button primary" disabled={end.busy} onClick={end.run}>
              {words.leave.endSure}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {words.leave.stay}
            </button>
          </div>
        </>
      ) : (
        <>
          <div class="options">
            <button
              type="button"
              class="option"
              onClick={() => {
                room.stepAway();
                journey.entered.value = false;
                journey.steppedAway.value = true;
              }}
            >
              <strong>{words.leave.step}</strong>
              <span>{words.leave.stepBody(partner.name)}</span>
            </button>
            <button type="button" class="option" onClick={() => setSure('end')}>
              <strong>{words.leave.end}</strong>
              <span>{words.leave.endBody(partner.name)}</span>
            </button>
            <button type="button" class="option" onClick={() => setSure('withdraw')}>
              <strong>{words.withdrawal.option}</strong>
              <span>{words.withdrawal.optionBody}</span>
            </button>
          </div>
          <div class="actions">
            <button type="button" class="button" onClick={onClose}>
              {words.leave.stay}
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
