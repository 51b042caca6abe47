/** The clock as people at both ends see it: over real sockets and in real time. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { View } from '../protocol/events.ts';
import { enter, openHouse, ready, type House, type TestDevice } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A device's own clock, wrong by `skewMs`, and what it makes of the server's. */
async function createWatch(device: TestDevice, skewMs: number): Promise<() => number> {
  const own = (): number => performance.now() + skewMs;
  let offset = 0;
  let shortest = Infinity;
  for (let sample = 0; sample < 5; sample += 1) {
    const asked = own();
    const answer = (await device.ask('clock:read', {})) as { value: { now: number } };
    const answered = own();
    if (answered - asked >= shortest) continue;
    shortest = answered - asked;
    offset = answer.value.now - (asked + answered) / 2;
  }
  return () => own() + offset;
}

const endsAt = (view: View): number => view.clock?.endsAt ?? NaN;

test('two devices whose clocks are hours apart show the same time within 100 ms; the end comes within 250 ms', async () => {
  const { id, links } = await house.converse({ durationMs: 1_500, farewellMs: 400 });
  const [a, b] = [await enter(house, links.a), await enter(house, links.b)];
  const watches = [await createWatch(a, 3_600_000), await createWatch(b, -7_200_000)] as const;
  await Promise.all([ready(a), ready(b)]);
  const views = [
    await a.viewed(({ phase }) => phase === 'live'),
    await b.viewed(({ phase }) => phase === 'live'),
  ] as const;

  const differences: number[] = [];
  for (let look = 0; look < 10; look += 1) {
    const left = [endsAt(views[0]) - watches[0](), endsAt(views[1]) - watches[1]()] as const;
    differences.push(Math.abs(left[0] - left[1]));
    expect(left[0]).toBeGreaterThan(0);
    await after(50);
  }
  expect(Math.max(...differences)).toBeLessThan(100);

  const lateness = await Promise.all(
    [a, b].map(async (device, at) => {
      const ended = await device.viewed(({ phase }) => phase === 'wrap-up');
      const seenAt = watches[at]?.() ?? NaN;
      return {
        decidedMs: (ended.clock?.endedAt ?? NaN) - endsAt(views[0]),
        seenMs: seenAt - endsAt(views[0]),
      };
    }),
  );
  for (const { decidedMs, seenMs } of lateness) {
    expect(decidedMs).toBeGreaterThanOrEqual(0);
    expect(decidedMs).toBeLessThan(250);
    expect(seenMs).toBeLessThan(250);
  }

  const { clock } = await a.viewed(({ phase }) => phase === 'wrap-up');
  await a.viewed(({ decision }) => decision?.mayListen === true);
  const closed = (await house.server.rooms.events(id))?.find(({ type }) => type === 'media-closed');
  const closedLateMs = (closed?.at ?? NaN) - (clock?.mediaClosesAt ?? NaN);
  expect(closedLateMs).toBeGreaterThanOrEqual(0);
  expect(closedLateMs).toBeLessThan(250);
});

test('while it is paused both see it stand at the same place, and go on from there', async () => {
  const { links } = await house.converse({ durationMs: 5_000 });
  const [a, b, f] = [
    await enter(house, links.a),
    await enter(house, links.b),
    await enter(house, links.facilitator),
  ];
  await Promise.all([ready(a), ready(b)]);
  expect(await f.ask('conversation:start', {})).toEqual({ ok: true });
  const before = await a.viewed(({ phase }) => phase === 'live');
  expect(await f.ask('conversation:pause', {})).toEqual({ ok: true });
  const [atA, atB] = await Promise.all(
    [a, b].map((each) => each.viewed(({ clock }) => clock?.pauseReason === 'facilitator')),
  );
  expect(atA?.clock).toEqual(atB?.clock);
  await after(300);
  expect(await f.ask('conversation:resume', {})).toEqual({ ok: true });
  const version = atA?.version ?? 0;
  const gone = await Promise.all([a, b].map((each) => each.viewed((view) => view.version > version)));
  const moved = gone.map((view) => endsAt(view) - endsAt(before));
  expect(moved[0]).toBeGreaterThanOrEqual(300);
  expect(moved[0]).toBeLessThan(550);
  expect(moved[1]).toBe(moved[0]);
});
