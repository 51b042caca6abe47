/** What the address brought: the seat's link travels in the fragment, which browsers never send to a server. */

/** A JWT's three parts (RFC 7519 §3); its content is for the server to judge. */
const LOOKS_LIKE_A_LINK = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Null where the fragment holds nothing that could be a link. */
export function linkFromFragment(fragment: string): string | null {
  const link = decodeFragment(fragment.replace(/^#/, '')).trim();
  return LOOKS_LIKE_A_LINK.test(link) ? link : null;
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * When the link opens, milliseconds since the epoch, as the link itself says (`nbf`, RFC 7519 §4.1.5), so that an
 * early guest can be told. Null where it does not say. Unverified: never more than a hint for words and for waiting.
 */
export function opensAt(link: string): number | null {
  try {
    const payload: unknown = JSON.parse(fromBase64Url(link.split('.')[1] ?? ''));
    if (typeof payload !== 'object' || payload === null || !('nbf' in payload)) return null;
    return typeof payload.nbf === 'number' ? payload.nbf * 1000 : null;
  } catch {
    return null;
  }
}

function fromBase64Url(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
}
