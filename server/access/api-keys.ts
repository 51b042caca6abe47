/** Who may call the HTTP API. */
import { createHash, timingSafeEqual } from 'node:crypto';

export interface ApiKeys {
  /** `authorization` is the whole header. */
  accepts(authorization: string | undefined): boolean;
}

export function createApiKeys(o: { readonly key: string }): ApiKeys {
  const wanted = digest(o.key);
  return {
    accepts(authorization) {
      // RFC 6750 §2.1; the scheme's name is case-insensitive (RFC 9110 §11.1).
      const [, given] = /^bearer +(\S{1,1024}) *$/i.exec(authorization ?? '') ?? [];
      return given !== undefined && timingSafeEqual(digest(given), wanted);
    },
  };
}

/** Equally long whatever was given, so that comparing tells nothing about the key, not even its length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
