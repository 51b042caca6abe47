/**
 * What is told aloud when it happens: a partner coming and going, a new card, the last minutes, reconnecting.
 * It compares what was with what is; it does not know how it is told.
 */
import { effect, untracked } from '@preact/signals';
import type { View } from '../../../server/protocol/events.ts';
import type { Connection } from '../room/connection.ts';
import type { Room } from '../room/room.ts';
import type { Words } from '../words/words.ts';
import { deskTellings } from './desk-happenings.ts';

/** The last of the program's warnings that was passed between two looks at the time left; null: none. */
export function passedMark(beforeMs: number, afterMs: number, warningsMs: readonly number[]): number | null {
  return warningsMs.findLast((mark) => beforeMs > mark && afterMs <= mark) ?? null;
}

/** What to say about the change from one view to the next. */
export function tellings(before: View, after: View, words: Words): string[] {
  const told: string[] = [];
  for (const seat of ['a', 'b'] as const) {
    if (seat === after.seat || before.phase !== after.phase) continue;
    const was = before.people[seat];
    const is = after.people[seat];
    if (was.here && !is.here) told.push(words.trouble.partnerAway(is.name));
    if (!was.here && is.here)
      told.push(
        after.phase === 'lobby'
          ? words.waiting.title.partnerPreparing(is.name)
          : words.trouble.partnerBack(is.name),
      );
  }
  if (after.phase === 'live' && after.prompt !== null && after.prompt.id !== before.prompt?.id)
    told.push(words.card.new(after.prompt.text));
  if (after.seat !== 'facilitator') told.push(...participantTellings(before, after, words));
  if (before.recording !== after.recording)
    told.push(after.recording ? words.room.recording : words.room.notRecording);
  if (
    after.seat !== 'facilitator' &&
    after.facilitator.expected &&
    before.facilitator.here !== after.facilitator.here
  )
    told.push(after.facilitator.here ? words.room.guideHere : words.room.guideAway);
  if (after.seat === 'facilitator') told.push(...deskTellings(before, after, words));
  return told;
}

function participantTellings(before: View, after: View, words: Words): string[] {
  const told: string[] = [];
  if (after.nudge !== null && after.nudge.nudgeId !== before.nudge?.nudgeId)
    told.push(words.nudge.new(after.nudge.text));
  if (before.phase !== 'live' || after.phase !== 'live' || before.clock === null || after.clock === null)
    return told;
  const was = before.clock;
  const is = after.clock;
  if (is.pauseReason === 'facilitator' && was.pauseReason !== 'facilitator')
    told.push(words.trouble.pausedByGuide);
  if (was.pausedSince !== null && is.pausedSince === null) told.push(words.trouble.resumed);
  if (is.extendableMs < was.extendableMs)
    told.push(words.extension.extended(was.extendableMs - is.extendableMs));
  const partner = after.seat === 'a' ? after.people.b : after.people.a;
  if (is.extensionAskedBy.includes(partner.seat) && !was.extensionAskedBy.includes(partner.seat))
    told.push(
      words.extension.partnerAsks(partner.name, Math.min(after.program.extension.stepMs, is.extendableMs)),
    );
  return told;
}

/** Time left of a running conversation; null: it does not run. A paused clock stands. */
export function timeLeft(view: View, now: number): number | null {
  if (view.phase !== 'live' || view.clock === null) return null;
  return Math.max(0, view.clock.endsAt - (view.clock.pausedSince ?? now));
}

export function isPaused(view: View): boolean {
  return view.clock !== null && view.clock.pausedSince !== null;
}

/** Signs have no full stop; read out one after another they need one. */
const asSentence = (words: string): string => (/[.!?…”»]$/.test(words) ? words : `${words}.`);

/** Stops when called. */
export function followHappenings(o: {
  readonly room: Pick<Room, 'view' | 'now' | 'connection'>;
  readonly words: () => Words;
  readonly say: (text: string) => void;
  readonly began: () => void;
}): () => void {
  let before: View | null = null;
  let leftBefore: number | null = null;
  let connectionBefore: Connection['state'] = 'opening';
  const stops = [
    effect(() => {
      const view = o.room.view.value;
      const last = before;
      before = view;
      if (view === null || last === null) return;
      untracked(() => {
        if (last.phase === 'lobby' && view.phase === 'live') o.began();
        const told = tellings(last, view, o.words());
        if (told.length > 0) o.say(told.map(asSentence).join(' '));
      });
    }),
    effect(() => {
      const view = o.room.view.value;
      const left = view === null ? null : timeLeft(view, o.room.now.value);
      const last = leftBefore;
      leftBefore = left;
      if (view === null || left === null || last === null) return;
      if (passedMark(last, left, view.program.warningsMs) !== null)
        untracked(() => o.say(o.words().time.lastMinutes(left)));
    }),
    effect(() => {
      const { state } = o.room.connection.value;
      const last = connectionBefore;
      connectionBefore = state;
      if (last === 'open' && state === 'away') untracked(() => o.say(o.words().trouble.reconnecting));
      if (last === 'away' && state === 'open') untracked(() => o.say(o.words().trouble.back));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
