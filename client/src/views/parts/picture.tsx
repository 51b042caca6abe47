/** Moving pictures are always silent here: sound has a place of its own, in the loudspeakers. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export function Picture(o: {
  readonly track: MediaStreamTrack;
  readonly label: string;
  readonly mirrored?: boolean;
}): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (element === null) return undefined;
    element.srcObject = new MediaStream([o.track]);
    // Muted inline video may always play; where it is held back (saving power), the first frame is there.
    element.play().catch(() => {});
    return () => {
      element.srcObject = null;
    };
  }, [o.track]);
  return (
    <video
      ref={video}
      class={o.mirrored === true ? 'picture mirrored' : 'picture'}
      aria-label={o.label}
      autoplay
      playsInline
      muted
    />
  );
}
