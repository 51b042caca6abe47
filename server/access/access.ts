/** All that says who may come in, made from the secrets of the house. */
import { createApiKeys, type ApiKeys } from './api-keys.ts';
import { createLinks, type Links } from './links.ts';
import type { Secrets } from './secrets.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { createSignedAddresses, type SignedAddresses } from './signed-address.ts';

export interface Access {
  readonly links: Links;
  readonly sessions: Sessions;
  readonly addresses: SignedAddresses;
  readonly apiKeys: ApiKeys;
}

/** @param publicUrl What links and signed addresses begin with, without a slash at its end. */
export function createAccess(o: { readonly secrets: Secrets; readonly publicUrl: string }): Access {
  const { secrets, publicUrl } = o;
  return {
    links: createLinks({ keys: secrets.linkKeys, publicUrl }),
    sessions: createSessions({ key: secrets.sessionKey }),
    addresses: createSignedAddresses({ key: secrets.addressKey, publicUrl }),
    apiKeys: createApiKeys({ key: secrets.apiKey }),
  };
}
