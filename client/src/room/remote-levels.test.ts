import { expect, test } from 'vitest';
import { createRemoteLevels } from './remote-levels.ts';

/** A receiver that says of its last packet what it is told to. */
function receiving(): {
  readonly receiver: RTCRtpReceiver;
  packet: { rtpTimestamp: number; audioLevel: number };
} {
  const it = { packet: { rtpTimestamp: 0, audioLevel: 0 } };
  const receiver = { getSynchronizationSources: () => [it.packet] } as unknown as RTCRtpReceiver;
  return Object.assign(it, { receiver });
}

test('without a way to analyse sound, the bar follows what the packets say, in decibels', () => {
  const b = receiving();
  const levels = createRemoteLevels({
    context: () => null,
    soundOf: (who) => (who === 'b' ? { track: {} as MediaStreamTrack, receiver: b.receiver } : null),
    now: () => 0,
  });
  b.packet = { rtpTimestamp: 1, audioLevel: 0.1 };
  expect(levels.level('b')).toBeCloseTo(40 / 60);
  b.packet = { rtpTimestamp: 2, audioLevel: 0 };
  expect(levels.level('b')).toBe(0);
  expect(levels.level('a')).toBe(0);
});

test('who sends nothing more is not loud with their last word', () => {
  const a = receiving();
  let now = 0;
  const levels = createRemoteLevels({
    context: () => null,
    soundOf: () => ({ track: {} as MediaStreamTrack, receiver: a.receiver }),
    now: () => now,
  });
  a.packet = { rtpTimestamp: 960, audioLevel: 0.5 };
  expect(levels.loudness('a')).toBeGreaterThan(0.9);
  now = 500;
  expect(levels.loudness('a')).toBeGreaterThan(0.9);
  now = 700;
  expect(levels.loudness('a')).toBe(0);
  a.packet = { rtpTimestamp: 1920, audioLevel: 0.5 };
  expect(levels.loudness('a')).toBeGreaterThan(0.9);
});
