/** What the desk tells, worked out from the view. Pure: no clock is read here. */
import type { View } from '../../../../server/protocol/events.ts';

type Person = View['people']['a'];

export type Lack = 'here' | 'consent' | 'ready';

/** What each still lacks before it can begin: the first thing, for one lacks the rest with it. */
export function missing(people: View['people']): { readonly person: Person; readonly lacks: Lack }[] {
  return [people.a, people.b].flatMap((person) => {
    const lacks = lackOf(person);
    return lacks === null ? [] : [{ person, lacks }];
  });
}

function lackOf(person: Person): Lack | null {
  if (!person.here) return 'here';
  if (!person.consented) return 'consent';
  return person.ready ? null : 'ready';
}

/** Minutes and seconds since the start, "4:12" or "1:04:12"; null: before it, or it has not begun. */
export function sinceStart(at: number, startedAt: number | null): string | null {
  if (startedAt === null || at < startedAt) return null;
  const seconds = Math.floor((at - startedAt) / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const rest = two(seconds % 60);
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${two(minutes)}:${rest}`;
}

/** When each card was shown, in order, by the card's index. */
export function showings(view: View): ReadonlyMap<number, readonly string[]> {
  const shown = new Map<number, string[]>();
  for (const { index, at } of view.facilitatorDesk?.shown ?? []) {
    const time = sinceStart(at, view.clock?.startedAt ?? null);
    if (time !== null) shown.set(index, [...(shown.get(index) ?? []), time]);
  }
  return shown;
}

/** Why the clock stands, and what comes of it. */
export type Standing =
  | { readonly because: 'facilitator'; readonly goesOn: boolean; readonly until: number }
  | { readonly because: 'absence' | 'server-away'; readonly away: readonly string[]; readonly until: number };

export function standing({ phase, clock, people }: View): Standing | null {
  if (phase !== 'live' || clock === null || clock.pausedSince === null) return null;
  const until = clock.pauseEndsAt ?? clock.pausedSince;
  const away = [people.a, people.b].filter(({ here }) => !here).map(({ name }) => name);
  if (clock.pauseReason === 'facilitator')
    return { because: 'facilitator', goesOn: away.length === 0, until };
  return { because: clock.pauseReason ?? 'absence', away, until };
}

/** What the next step would add. */
export function nextStepMs({ clock, program }: View): number {
  return Math.min(program.extension.stepMs, clock?.extendableMs ?? 0);
}

type SoundCheck = NonNullable<NonNullable<View['facilitatorDesk']>['soundChecks']['a']>;
export type WayThrough = 'direct' | 'slower' | 'relay' | 'none';

/** The best way on which packets get through; null: it was not found out. */
export function wayThrough({ udp, tcp, turn }: SoundCheck): WayThrough | null {
  if (udp === 'yes') return 'direct';
  if (tcp === 'yes') return 'slower';
  if (turn === 'yes') return 'relay';
  return udp === 'no' && tcp === 'no' ? 'none' : null;
}

export interface Speech {
  readonly speaks: boolean;
  /** Milliseconds, by whatever clock asked. */
  readonly loudAt: number;
}

export const QUIET: Speech = { speaks: false, loudAt: -Infinity };

/** About -39 dBFS: speech is above, the noise of a room below. */
const LOUD_FROM = 0.35;
/** Between two words nobody stops speaking. */
const BREATH_MS = 700;

/** Who is loud speaks, and goes on speaking through a breath. */
export function speech(before: Speech, level: number, at: number): Speech {
  const loudAt = level >= LOUD_FROM ? at : before.loudAt;
  return { speaks: at - loudAt < BREATH_MS, loudAt };
}
