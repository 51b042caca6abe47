/** What a facilitator is told aloud besides: reports of trouble, and the clock standing, going on, getting longer. */
import type { View } from '../../../server/protocol/events.ts';
import type { Words } from '../words/words.ts';

/** What to say about the change from one view to the next. */
export function deskTellings(before: View, after: View, words: Words): string[] {
  const { desk } = words;
  const told: string[] = [];
  const known = new Set(before.facilitatorDesk?.troubles.map(({ troubleId }) => troubleId));
  for (const { troubleId, seat, kind, note } of after.facilitatorDesk?.troubles ?? []) {
    if (known.has(troubleId) || seat === 'facilitator') continue;
    told.push(desk.reports.told(after.people[seat].name, words.help.kinds[kind]));
    if (note !== null) told.push(note);
  }
  if (before.phase === 'lobby' && after.phase === 'lobby') {
    for (const seat of ['a', 'b'] as const)
      if (!before.people[seat].ready && after.people[seat].ready)
        told.push(desk.told.ready(after.people[seat].name));
  }
  if (before.phase === 'live' && after.phase === 'live') {
    const stood = before.clock?.pausedSince !== null;
    const stands = after.clock?.pausedSince !== null;
    if (stands && !stood) told.push(desk.told.paused);
    if (stood && !stands) told.push(desk.told.resumed);
    if ((after.clock?.extendableMs ?? 0) < (before.clock?.extendableMs ?? 0)) told.push(desk.told.extended);
  }
  if (before.phase === 'live' && after.phase === 'wrap-up') told.push(desk.farewell);
  return told;
}
