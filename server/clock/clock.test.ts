import { afterEach, expect, test, vi } from 'vitest';
import { anchorNow, createClock } from './clock.ts';

afterEach(() => void vi.restoreAllMocks());

const woken = (clock: ReturnType<typeof createClock>, inMs: number): Promise<number> =>
  new Promise((resolve) => clock.wakeAt(clock.now() + inMs, () => resolve(clock.now())));

test('it begins with the wall clock', () => {
  const before = Date.now();
  const now = createClock(anchorNow()).now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(Date.now());
});

test('a wall clock that is stepped, either way, moves neither now nor a wake-up', async () => {
  const clock = createClock(anchorNow());
  const wall = Date.now.bind(Date);
  for (const step of [3_600_000, -3_600_000]) {
    const before = clock.now();
    const waking = woken(clock, 50);
    vi.spyOn(Date, 'now').mockImplementation(() => wall() + step);
    expect(clock.now() - before).toBeLessThan(50);
    const wokenAt = await waking;
    expect(wokenAt - before).toBeGreaterThanOrEqual(50);
    expect(wokenAt - before).toBeLessThan(300);
  }
});

test('it wakes never before its time, once, and not when it was cancelled', async () => {
  const clock = createClock(anchorNow());
  const wokenAt: number[] = [];
  const from = clock.now();
  clock.wakeAt(from + 20, () => wokenAt.push(clock.now()));
  const cancel = clock.wakeAt(from + 20, () => wokenAt.push(NaN));
  cancel();
  cancel();
  // Further away than a timer reaches.
  const cancelFar = clock.wakeAt(from + 2 ** 32, () => wokenAt.push(NaN));
  await woken(clock, 60);
  cancelFar();
  expect(wokenAt).toHaveLength(1);
  expect(wokenAt[0]).toBeGreaterThanOrEqual(from + 20);
  expect(await woken(clock, -1000)).toBeGreaterThanOrEqual(from);
});
