/** Bodies: small JSON or nothing. */
import express, { Router, type Request } from 'express';
import { HttpRefusal } from './refusal.ts';

/** The largest body that means anything here, a conversation with all its keywords, has some 10 kB. */
const limitBytes = 32 * 1024;

/** Node reads the rest of a refused body away; past this much the connection is closed instead. */
const patienceBytes = 4 * 1024 * 1024;

/** Refuses by the header what is too large to be read at all. Comes before everything that may refuse. */
export function refuseLargeBodies(): Router {
  return Router().use((request, response, next) => {
    const bytes = Number(request.headers['content-length'] ?? 0);
    const unbounded = request.headers['transfer-encoding'] !== undefined;
    if (unbounded || bytes > patienceBytes) response.set('Connection', 'close');
    if (bytes > limitBytes) throw new HttpRefusal('too-large');
    next();
  });
}

/** Parses `request.body`; it stays undefined where there is none. */
export function readBodies(): Router {
  return Router()
    .use((request, _response, next) => {
      if (hasBody(request) && request.is('application/json') === false) {
        throw new HttpRefusal('bad-request', { status: 415, message: 'The body must be application/json.' });
      }
      next();
    })
    .use(express.json({ limit: limitBytes, type: 'application/json', inflate: false, strict: true }));
}

/** RFC 9112 §6.3; a length of 0 is what browsers send with an empty POST. */
function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
