/** How often one address may try. */
import type { RequestHandler } from 'express';
import { rateLimit } from 'express-rate-limit';
import { HttpRefusal } from './refusal.ts';

export interface Limits {
  /** Links exchanged for sessions. A room full of people behind one address reconnects at once after an outage. */
  readonly sessionsPerMinute: number;
  /** Calls of the API without the right key. */
  readonly wrongKeysPerMinute: number;
}

export const defaultLimits: Limits = { sessionsPerMinute: 600, wrongKeysPerMinute: 60 };

export function limit(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Without `trustProxy` the header is not believed, and everybody may send it.
    validate: { xForwardedForHeader: false, forwardedHeader: false },
    handler: (_request, _response, next) => next(new HttpRefusal('too-many-requests')),
  });
}
