/** Bodies: small JSON or nothing. */
import express, { Router, type Request } from 'express';
import { HttpRefusal } from './refusal.ts';

/** The largest body that means anything here, a conversation with all its keywords, has some 10 kB. */
const limitBytes = 32 * 1024;

/** Node reads the rest of a refused body away; past this much the connection is closed instead. */
const patienceBytes = 4 * 1024 * 1024;

/**
 * Refuses by its header what should not be read at all. Comes before everything that may refuse for other reasons.
 * A body without a length is refused too: body-parser answers one that is too large only after having read all of it,
 * and one that never ends never.
 */
export function refuseLargeBodies(): Router {
  return Router().use((request, response, next) => {
    if (request.headers['transfer-encoding'] !== undefined) {
      response.set('Connection', 'close');
      throw new HttpRefusal('bad-request', { status: 411, message: 'A body needs a Content-Length.' });
    }
    const bytes = lengthOf(request);
    if (bytes > patienceBytes) response.set('Connection', 'close');
    if (bytes > limitBytes) throw new HttpRefusal('too-large');
    next();
  });
}

/** Parses `request.body`; it stays undefined where there is none. */
export function readBodies(): Router {
  return Router()
    .use((request, _response, next) => {
      if (lengthOf(request) > 0 && request.is('application/json') === false) {
        throw new HttpRefusal('bad-request', { status: 415, message: 'The body must be application/json.' });
      }
      next();
    })
    .use(express.json({ limit: limitBytes, type: 'application/json', inflate: false, strict: true }));
}

/** A length of 0 is what browsers send with an empty POST. */
function lengthOf({ headers }: Request): number {
  return Number(headers['content-length'] ?? 0);
}
