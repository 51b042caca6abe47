/** Exchanges the link for a short session, over HTTP. */
import type { ErrorCode } from '../../../server/protocol/errors.ts';
import type { SessionAnswer } from '../../../server/protocol/http.ts';

/** Longer than a busy server needs, shorter than patience. */
const GIVE_UP_AFTER_MS = 10_000;

export type Opened =
  | { readonly got: 'session'; readonly session: string }
  /** `retryAfterMs`: when the house expects to answer otherwise (RFC 9110 §10.2.3). */
  | { readonly got: 'refusal'; readonly code: ErrorCode; readonly retryAfterMs: number | null }
  | { readonly got: 'nothing' };

/** Never throws: no network, no server and an answer that can't be read are all `nothing`. */
export async function openSession(link: string): Promise<Opened> {
  try {
    const response = await fetch('/api/session', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ link }),
      signal: AbortSignal.timeout(GIVE_UP_AFTER_MS),
      cache: 'no-store',
    });
    const answer = (await response.json()) as Partial<SessionAnswer> & {
      readonly error?: { readonly code?: ErrorCode };
    };
    if (response.ok && typeof answer.session === 'string') return { got: 'session', session: answer.session };
    if (answer.error?.code !== undefined)
      return {
        got: 'refusal',
        code: answer.error.code,
        retryAfterMs: retryAfterMs(response.headers.get('retry-after')),
      };
    return { got: 'nothing' };
  } catch {
    return { got: 'nothing' };
  }
}

/** RFC 9110 §10.2.3, the form in seconds; the house sends no dates. */
export function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) * 1000 : null;
}
