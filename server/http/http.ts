/**
 * The HTTP edge: parses, authenticates, calls the rooms, answers. It does not know what is allowed in which phase,
 * nor where conversations are kept.
 */
import type { Server } from 'node:http';
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Programs } from '../../config/load-programs.ts';
import type { Access } from '../access/access.ts';
import type { Clock } from '../app/ports.ts';
import type { Rooms } from '../app/rooms.ts';
import { api } from './api.ts';
import { readBodies, refuseLargeBodies } from './bodies.ts';
import { client } from './client.ts';
import { defaultLimits, limit, type Limits } from './limits.ts';
import { only } from './only.ts';
import { recordings } from './recordings.ts';
import { answerRefusals, HttpRefusal } from './refusal.ts';
import { securityHeaders } from './security.ts';
import { session } from './session.ts';

export function createHttp(o: {
  readonly rooms: Rooms;
  readonly programs: Programs;
  readonly access: Access;
  readonly publicUrl: string;
  /** Reverse proxies before us. */
  readonly trustProxy: number;
  /** Holds a folder for each conversation, named by its id, with the files of its mix in `recording/`. */
  readonly recordingsFolder: string;
  /** What the client's build wrote; may be missing. */
  readonly clientFolder: string;
  readonly log: Logger;
  readonly clock: Pick<Clock, 'now'>;
  /** Why this node should get no new visitors now; none when it is well. */
  readonly notReadyBecause?: () => readonly string[] | Promise<readonly string[]>;
  readonly limits?: Limits;
}): Express {
  const { access, log, limits = defaultLimits, notReadyBecause = () => [] } = o;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', o.trustProxy);
  // `?a[b]=c` makes no objects.
  app.set('query parser', 'simple');

  app.use(securityHeaders(o.publicUrl));
  app.use(refuseLargeBodies());
  app.use('/api', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use('/api/session', limit(limits.sessionsPerMinute));
  app.use('/api', wantKey(access, limit(limits.wrongKeysPerMinute)));
  app.use(readBodies());

  app
    .route('/health/live')
    .get((_request, response) => void response.set('Cache-Control', 'no-store').json({ live: true }))
    .all(only('GET'));
  app
    .route('/health/ready')
    .get(async (_request, response) => {
      const reasons = await notReadyBecause();
      response
        .status(reasons.length === 0 ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ ready: reasons.length === 0, reasons });
    })
    .all(only('GET'));
  app.use('/api', session(o));
  app.use('/api', api(o));
  app.use(recordings(o));
  app.use(client(o.clientFolder));
  app.use(() => {
    throw new HttpRefusal('not-found');
  });
  app.use(answerRefusals(log));
  return app;
}

/**
 * The right key always passes: the limit is for those who try, and behind a proxy that is not configured all share one
 * address. Nobody guesses 32 characters by trying.
 */
function wantKey(access: Access, limitWrong: RequestHandler): RequestHandler {
  return (request, response, next) => {
    if (request.path.toLowerCase().replace(/\/$/, '') === '/session') return next();
    if (access.apiKeys.accepts(request.headers.authorization)) return next();
    return void limitWrong(request, response, (error?: unknown) => {
      next(
        error ??
          new HttpRefusal('unauthorized', {
            headers: { 'WWW-Authenticate': 'Bearer realm="parley"' },
          }),
      );
    });
  };
}

/** Bytes that are no HTTP at all are answered in the one form too, and logged. */
export function answerGarbage(server: Server, log: Logger): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const status = tooLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
    const { code, message } = new HttpRefusal(tooLarge ? 'too-large' : 'bad-request');
    // The error itself may carry the raw bytes.
    log.warn(
      { reason: error.code, status: Number(status.slice(0, 3)), code },
      'bytes that are no request were refused',
    );
    const body = JSON.stringify({ error: { code, message } });
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
}
