/** Warnings about one's own devices, with a way on. Read out at once: a silent microphone can't wait. */
import type { JSX } from 'preact';
import { useApp, useWords } from '../../app/context.ts';
import { Notice } from './troubles.tsx';

export function DeviceNotices(o: { readonly onChoose?: () => void }): JSX.Element | null {
  const words = useWords();
  const { capture } = useApp().room;
  const notice = capture.notice.value;
  const { onChoose } = o;
  if (notice === null) return null;
  const dismiss = (): void => capture.dismissNotice();
  switch (notice) {
    case 'lost':
    case 'silent':
      return (
        <Notice
          urgent
          action={
            onChoose === undefined ? null : (
              <button type="button" class="button small" onClick={onChoose}>
                {words.devices.choose}
              </button>
            )
          }
        >
          {words.devices[notice]}
        </Notice>
      );
    case 'replaced':
    case 'camera-lost':
      return (
        <Notice
          urgent
          action={
            <button type="button" class="button small" onClick={dismiss}>
              {words.common.close}
            </button>
          }
        >
          {notice === 'replaced' ? words.devices.replaced : words.devices.cameraLost}
        </Notice>
      );
  }
}
