/** Which key does what at the desk. Pure but for the two functions at the end. */
import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';

/** What can be done with a key alone. `phrase`: one of the ready phrases, by its index. */
export type DeskAct =
  | { readonly does: 'start' | 'pause' | 'extend' | 'end' }
  | { readonly does: 'mark' | 'mark-note' }
  | { readonly does: 'nudge'; readonly to: 'a' | 'b' | 'both' }
  | { readonly does: 'phrase'; readonly index: number }
  | { readonly does: 'card-before' | 'card-after' }
  | { readonly does: 'keys' | 'back' };

/**
 * Where the key was pressed: in a text field, on a radio button or check box, on a card of the deck, on another button,
 * in a dialog, or elsewhere on the page.
 */
export type Place = 'field' | 'choice' | 'card' | 'button' | 'dialog' | 'page';

export interface Press {
  readonly key: string;
  readonly shiftKey: boolean;
  /** Ctrl, Alt or the command key: such presses belong to the browser. */
  readonly modified: boolean;
  readonly repeat: boolean;
  readonly place: Place;
}

/** As they are shown on the buttons; the same in every language. */
export const CAPS = {
  start: 'S',
  pause: 'P',
  extend: 'E',
  end: 'X',
  mark: 'M',
  markNote: 'Shift+M',
  nudge: { both: 'N', a: 'A', b: 'B' },
  keys: '?',
} as const;

const LETTERS: Readonly<Record<string, DeskAct>> = {
  s: { does: 'start' },
  p: { does: 'pause' },
  e: { does: 'extend' },
  x: { does: 'end' },
  m: { does: 'mark' },
  n: { does: 'nudge', to: 'both' },
  a: { does: 'nudge', to: 'a' },
  b: { does: 'nudge', to: 'b' },
};

/**
 * What a press means; null: it is none of ours. `on`: single letters are wanted; who speaks to their computer may turn
 * them off (WCAG 2.1.4).
 */
export function actOf(press: Press, on: boolean): DeskAct | null {
  const { key, place } = press;
  if (press.modified || place === 'dialog') return null;
  if (place === 'field' || place === 'choice') {
    if (key === 'Escape') return { does: 'back' };
    // Letters mean nothing to a radio button; all else does.
    if (place === 'field' || !/^[a-z0-9?]$/i.test(key)) return null;
  }
  const step = { ArrowUp: 'card-before', ArrowDown: 'card-after' } as const;
  if (key === 'ArrowUp' || key === 'ArrowDown') return on || place === 'card' ? { does: step[key] } : null;
  if (!on || press.repeat) return null;
  // On a button the space bar presses that button.
  if (key === ' ') return place === 'page' ? { does: 'pause' } : null;
  if (key === '?') return { does: 'keys' };
  if (/^[1-9]$/.test(key)) return { does: 'phrase', index: Number(key) - 1 };
  const act = LETTERS[key.toLowerCase()] ?? null;
  if (!press.shiftKey) return act;
  return act?.does === 'mark' ? { does: 'mark-note' } : null;
}

const KEPT_AS = 'parley.desk.keys';

/** Whether single letters do something; kept on this device. */
export const keysOn = signal(readKept());

export function turnKeys(on: boolean): void {
  keysOn.value = on;
  try {
    localStorage.setItem(KEPT_AS, on ? 'on' : 'off');
  } catch {
    // Storage is forbidden here: it lasts as long as the page.
  }
}

function readKept(): boolean {
  try {
    return globalThis.localStorage?.getItem(KEPT_AS) !== 'off';
  } catch {
    return true;
  }
}

/** Hears the keys wherever on the page they are pressed. `act` says whether it was its business. */
export function useDeskKeys(act: (asked: DeskAct) => boolean): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const heed = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      const asked = actOf(
        {
          key: event.key,
          shiftKey: event.shiftKey,
          modified: event.ctrlKey || event.altKey || event.metaKey,
          repeat: event.repeat,
          place: placeOf(event.target),
        },
        keysOn.peek(),
      );
      if (asked !== null && latest.current(asked)) event.preventDefault();
    };
    document.addEventListener('keydown', heed);
    return () => document.removeEventListener('keydown', heed);
  }, []);
}

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof HTMLElement)) return 'page';
  if (target.closest('dialog') !== null) return 'dialog';
  if (target.matches('input[type=radio], input[type=checkbox]')) return 'choice';
  if (target.matches('input, textarea, select') || target.isContentEditable) return 'field';
  if (target.matches('.deck-button')) return 'card';
  return target.matches('button, a, summary') ? 'button' : 'page';
}
