/** What a link is exchanged for: short-lived, so that what a script or a proxy may see is soon worth nothing. */
import { z } from 'zod';
import type { Instant, Millis } from '../domain/conversation.ts';
import type { LinkClaims } from './links.ts';
import { checkToken, signToken } from './token.ts';

const audience = 'session';

/** Long enough to find one's headphones; whoever reconnects later opens the link again. */
export const sessionLastsMs: Millis = 15 * 60_000;

const claimsOfSession = z
  .object({
    conversation: z.string().min(1).max(64),
    seat: z.enum(['a', 'b', 'facilitator']),
    link: z.int().min(0),
  })
  .transform(({ conversation, seat, link }) => ({ conversationId: conversation, seat, linkVersion: link }));

export interface Sessions {
  open(claims: LinkClaims, now: Instant): { readonly session: string; readonly expiresAt: Instant };
  /** Null when it is none of ours, damaged or expired. Compare `linkVersion` by `isReplaced` as for a link. */
  verify(session: string, now: Instant): LinkClaims | null;
}

export function createSessions(o: { readonly key: string }): Sessions {
  return {
    open({ conversationId, seat, linkVersion }, now) {
      const expiresAt = Math.ceil((now + sessionLastsMs) / 1_000) * 1_000;
      const session = signToken({
        claims: { conversation: conversationId, seat, link: linkVersion },
        audience,
        secret: o.key,
        expiresAt,
      });
      return { session, expiresAt };
    },
    verify(session, now) {
      const checked = checkToken({ token: session, claims: claimsOfSession, audience, secret: o.key, now });
      return checked.ok ? checked.value : null;
    },
  };
}
