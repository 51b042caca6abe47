import { expect, test } from 'vitest';
import { ownMicrophone } from './own-microphone.ts';

test('a microphone that is muted is told as muted, whatever comes from it', () => {
  expect(ownMicrophone({ device: 'on', muted: true, silent: true })).toBe('muted');
  expect(ownMicrophone({ device: 'on', muted: false, silent: true })).toBe('silent');
  expect(ownMicrophone({ device: 'on', muted: false, silent: false })).toBe('on');
});

test('one that can not be had is gone, muted or not; one that is not wanted is no news', () => {
  expect(ownMicrophone({ device: 'trouble', muted: true, silent: false })).toBe('gone');
  expect(ownMicrophone({ device: 'off', muted: false, silent: false })).toBeNull();
});
