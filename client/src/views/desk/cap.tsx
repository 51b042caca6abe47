/** A key's cap beside the words of what it does. Screen readers hear it as the button's shortcut instead. */
import type { JSX } from 'preact';
import { keysOn } from './keys.ts';

export function Cap({ of }: { readonly of: string }): JSX.Element | null {
  if (!keysOn.value) return null;
  return (
    <kbd class="cap" aria-hidden="true">
      {of}
    </kbd>
  );
}

/** For a button's `aria-keyshortcuts`; nothing where keys are off. */
export const shortcut = (of: string): { 'aria-keyshortcuts'?: string } =>
  keysOn.value ? { 'aria-keyshortcuts': of } : {};
