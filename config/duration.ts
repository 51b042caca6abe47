/** Lengths of time as people write them. */
import { z } from 'zod';
import type { Millis } from '../server/domain/conversation.ts';

const msPerUnit = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const form = /^(\d{1,9}(?:\.\d{1,3})?) ?(ms|s|min|h|d)$/;

/** `50 min`, `15 s`, `1.5 h`, `14 d`, `2400 ms`: rounded to whole milliseconds; null when the text is none of these. */
export function parseDuration(text: string): Millis | null {
  const [, amount, unit] = form.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return null;
  return Math.round(Number(amount) * msPerUnit[unit as keyof typeof msPerUnit]);
}

/** Accepts a text with a unit, gives milliseconds. */
export const duration = z.string().transform((text, context): Millis => {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  context.addIssue({
    code: 'custom',
    message: `must be a length of time with its unit, like "50 min", "15 s", "14 d" or "2400 ms"`,
  });
  return z.NEVER;
});
