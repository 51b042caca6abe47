/** "Something is wrong", in every phase: says so to whoever is there to read it, and has a quiet way out beside it. */
import type { JSX } from 'preact';
import { useContext, useEffect, useId, useRef, useState } from 'preact/hooks';
import type { TroubleKind } from '../../../../server/protocol/view.ts';
import { AppContext, useApp, usePeople, useView, useWords } from '../../app/context.ts';
import type { Words } from '../../words/words.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './troubles.tsx';
import { useAction } from './use-action.ts';

const KINDS: readonly TroubleKind[] = ['cannot-hear', 'not-safe', 'technical'];
const MAX_NOTE = 500;
const SETTLES_AFTER_MS = 1000;

/** Nothing on pages without a seat to speak from. */
export function SomethingWrong(): JSX.Element | null {
  const app = useContext(AppContext);
  const view = app?.room.view.value ?? null;
  const state = app?.room.connection.value.state;
  if (view === null || view.seat === 'facilitator') return null;
  if (view.phase === 'cancelled' || view.phase === 'abandoned') return null;
  return state === 'open' || state === 'away' ? <Button /> : null;
}

function Button(): JSX.Element {
  const words = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" class="button text wrong" onClick={() => setOpen(true)}>
        {words.help.button}
      </button>
      {open ? <Help onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { facilitator, phase } = useView();
  const { partner } = usePeople();
  const [kind, setKind] = useState<TroubleKind | null>(null);
  const [note, setNote] = useState('');
  /** To whom it went; null: not told yet. */
  const [told, setTold] = useState<'guide' | 'staff' | null>(null);
  const noteId = useId();
  const name = useId();
  const leave = useLeaveQuietly();
  const close = useRef<HTMLButtonElement>(null);
  const [settled, setSettled] = useState(true);
  useEffect(() => {
    if (told === null) return undefined;
    close.current?.focus();
    // The page moved under the finger: a second press of "tell" must not become "leave".
    setSettled(false);
    const timer = setTimeout(() => setSettled(true), SETTLES_AFTER_MS);
    return () => clearTimeout(timer);
  }, [told]);
  const send = useAction(async () => {
    if (kind === null) return false;
    const to = facilitator.here ? 'guide' : 'staff';
    const written = note.trim();
    const done = await room.reportTrouble({ kind, note: written === '' ? null : written });
    if (done) setTold(to);
    return done;
  });
  const { help } = words;
  return (
    <Dialog title={help.title} onClose={onClose}>
      {told === null ? (
        <>
          <p class="soft">{facilitator.here ? help.toGuide(partner.name) : help.toStaff(partner.name)}</p>
          <fieldset class="kinds">
            <legend class="unseen">{help.title}</legend>
            {KINDS.map((one) => (
              <label key={one} class={kind === one ? 'kind kind-chosen' : 'kind'}>
                <input type="radio" name={name} checked={kind === one} onChange={() => setKind(one)} />
                {help.kinds[one]}
              </label>
            ))}
          </fieldset>
          {kind === 'not-safe' ? <p class="soft">{help.danger}</p> : null}
          <div class="choice">
            <label for={noteId}>{help.note}</label>
            <textarea
              id={noteId}
              rows={2}
              maxLength={MAX_NOTE}
              value={note}
              onInput={(event) => setNote(event.currentTarget.value)}
            />
          </div>
          {send.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
          <div class="actions">
            <button
              type="button"
              class="button primary"
              disabled={kind === null || send.busy}
              onClick={send.run}
            >
              {help.send}
            </button>
            <button type="button" class="button" onClick={onClose}>
              {words.common.close}
            </button>
          </div>
        </>
      ) : (
        <>
          <div role="status">
            <p>
              <strong>{told === 'guide' ? help.toldGuide : help.toldStaff}</strong>
            </p>
            <p>{help.toldBody}</p>
          </div>
          {kind === 'not-safe' ? <p>{help.danger}</p> : null}
          <div class="actions">
            <button ref={close} type="button" class="button primary" onClick={onClose}>
              {words.common.close}
            </button>
          </div>
        </>
      )}
      <div class="quiet-way">
        <button type="button" class="button" disabled={!settled} onClick={leave}>
          {help.leave}
        </button>
        <p class="soft">{whatLeavingDoes(phase, partner.name, words)}</p>
      </div>
    </Dialog>
  );
}

function whatLeavingDoes(phase: ReturnType<typeof useView>['phase'], partner: string, words: Words): string {
  if (phase === 'live') return words.help.leaveTalking(partner);
  return phase === 'lobby' ? words.help.leaveLobby : words.help.leaveAfter;
}

/** One's own sound is off with the press; that it ends for both is told when the house has said so. */
function useLeaveQuietly(): () => void {
  const { room, journey } = useApp();
  const { phase } = useView();
  return () => {
    room.leaveMedia();
    journey.entered.value = false;
    journey.moved.value = false;
    if (phase !== 'live') {
      journey.left.value = phase === 'lobby' ? 'lobby' : 'after';
      room.stepAway();
      return;
    }
    journey.left.value = 'ending';
    void room.end().then((done) => {
      // The other may have ended it in the same moment.
      const isOver = done || room.view.value?.phase !== 'live';
      journey.left.value = isOver ? 'ended' : 'unheard';
      room.stepAway();
      return undefined;
    });
  };
}
