/** Addresses that open one file of one recording for a few minutes, for players that can't send a header. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant, Millis } from '../domain/conversation.ts';

/** `download`: kept as a file. `listen`: played in the page, which asks for parts of it again and again. */
export type AddressUse = 'download' | 'listen';

/** A request may start within it; one that has started goes on. Who listens pauses, and turns back. */
export const addressLastsMs: Readonly<Record<AddressUse, Millis>> = {
  download: 10 * 60_000,
  listen: 2 * 60 * 60_000,
};

export interface SignedAddresses {
  sign(
    conversationId: string,
    fileName: string,
    now: Instant,
    use: AddressUse,
  ): { readonly url: string; readonly expiresAt: Instant };
  verify(o: {
    readonly conversationId: string;
    readonly fileName: string;
    /** As they stand in the query. */
    readonly expires: string;
    readonly signature: string;
    /** As the query says it; signed with the rest. */
    readonly use: AddressUse;
    readonly now: Instant;
  }): 'valid' | 'invalid' | 'expired';
}

export function createSignedAddresses(o: {
  readonly key: string;
  readonly publicUrl: string;
}): SignedAddresses {
  /** `expires` in whole seconds since the epoch, as text: what is signed is exactly what is compared. */
  function signatureOf(path: string, expires: string, use: AddressUse): Buffer {
    return createHmac('sha256', o.key).update(`${path}\n${expires}\n${use}`).digest();
  }

  return {
    sign(conversationId, fileName, now, use) {
      const seconds = Math.floor((now + addressLastsMs[use]) / 1_000);
      const path = pathOf(conversationId, fileName);
      const signature = signatureOf(path, String(seconds), use).toString('base64url');
      return {
        url: `${o.publicUrl}${path}?use=${use}&expires=${seconds}&signature=${signature}`,
        expiresAt: seconds * 1_000,
      };
    },
    verify({ conversationId, fileName, expires, signature, use, now }) {
      const wanted = signatureOf(pathOf(conversationId, fileName), expires, use);
      const given = Buffer.from(signature, 'base64url');
      // Decoding drops what is not base64url, so that many texts give the same bytes: only ours passes.
      if (given.toString('base64url') !== signature) return 'invalid';
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return 'invalid';
      return Number(expires) * 1_000 > now ? 'valid' : 'expired';
    },
  };
}

function pathOf(conversationId: string, fileName: string): string {
  return `/recordings/${encodeURIComponent(conversationId)}/${encodeURIComponent(fileName)}`;
}
