/** Whether this browser, at this address, can carry a conversation at all. */
export type Browser = 'fine' | 'old' | 'insecure';

export function judgeBrowser(): Browser {
  if (!('RTCPeerConnection' in globalThis) || !('AudioContext' in globalThis)) return 'old';
  if (!globalThis.isSecureContext) return 'insecure';
  if (navigator.mediaDevices?.getUserMedia === undefined) return 'old';
  // Used here; browsers without it (before 2023) lack other things that we lean on too.
  if (!('toSorted' in Array.prototype)) return 'old';
  return 'fine';
}
