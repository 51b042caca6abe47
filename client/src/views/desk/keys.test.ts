import { describe, expect, test } from 'vitest';
import { actOf, CAPS, type Place, type Press } from './keys.ts';

const press = (key: string, place: Place = 'page', more: Partial<Press> = {}): Press => ({
  key,
  place,
  shiftKey: false,
  modified: false,
  repeat: false,
  ...more,
});

describe('a key at the desk', () => {
  test('does what its cap says, large or small', () => {
    expect(actOf(press('s'), true)).toEqual({ does: 'start' });
    expect(actOf(press('P'), true)).toEqual({ does: 'pause' });
    expect(actOf(press(CAPS.extend), true)).toEqual({ does: 'extend' });
    expect(actOf(press(CAPS.end), true)).toEqual({ does: 'end' });
    expect(actOf(press(CAPS.mark), true)).toEqual({ does: 'mark' });
    expect(actOf(press('M', 'page', { shiftKey: true }), true)).toEqual({ does: 'mark-note' });
    expect(actOf(press(CAPS.nudge.both), true)).toEqual({ does: 'nudge', to: 'both' });
    expect(actOf(press(CAPS.nudge.a), true)).toEqual({ does: 'nudge', to: 'a' });
    expect(actOf(press(CAPS.nudge.b), true)).toEqual({ does: 'nudge', to: 'b' });
    expect(actOf(press('2'), true)).toEqual({ does: 'phrase', index: 1 });
    expect(actOf(press('?', 'page', { shiftKey: true }), true)).toEqual({ does: 'keys' });
  });

  test('is never taken from who is typing; only Escape leads out', () => {
    for (const key of ['s', 'm', '1', ' ', '?', 'ArrowDown', 'Enter'])
      expect(actOf(press(key, 'field'), true)).toBeNull();
    expect(actOf(press('Escape', 'field'), true)).toEqual({ does: 'back' });
  });

  test('means nothing beneath an open dialog', () => {
    for (const key of ['s', ' ', 'Escape', 'ArrowDown']) expect(actOf(press(key, 'dialog'), true)).toBeNull();
  });

  test('with Ctrl, Alt or the command key belongs to the browser', () => {
    expect(actOf(press('p', 'page', { modified: true }), true)).toBeNull();
  });

  test('held down is pressed once; only arrows repeat', () => {
    expect(actOf(press('e', 'page', { repeat: true }), true)).toBeNull();
    expect(actOf(press('ArrowDown', 'card', { repeat: true }), true)).toEqual({ does: 'card-after' });
  });

  test('the space bar pauses, unless it presses the button it is on', () => {
    expect(actOf(press(' '), true)).toEqual({ does: 'pause' });
    for (const place of ['button', 'card', 'choice'] as const)
      expect(actOf(press(' ', place), true)).toBeNull();
  });

  test('arrows move among the cards, and among radio buttons where one is', () => {
    expect(actOf(press('ArrowUp'), true)).toEqual({ does: 'card-before' });
    expect(actOf(press('ArrowDown', 'button'), true)).toEqual({ does: 'card-after' });
    expect(actOf(press('ArrowDown', 'choice'), true)).toBeNull();
    expect(actOf(press('m', 'choice'), true)).toEqual({ does: 'mark' });
  });

  test('turned off, does nothing but arrows in the deck and Escape in a field', () => {
    for (const key of ['s', 'p', 'm', '1', ' ', '?', 'ArrowDown'])
      expect(actOf(press(key), false)).toBeNull();
    expect(actOf(press('ArrowDown', 'card'), false)).toEqual({ does: 'card-after' });
    expect(actOf(press('Escape', 'field'), false)).toEqual({ does: 'back' });
  });

  test('that nobody knows is nobody’s', () => {
    expect(actOf(press('z'), true)).toBeNull();
    expect(actOf(press('E', 'page', { shiftKey: true }), true)).toBeNull();
    expect(actOf(press('Tab'), true)).toBeNull();
  });
});
