/** A little more time: asked quietly near the end, by one and then by the other. Nobody is pressed. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { View } from '../../../../server/protocol/events.ts';
import { useApp, usePeople, useView, useWords } from '../../app/context.ts';
import { timeLeft } from '../../app/happenings.ts';
import { Notice } from '../parts/troubles.tsx';

const OFFERED_IN_LAST_MS = 5 * 60_000;
const NEWS_FOR_MS = 10_000;

/** Whether the two may still make it longer themselves. */
function mayExtend({ phase, guidedBy, program, clock }: View): boolean {
  return (
    phase === 'live' &&
    guidedBy === 'participants' &&
    program.extension.together &&
    clock !== null &&
    clock.extendableMs > 0
  );
}

export function Extension(): JSX.Element | null {
  const { room } = useApp();
  const view = useView();
  const { you, partner } = usePeople();
  const words = useWords();
  const isNear = useComputed(() => {
    const now = room.view.value;
    const left = now === null ? null : timeLeft(now, room.now.value);
    return now !== null && left !== null && left <= Math.min(OFFERED_IN_LAST_MS, now.program.durationMs / 2);
  }).value;
  const asked = view.clock?.extensionAskedBy ?? [];
  const partnerAsks = asked.includes(partner.seat);
  const [declined, setDeclined] = useState(false);
  useEffect(() => {
    if (!partnerAsks) setDeclined(false);
  }, [partnerAsks]);

  if (!mayExtend(view)) return null;
  const byMs = Math.min(view.program.extension.stepMs, view.clock?.extendableMs ?? 0);
  const ask = (wanted: boolean): void => void room.askExtension(wanted);
  if (asked.includes(you.seat)) {
    return (
      <div class="notice hint">
        <p>{words.extension.asked(partner.name, byMs)}</p>
        <button type="button" class="button small" onClick={() => ask(false)}>
          {words.extension.unask}
        </button>
      </div>
    );
  }
  if (partnerAsks && !declined) {
    return (
      <div class="notice hint">
        <p>{words.extension.partnerAsks(partner.name, byMs)}</p>
        <span class="pair">
          <button type="button" class="button small" onClick={() => ask(true)}>
            {words.extension.yes}
          </button>
          <button type="button" class="button small" onClick={() => setDeclined(true)}>
            {words.extension.no}
          </button>
        </span>
      </div>
    );
  }
  if (!isNear) return null;
  return (
    <button type="button" class="button text more-time" onClick={() => ask(true)}>
      {words.extension.ask}
    </button>
  );
}

/** Told for a while after it happened, whoever did it. */
export function Extended(): JSX.Element | null {
  const words = useWords();
  const { clock, phase } = useView();
  const left = phase === 'live' ? (clock?.extendableMs ?? null) : null;
  const before = useRef(left);
  const [news, setNews] = useState<number | null>(null);
  useEffect(() => {
    const last = before.current;
    before.current = left;
    if (last === null || left === null || left >= last) return undefined;
    setNews(last - left);
    const timer = setTimeout(() => setNews(null), NEWS_FOR_MS);
    return () => clearTimeout(timer);
  }, [left]);
  return news === null ? null : <Notice calm>{words.extension.extended(news)}</Notice>;
}
