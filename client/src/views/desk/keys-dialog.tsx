/** All keys of the desk, and the switch that turns them off. */
import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useView, useWords } from '../../app/context.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Cap, shortcut } from './cap.tsx';
import { CAPS, keysOn, turnKeys, useDeskKeys } from './keys.ts';
import { SEND_CAP } from './nudges.tsx';

export function Keys(): JSX.Element {
  const words = useWords();
  const [open, setOpen] = useState(false);
  useDeskKeys((asked) => {
    if (asked.does !== 'keys') return false;
    setOpen(true);
    return true;
  });
  return (
    <>
      <button
        type="button"
        class="button text desk-keys"
        {...shortcut(CAPS.keys)}
        onClick={() => setOpen(true)}
      >
        {words.desk.keys.open}
        <Cap of={CAPS.keys} />
      </button>
      {open ? <KeysDialog onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function KeysDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useWords();
  const { people } = useView();
  const { keys } = words.desk;
  const hintId = useId();
  const rows: readonly (readonly [caps: readonly string[], does: string])[] = [
    [['↑', '↓'], keys.arrows],
    [['↵'], keys.enter],
    [[CAPS.start], keys.start],
    [[CAPS.pause, keys.space], keys.pause],
    [[CAPS.extend], keys.extend],
    [[CAPS.end], keys.end],
    [[CAPS.mark], keys.mark],
    [['Shift', CAPS.mark], keys.markNote],
    [[CAPS.nudge.both], keys.nudgeBoth],
    [[CAPS.nudge.a], keys.nudgeOne(people.a.name)],
    [[CAPS.nudge.b], keys.nudgeOne(people.b.name)],
    [['1', '…', String(words.desk.nudge.ready.length)], keys.phrases],
    [[SEND_CAP], keys.send],
    [['Esc'], keys.escape],
    [[CAPS.keys], keys.help],
  ];
  return (
    <Dialog title={keys.title} onClose={onClose}>
      <label class="desk-switch">
        <input
          type="checkbox"
          checked={keysOn.value}
          aria-describedby={hintId}
          onChange={(event) => turnKeys(event.currentTarget.checked)}
        />
        {keys.on}
      </label>
      <p id={hintId} class="soft">
        {keys.onHint}
      </p>
      <dl class="desk-key-list">
        {rows.map(([caps, does]) => (
          <div key={does}>
            <dt>
              {caps.map((cap) =>
                cap === '…' ? (
                  ' … '
                ) : (
                  <kbd key={cap} class="cap">
                    {cap}
                  </kbd>
                ),
              )}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <div class="actions">
        <button type="button" class="button" onClick={onClose}>
          {words.common.close}
        </button>
      </div>
    </Dialog>
  );
}
