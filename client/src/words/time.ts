/** Time as people say it. Pure: no clock is read here. */

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** From here on seconds are told too. */
export const TELL_SECONDS_BELOW_MS = 2 * MINUTE_MS;

export type Unit = 'day' | 'hour' | 'minute' | 'second';

/** "38 minutes", "1 minute": in the language's own words. */
export function amount(language: string, count: number, unit: Unit): string {
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: 0,
  }).format(count);
}

/**
 * A span in words: whole minutes, rounded up so that "1 minute" is never shown when less is left than said;
 * minutes and seconds in the last two minutes. Never negative.
 */
export function span(language: string, ms: number): string {
  const wholeSeconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  if (wholeSeconds * SECOND_MS > TELL_SECONDS_BELOW_MS) {
    return amount(language, Math.ceil((wholeSeconds * SECOND_MS) / MINUTE_MS), 'minute');
  }
  const minutes = Math.floor(wholeSeconds / 60);
  const seconds = wholeSeconds % 60;
  if (minutes === 0) return amount(language, seconds, 'second');
  if (seconds === 0) return amount(language, minutes, 'minute');
  return `${amount(language, minutes, 'minute')} ${amount(language, seconds, 'second')}`;
}

/** A planned length: rounded to whole minutes, or seconds where it is under two minutes. */
export function length(language: string, ms: number): string {
  return ms < TELL_SECONDS_BELOW_MS
    ? span(language, ms)
    : amount(language, Math.round(ms / MINUTE_MS), 'minute');
}

const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A long wait, as roughly as people say it: days, hours or minutes; never less than is left. */
export function wait(language: string, ms: number): string {
  if (ms >= 2 * DAY_MS) return amount(language, Math.ceil(ms / DAY_MS), 'day');
  if (ms >= 2 * HOUR_MS) return amount(language, Math.ceil(ms / HOUR_MS), 'hour');
  return span(language, ms);
}

/** What grammar needs to agree with a span: how many of its first unit. */
export function leadingCount(ms: number): number {
  const wholeSeconds = Math.max(0, Math.ceil(ms / SECOND_MS));
  if (wholeSeconds * SECOND_MS > TELL_SECONDS_BELOW_MS) return Math.ceil(wholeSeconds / 60);
  return wholeSeconds >= 60 ? Math.floor(wholeSeconds / 60) : wholeSeconds;
}

/** The reader's own flavour of the language, which decides between 14:30 and 2:30 PM. */
function regional(language: string): string {
  const own = globalThis.navigator?.languages ?? [];
  return own.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? language;
}

/** "Friday, 20 November at 14:30", in the reader's own time zone. */
export function moment(language: string, at: number): string {
  return new Intl.DateTimeFormat(regional(language), {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    hour: 'numeric',
    minute: '2-digit',
  }).format(at);
}
