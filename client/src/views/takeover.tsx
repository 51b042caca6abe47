/** The question that protects a seat: another device opened the same link. */
import type { JSX } from 'preact';
import { useComputed } from '@preact/signals';
import { useApp, useWords } from '../app/context.ts';
import { Dialog } from './parts/dialog.tsx';

export function TakeoverQuestion(): JSX.Element | null {
  const words = useWords();
  const { room } = useApp();
  const asked = room.takeover.value;
  const body = useComputed(() => {
    const answerBy = room.takeover.value?.answerBy ?? 0;
    return words.takeover.body(Math.max(0, answerBy - room.now.value));
  });
  if (asked === null) return null;
  const answer = (allow: boolean): void => void room.answerTakeover(allow);
  return (
    <Dialog title={words.takeover.title} onClose={() => answer(false)}>
      <p>{body}</p>
      <div class="actions">
        <button type="button" class="button primary" onClick={() => answer(false)}>
          {words.takeover.keep}
        </button>
        <button type="button" class="button" onClick={() => answer(true)}>
          {words.takeover.allow}
        </button>
      </div>
    </Dialog>
  );
}
