/**
 * Says "ready" again for somebody who waits and whose line dropped: the house takes nobody for ready who went away, and
 * nobody should have to watch the page for that.
 */
import { effect, untracked } from '@preact/signals';
import type { Room } from '../room/room.ts';
import type { Journey } from './journey.ts';

/** Stops when called. */
export function keepReady(o: {
  readonly room: Pick<Room, 'view' | 'connection' | 'setReady'>;
  readonly journey: Pick<Journey, 'entered'>;
}): () => void {
  return effect(() => {
    const view = o.room.view.value;
    const isOpen = o.room.connection.value.state === 'open';
    if (view === null || view.seat === 'facilitator' || view.phase !== 'lobby' || !isOpen) return;
    const you = view.people[view.seat];
    if (o.journey.entered.value && you.here && you.consented && !you.ready)
      untracked(() => void o.room.setReady(true));
  });
}
