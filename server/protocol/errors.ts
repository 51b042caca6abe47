/**
 * Every code that may cross the wire, with what it means. People get words from the client;
 * programs get the code. PROTOCOL.md lists the same codes, and a test holds the two together.
 */
export const ERROR_CODES = {
  // Refusals of the domain.
  'wrong-phase': 'The conversation is not in a phase in which this can be done.',
  'not-your-role': 'This seat may not do this.',
  'consent-missing': 'Consent has not been given.',
  'consent-text-differs': "The consent is about another text than this conversation's.",
  'not-present': 'Someone who is needed is not here.',
  'not-ready': 'Someone who is needed is not ready.',
  'no-such-prompt': 'There is no such card in the deck.',
  'not-allowed-here': 'This program does not allow it, or not any more.',
  'no-extension-left': 'The conversation cannot be made longer again.',
  'recording-differs': 'The answer is about another version of the recording than the present one.',
  'decision-closed': 'The time to decide is over.',
  'already-over': 'The conversation is over.',
  // Links and sessions.
  'link-invalid': 'The link is not one of ours, or is damaged.',
  'link-expired': 'The link has expired.',
  'link-not-yet': 'The link does not open yet.',
  'link-replaced': 'The link was replaced by a newer one.',
  'session-invalid': 'The session is not valid; open the link again.',
  'seat-taken': 'The seat was taken over by another device, or its holder said no.',
  // The edge.
  'bad-request': 'The message is not of the form it must have.',
  'unknown-event': 'There is no such message.',
  'too-large': 'The message is too large.',
  'too-many-requests': 'Too many requests; wait a little.',
  unauthorized: 'The API key is missing or wrong.',
  'not-found': 'There is no such thing.',
  'address-expired': 'The signed address has expired; ask for a fresh one.',
  // Media.
  'media-unavailable': 'Sound and picture are not available now; try again shortly.',
  'media-unknown': 'There is no such transport, producer or consumer of yours.',
  'media-refused': 'The media parameters cannot be used here.',
  // Faults.
  internal: 'Something went wrong on the server; it was logged.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What every acknowledged event answers. */
export type Ack<T = undefined> =
  | (T extends undefined ? { readonly ok: true } : { readonly ok: true; readonly value: T })
  | { readonly ok: false; readonly error: WireError };
