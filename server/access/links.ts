/** A link is a seat: a signed address that opens one seat of one conversation. */
import { z } from 'zod';
import type { Conversation, Instant, Seat } from '../domain/conversation.ts';
import type { LinkKey } from './secrets.ts';
import { checkToken, claimedKeyId, signToken } from './token.ts';

const audience = 'link';

const claimsOfLink = z
  .object({
    conversation: z.string().min(1).max(64),
    seat: z.enum(['a', 'b', 'facilitator']),
    version: z.int().min(0),
  })
  .transform(({ conversation, seat, version }) => ({
    conversationId: conversation,
    seat,
    linkVersion: version,
  }));

export interface LinkClaims {
  readonly conversationId: string;
  readonly seat: Seat;
  readonly linkVersion: number;
}

export interface IssuedLink {
  readonly seat: Seat;
  /** `<publicUrl>/join#<token>`: what follows # is not sent to any server, nor written into its logs. */
  readonly url: string;
  readonly token: string;
  readonly opensAt: Instant;
  readonly expiresAt: Instant;
}

export type LinkVerdict =
  | { readonly ok: true; readonly claims: LinkClaims }
  | { readonly ok: false; readonly code: 'link-invalid' | 'link-expired' }
  | { readonly ok: false; readonly code: 'link-not-yet'; readonly opensAt: Instant | null };

export interface Links {
  /** The present link of a seat; a later link version makes it void. */
  issue(conversation: Conversation, seat: Seat): IssuedLink;
  /** Does not know whether the link was replaced: ask `isReplaced` with the conversation's state. */
  verify(token: string, now: Instant): LinkVerdict;
}

/**
 * @param keys The first signs; a link is checked against the key that it names and no other, so that a key taken
 *   out of the list voids its links at once.
 */
export function createLinks(o: { readonly keys: readonly LinkKey[]; readonly publicUrl: string }): Links {
  const [signing] = o.keys;
  if (signing === undefined) throw new RangeError('links need a key');
  const secrets = new Map(o.keys.map(({ id, secret }) => [id, secret]));

  return {
    issue(conversation, seat) {
      const { opensAt, expiresAt } = lifeOf(conversation);
      const token = signToken({
        claims: { conversation: conversation.id, seat, version: conversation.linkVersions[seat] },
        audience,
        secret: signing.secret,
        keyId: signing.id,
        notBefore: opensAt,
        expiresAt,
      });
      return { seat, url: `${o.publicUrl}/join#${token}`, token, opensAt, expiresAt };
    },
    verify(token, now) {
      const keyId = claimedKeyId(token);
      const secret = keyId === null ? undefined : secrets.get(keyId);
      if (secret === undefined) return { ok: false, code: 'link-invalid' };
      const checked = checkToken({ token, claims: claimsOfLink, audience, secret, now });
      if (checked.ok) return { ok: true, claims: checked.value };
      switch (checked.fault) {
        case 'invalid':
          return { ok: false, code: 'link-invalid' };
        case 'expired':
          return { ok: false, code: 'link-expired' };
        case 'not-yet':
          return { ok: false, code: 'link-not-yet', opensAt: checked.opensAt };
      }
    },
  };
}

/** True when the seat's link was issued anew since. */
export function isReplaced(claims: LinkClaims, conversation: Conversation): boolean {
  return conversation.linkVersions[claims.seat] !== claims.linkVersion;
}

/** It opens some time before the planned meeting, and outlives the last moment at which one may still decide. */
function lifeOf({ program, plannedAt, createdAt, expiresAt }: Conversation): {
  readonly opensAt: Instant;
  readonly expiresAt: Instant;
} {
  return {
    opensAt: plannedAt === null ? createdAt : plannedAt - program.opensBeforeMs,
    expiresAt:
      expiresAt +
      program.durationMs +
      program.extension.atMostMs +
      program.pauseAllowanceMs +
      program.farewellMs +
      program.decideWithinMs,
  };
}
