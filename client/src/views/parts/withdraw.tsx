/** Taking the recording back: said twice, because it is for good. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './troubles.tsx';
import { useAction } from './use-action.ts';

export function WithdrawButton(): JSX.Element | null {
  const words = useWords();
  const { decision } = useView();
  const [asking, setAsking] = useState(false);
  if (decision === null || decision.withdrawn) return null;
  const close = (): void => setAsking(false);
  return (
    <>
      <button type="button" class="button text withdraw" onClick={() => setAsking(true)}>
        {words.withdrawal.button}
      </button>
      {asking ? (
        <Dialog title={words.withdrawal.title} onClose={close}>
          <WithdrawQuestion onClose={close} />
        </Dialog>
      ) : null}
    </>
  );
}

/** The second step; where they still talk, it also says that this ends. */
export function WithdrawQuestion({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { phase, program } = useView();
  const { partner } = usePeople();
  const withdraw = useAction(() => room.withdraw());
  return (
    <>
      {phase === 'live' ? <p>{words.withdrawal.talking(partner.name)}</p> : null}
      <p>{words.withdrawal.body(partner.name)}</p>
      {program.copies && phase !== 'live' ? <p class="soft">{words.withdrawal.copies}</p> : null}
      {withdraw.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {words.withdrawal.keep}
        </button>
        <button type="button" class="button grave" disabled={withdraw.busy} onClick={withdraw.run}>
          {words.withdrawal.sure}
        </button>
      </div>
    </>
  );
}
