/** How a request is refused: thrown anywhere in a handler, answered and logged in one place. */
import type { ErrorRequestHandler, Request } from 'express';
import type { Logger } from 'pino';
import type { z } from 'zod';
import { problemsOf } from '../../config/problems.ts';
import { ERROR_CODES, type ErrorCode } from '../protocol/errors.ts';

const statusOf: Readonly<Record<ErrorCode, number>> = {
  'wrong-phase': 409,
  'not-your-role': 409,
  'consent-missing': 409,
  'consent-text-differs': 409,
  'not-present': 409,
  'not-ready': 409,
  'no-such-prompt': 409,
  'not-allowed-here': 409,
  'no-extension-left': 409,
  'recording-differs': 409,
  'decision-closed': 409,
  'already-over': 409,
  'link-invalid': 401,
  'link-expired': 410,
  'link-not-yet': 403,
  'link-replaced': 410,
  'session-invalid': 401,
  'seat-taken': 409,
  'bad-request': 400,
  'unknown-event': 400,
  'too-large': 413,
  'too-many-requests': 429,
  unauthorized: 401,
  'not-found': 404,
  'address-expired': 410,
  'media-unavailable': 503,
  'media-unknown': 404,
  'media-refused': 400,
  internal: 500,
};

/** Long enough for every key of a body, and too short to be of use for echoing. */
const maxMessageLength = 300;

export class HttpRefusal extends Error {
  override readonly name = 'HttpRefusal';
  readonly code: ErrorCode;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    o: {
      /** Instead of the code's own. Never holds what the caller sent. */
      readonly message?: string;
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super((o.message ?? ERROR_CODES[code]).slice(0, maxMessageLength));
    this.code = code;
    this.status = o.status ?? statusOf[code];
    this.headers = o.headers ?? {};
  }
}

/** Parses what came from outside. @throws HttpRefusal bad-request which names each wrong key with why. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown): T {
  const outcome = schema.safeParse(value);
  if (outcome.success) return outcome.data;
  const problems = problemsOf(outcome.error).map(({ key, why }) => `${key}: ${why}`);
  throw new HttpRefusal('bad-request', { message: problems.join('; ') });
}

/** The last handler: every refusal and every fault ends here, in the one form. */
export function answerRefusals(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const refusal = refusalOf(error);
    const about = {
      method: request.method,
      route: routeOf(request),
      status: refusal.status,
      from: request.ip,
    };
    if (refusal.code === 'internal') log.error({ ...about, err: error }, 'a request failed');
    else log.warn({ ...about, code: refusal.code }, 'a request was refused');

    if (response.headersSent) {
      // A download broke off in the middle; express closes the connection, which is all that can be said now.
      next(error);
      return;
    }
    // What was said about a file that now does not come.
    response.removeHeader('Content-Disposition');
    response
      .status(refusal.status)
      .type('json')
      .set({ 'Cache-Control': 'no-store', ...refusal.headers })
      .json({ error: { code: refusal.code, message: refusal.message } });
  };
}

function refusalOf(error: unknown): HttpRefusal {
  if (error instanceof HttpRefusal) return error;
  // express, body-parser and send say in `status` whose fault it was. Their messages can repeat what was sent.
  const status = statusIn(error);
  if (status === 413) return new HttpRefusal('too-large');
  if (status === 404) return new HttpRefusal('not-found');
  if (status === 416) return new HttpRefusal('bad-request', { status, headers: contentRangeIn(error) });
  if (status !== null && status >= 400 && status < 500) return new HttpRefusal('bad-request', { status });
  return new HttpRefusal('internal');
}

function statusIn(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  return typeof error.status === 'number' ? error.status : null;
}

/** RFC 9110 §14.4: a 416 says how long the file is. */
function contentRangeIn(error: unknown): Readonly<Record<string, string>> {
  if (typeof error !== 'object' || error === null || !('headers' in error)) return {};
  const { headers } = error;
  if (typeof headers !== 'object' || headers === null || !('Content-Range' in headers)) return {};
  return { 'Content-Range': String(headers['Content-Range']) };
}

/** The pattern that was met, else the path; no query, no fragment, and not more of it than helps. */
function routeOf(request: Request): string {
  const { route } = request as { route?: { path?: unknown } };
  return typeof route?.path === 'string' ? route.path : request.path.slice(0, 100);
}
