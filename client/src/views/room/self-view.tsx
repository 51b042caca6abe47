/** Oneself, small; can be put away. Muted is said here too, where one looks for oneself. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useApp, useWords } from '../../app/context.ts';
import { CloseIcon, EyeIcon } from '../parts/icons.tsx';
import { Picture } from '../parts/picture.tsx';

export function SelfView(): JSX.Element | null {
  const words = useWords();
  const { capture } = useApp().room;
  const [away, setAway] = useState(false);
  const camera = capture.camera.value;
  const muted = capture.muted.value ? <p class="self-muted">{words.room.muted}</p> : null;
  if (camera.state !== 'on') return muted === null ? null : <div class="self self-bare">{muted}</div>;
  if (away) {
    return (
      <div class="self self-bare">
        {muted}
        <button type="button" class="button small on-stage" onClick={() => setAway(false)}>
          <EyeIcon />
          {words.room.showSelf}
        </button>
      </div>
    );
  }
  return (
    <div class="self">
      <Picture track={camera.track} label={words.room.selfLabel} mirrored />
      {muted}
      <button
        type="button"
        class="self-away"
        aria-label={words.room.hideSelf}
        title={words.room.hideSelf}
        onClick={() => setAway(true)}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
