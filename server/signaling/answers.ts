/** How outcomes become acknowledgements: refusals and known faults by their code, all else as `internal`. */
import { isRefusal } from '../app/room.ts';
import { MediaRefused, MediaUnavailable, MediaUnknown } from '../app/ports.ts';
import type { RefusalCode } from '../domain/commands.ts';
import { ERROR_CODES, type ErrorCode, type WireError } from '../protocol/errors.ts';

/** Every refusal of the domain is a code of the wire; the compiler holds the two together. */
const codeOf = (refusal: RefusalCode): ErrorCode => refusal;

export const wireError = (code: ErrorCode): WireError => ({ code, message: ERROR_CODES[code] });

export const codeOfFault = (fault: unknown): ErrorCode => {
  if (fault instanceof MediaUnknown) return 'media-unknown';
  if (fault instanceof MediaRefused) return 'media-refused';
  if (fault instanceof MediaUnavailable) return 'media-unavailable';
  return 'internal';
};

export type Answer =
  | { readonly ok: true; readonly value?: unknown }
  | { readonly ok: false; readonly error: WireError };

export const refuse = (code: ErrorCode): Answer => ({ ok: false, error: wireError(code) });

/** `undefined` and conversations mean "done"; whatever else is the answer's value. */
export function answerOf(outcome: object | undefined): Answer {
  if (outcome === undefined) return { ok: true };
  return isRefusal(outcome) ? refuse(codeOf(outcome.refused)) : { ok: true, value: outcome };
}
