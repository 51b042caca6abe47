/** Signing and checking JSON Web Tokens (RFC 7519) the one way that Parley does it: HS256, a pinned audience. */
import jwt from 'jsonwebtoken';
import type { z } from 'zod';
import type { Instant } from '../domain/conversation.ts';

const algorithm = 'HS256';

export type TokenFault = 'invalid' | 'expired' | 'not-yet';
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly expiresAt: Instant }
  | { readonly ok: false; readonly fault: TokenFault; readonly opensAt: Instant | null };

/** RFC 7519 §2: NumericDate counts seconds. Rounded so that a token is never open for less than was asked. */
export function signToken(o: {
  readonly claims: object;
  readonly audience: string;
  readonly secret: string;
  readonly keyId?: string;
  readonly notBefore?: Instant;
  readonly expiresAt: Instant;
}): string {
  const claims = {
    ...o.claims,
    ...(o.notBefore === undefined ? {} : { nbf: Math.floor(o.notBefore / 1_000) }),
    exp: Math.ceil(o.expiresAt / 1_000),
  };
  return jwt.sign(claims, o.secret, {
    algorithm,
    audience: o.audience,
    noTimestamp: true,
    ...(o.keyId === undefined ? {} : { keyid: o.keyId }),
  });
}

/** The signature is checked before anything in the token is believed; `claims` parses what it carries. */
export function checkToken<T>(o: {
  readonly token: string;
  readonly claims: z.ZodType<T>;
  readonly audience: string;
  readonly secret: string;
  readonly now: Instant;
}): Checked<T> {
  try {
    const payload = jwt.verify(o.token, o.secret, {
      algorithms: [algorithm],
      audience: o.audience,
      clockTimestamp: Math.floor(o.now / 1_000),
    });
    const parsed = o.claims.safeParse(payload);
    if (!parsed.success || typeof payload === 'string' || typeof payload.exp !== 'number') return invalid;
    return { ok: true, value: parsed.data, expiresAt: payload.exp * 1_000 };
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError) return { ok: false, fault: 'expired', opensAt: null };
    if (error instanceof jwt.NotBeforeError) {
      return { ok: false, fault: 'not-yet', opensAt: error.date.getTime() };
    }
    return invalid;
  }
}

const invalid = { ok: false, fault: 'invalid', opensAt: null } as const;

/** The key id that a token claims, unchecked; null when it names none. */
export function claimedKeyId(token: string): string | null {
  try {
    return jwt.decode(token, { complete: true })?.header.kid ?? null;
  } catch {
    // The header of a forged token may be anything, also no JSON.
    return null;
  }
}
