import { describe, expect, test } from 'vitest';
import { bestOffset, createServerClock } from './clock.ts';

describe("the server's clock", () => {
  test('nothing is known without a reading', () => {
    expect(bestOffset([])).toBeNull();
  });

  test('the quickest round trip decides, however late the slow ones came', () => {
    const slow = { sentAt: 0, receivedAt: 400, serverNow: 5390 };
    const quick = { sentAt: 1000, receivedAt: 1020, serverNow: 6010 };
    expect(bestOffset([slow, quick])).toBe(5000);
    expect(bestOffset([quick, slow])).toBe(5000);
  });

  test("a notice's time serves until a reading is there, and not after", () => {
    let local = 100;
    const clock = createServerClock(() => local);
    clock.hint(9100);
    expect(clock.now()).toBe(9100);
    clock.note({ sentAt: 100, receivedAt: 120, serverNow: 9210 });
    clock.hint(1);
    local = 200;
    expect(clock.now()).toBe(9300);
  });

  test('a quick reading of long ago gives way to what is known now', () => {
    const clock = createServerClock(() => 0);
    clock.note({ sentAt: 0, receivedAt: 2, serverNow: 1 });
    clock.note({ sentAt: 600_000, receivedAt: 600_080, serverNow: 600_090 });
    expect(clock.now()).toBe(50);
  });
});
