/**
 * Hearing the recording before saying anything about it. Its address is good for some minutes only: another is fetched
 * when one has run out, and playing goes on where it was.
 */
import type { JSX } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { useApp, useView, useWords } from '../../app/context.ts';
import { Notice } from '../parts/troubles.tsx';
import { useAction } from '../parts/use-action.ts';

/** Where a fresh address does not help either, another one won't. */
const RENEW_AT_MOST_EVERY_MS = 5000;

export function Listening(): JSX.Element | null {
  const words = useWords();
  const { decision, recordingState, phase } = useView();
  if (decision === null || phase !== 'wrap-up') return null;
  if (decision.mayListen) return <Player />;
  switch (recordingState) {
    case 'off':
    case 'capturing':
    case 'mixing':
      return <p class="listening-later">{words.listening.preparing}</p>;
    case 'failed':
    case 'ready':
      return <p class="listening-later">{words.listening.notReady}</p>;
    case 'deleting':
    case 'deleted':
      return null;
  }
}

function Player(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { decision, recordingVersion } = useView();
  const audio = useRef<HTMLAudioElement>(null);
  const [address, setAddress] = useState<string | null>(null);
  const [unplayable, setUnplayable] = useState(false);
  const goOnAt = useRef<{ readonly seconds: number; readonly playing: boolean } | null>(null);
  const renewedAt = useRef(-Infinity);

  const renew = useCallback(async () => {
    const fresh = await room.recordingAddress();
    setAddress(fresh?.listenUrl ?? null);
    setUnplayable(fresh === null);
  }, [room]);
  useEffect(() => void renew(), [renew, recordingVersion]);

  const failed = (): void => {
    const element = audio.current;
    const now = performance.now();
    if (element === null || now - renewedAt.current < RENEW_AT_MOST_EVERY_MS) {
      setUnplayable(true);
      return;
    }
    renewedAt.current = now;
    goOnAt.current = { seconds: element.currentTime, playing: !element.paused };
    void renew();
  };
  const goOn = (): void => {
    const element = audio.current;
    const from = goOnAt.current;
    goOnAt.current = null;
    if (element === null || from === null) return;
    element.currentTime = from.seconds;
    if (from.playing) void element.play().catch(() => {});
  };

  return (
    <section class="listening" aria-label={words.listening.label}>
      <h2>{words.listening.title}</h2>
      {unplayable ? (
        <Notice
          urgent
          action={
            <button type="button" class="button small" onClick={() => void renew()}>
              {words.common.tryAgain}
            </button>
          }
        >
          {words.listening.unplayable}
        </Notice>
      ) : null}
      {address === null ? null : (
        <audio
          ref={audio}
          controls
          preload="metadata"
          src={address}
          aria-label={words.listening.label}
          onError={failed}
          onLoadedMetadata={goOn}
        />
      )}
      {decision?.mayDownload === true ? <Download /> : null}
      {decision?.yours !== null && decision?.yoursVersion === null ? (
        <p class="soft">{words.listening.answeredBefore}</p>
      ) : null}
    </section>
  );
}

function Download(): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const download = useAction(async () => {
    const url = (await room.recordingAddress())?.downloadUrl ?? null;
    if (url === null) return false;
    const link = document.createElement('a');
    link.href = url;
    link.download = '';
    link.click();
    return true;
  });
  return (
    <div class="download">
      <button type="button" class="button small" disabled={download.busy} onClick={download.run}>
        {words.listening.download}
      </button>
      <span class="soft">{words.listening.care}</span>
      {download.failed ? <Notice urgent>{words.trouble.notDone}</Notice> : null}
    </div>
  );
}
