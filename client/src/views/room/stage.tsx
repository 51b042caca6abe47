/** One person, large: as a picture, or, where they take part by sound, as a quiet place that lights up when they speak. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useApp, useWords } from '../../app/context.ts';
import type { ParticipantSeat } from '../../room/room.ts';
import { Picture } from '../parts/picture.tsx';

const LISTEN_EVERY_MS = 120;

export function Stage(o: {
  readonly seat: ParticipantSeat;
  readonly name: string;
  readonly here: boolean;
  /** What is said where the picture would be, while there is neither picture nor sound; null: nothing. */
  readonly waiting?: string | null;
}): JSX.Element {
  const words = useWords();
  const { room } = useApp();
  const { picture, hasSound } = room.remotes[o.seat].value;
  const whileSilent = o.waiting === undefined ? words.room.connecting(o.name) : o.waiting;
  const told = hasSound ? words.room.soundOnly(o.name) : whileSilent;
  const stage = useLoudness(o.seat);
  return (
    <figure ref={stage} class={o.here ? 'person' : 'person person-away'}>
      {picture === null ? (
        <div class="person-place">
          <span class="person-initial" aria-hidden="true">
            {initial(o.name)}
          </span>
          {o.here && told !== null ? <p>{told}</p> : null}
        </div>
      ) : (
        <Picture track={picture} label={words.room.partnerLabel(o.name)} />
      )}
      <figcaption class="person-name">{o.name}</figcaption>
    </figure>
  );
}

/** Writes how loud the person is into the element's `--loudness`, past Preact. */
export function useLoudness(seat: ParticipantSeat): { current: HTMLElement | null } {
  const { room } = useApp();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    let smooth = 0;
    const timer = setInterval(() => {
      smooth = Math.max(room.loudness(seat), smooth * 0.75);
      element.current?.style.setProperty('--loudness', smooth.toFixed(3));
      element.current?.toggleAttribute('data-speaking', smooth > 0.12);
    }, LISTEN_EVERY_MS);
    return () => clearInterval(timer);
  }, [room, seat]);
  return element;
}

/** The first letter as its reader counts letters, accents included. */
function initial(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name);
  return first?.segment ?? '';
}
