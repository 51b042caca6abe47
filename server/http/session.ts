/** Exchanges a link for a short session. */
import { Router } from 'express';
import type { Access } from '../access/access.ts';
import { isReplaced } from '../access/links.ts';
import type { Clock } from '../app/ports.ts';
import type { Rooms } from '../app/rooms.ts';
import { openSession, type SessionAnswer } from '../protocol/http.ts';
import { iso } from './conversation-answer.ts';
import { only } from './only.ts';
import { HttpRefusal, parsed } from './refusal.ts';

export function session(o: {
  readonly rooms: Rooms;
  readonly access: Access;
  readonly clock: Pick<Clock, 'now'>;
}): Router {
  const { rooms, access, clock } = o;

  async function exchange(link: string): Promise<SessionAnswer> {
    const now = clock.now();
    const verdict = access.links.verify(link, now);
    if (!verdict.ok) {
      if (verdict.code !== 'link-not-yet' || verdict.opensAt === null) throw new HttpRefusal(verdict.code);
      throw new HttpRefusal('link-not-yet', {
        message: `The link does not open before ${iso(verdict.opensAt)}.`,
        headers: { 'Retry-After': String(Math.ceil((verdict.opensAt - now) / 1_000)) },
      });
    }
    const { claims } = verdict;
    const conversation = await rooms.read(claims.conversationId);
    if (conversation === null) throw new HttpRefusal('link-invalid');
    if (isReplaced(claims, conversation)) throw new HttpRefusal('link-replaced');
    const opened = access.sessions.open(claims, now);
    return {
      session: opened.session,
      seat: claims.seat,
      conversationId: claims.conversationId,
      expiresAt: iso(opened.expiresAt),
    };
  }

  const router = Router();
  router
    .route('/session')
    .post(async (request, response) => {
      response.json(await exchange(parsed(openSession, request.body).link));
    })
    .all(only('POST'));
  return router;
}
