import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useApp, useWords } from '../../app/context.ts';
import { meterShare } from '../../room/levels.ts';
import { DeviceChoices } from '../parts/device-choices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Meter } from '../parts/meter.tsx';

export function DeviceDialog({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const words = useWords();
  const { capture } = useApp().room;
  const share = useComputed(() => meterShare(capture.looks.value.at(-1)?.rmsDb ?? -Infinity));
  const microphone = capture.microphone.value;
  return (
    <Dialog title={words.deviceDialog.title} onClose={onClose}>
      {microphone.state === 'trouble' ? <p>{words.devices[microphone.problem].body}</p> : null}
      <DeviceChoices />
      <Meter share={share} label={words.check.meterLabel} />
      <div class="actions">
        <button type="button" class="button primary" onClick={onClose}>
          {words.deviceDialog.done}
        </button>
      </div>
    </Dialog>
  );
}
