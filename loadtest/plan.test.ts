import { expect, it } from 'vitest';
import { cardOrder, planOf } from './plan.ts';
import type { Scale } from './scale.ts';

const scale: Scale = {
  facilitation: 'optional',
  durationMs: 60_000,
  farewellMs: 1_200,
  pausesMs: 12_000,
  facilitatorMayPause: true,
  extension: { stepMs: 6_000, atMostMs: 12_000, together: true },
  offers: 'clock',
  listening: true,
};

it('with a facilitator there is a pause and one step more', () => {
  expect(planOf(scale, true)).toEqual({ pauseMs: 6_000, extensionMs: 6_000 });
});

it('without one nobody pauses, and both take one step more where the program lets them', () => {
  expect(planOf(scale, false)).toEqual({ pauseMs: 0, extensionMs: 6_000 });
  const { extension } = scale;
  const apart = { ...scale, extension: { ...extension, together: false } };
  expect(planOf(apart, false)).toEqual({ pauseMs: 0, extensionMs: 0 });
});

it('a pause takes no more than half of what pauses may, and none where the facilitator may not', () => {
  expect(planOf({ ...scale, pausesMs: 4_000 }, true).pauseMs).toBe(2_000);
  expect(planOf({ ...scale, facilitatorMayPause: false }, true).pauseMs).toBe(0);
  expect(planOf({ ...scale, durationMs: 3_600_000, pausesMs: 600_000 }, true).pauseMs).toBe(20_000);
});

it('a step is never longer than what is left of extensions', () => {
  const extension = { stepMs: 6_000, atMostMs: 4_000, together: false };
  expect(planOf({ ...scale, extension }, true).extensionMs).toBe(4_000);
});

it('every card but the first is laid once, one of them out of turn', () => {
  expect(cardOrder(6)).toEqual([1, 3, 2, 4, 5]);
  expect([0, 1, 2, 3].map(cardOrder)).toEqual([[], [], [1], [1, 2]]);
});
