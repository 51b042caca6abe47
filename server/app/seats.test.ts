import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../clock/fake-clock.ts';
import type { Seat } from '../domain/conversation.ts';
import { createSeats, type Device } from './seats.ts';

/** One story: what every device and the room were told, in order. */
function story() {
  const told: string[] = [];
  const clock = createFakeClock(1_000_000);
  let ids = 0;
  const seats = createSeats({
    clock,
    newId: () => `id${++ids}`,
    events: {
      arrived: (device) => told.push(`room: ${device.peerId} arrived`),
      takenOver: (from, by) => told.push(`room: ${by.peerId} took over from ${from.peerId}`),
      departed: (device) => told.push(`room: ${device.peerId} departed`),
    },
  });
  const device = (
    peerId: string,
    o: { seat?: Seat; resume?: string | null; linkVersion?: number } = {},
  ): Device => ({
    peerId,
    seat: o.seat ?? 'a',
    linkVersion: o.linkVersion ?? 1,
    resume: o.resume ?? null,
    granted: (resume) => told.push(`${peerId}: granted, resume ${resume}`),
    waiting: (until) => told.push(`${peerId}: waiting until +${until - 1_000_000}`),
    takeoverAsked: (askId, answerBy) => told.push(`${peerId}: asked ${askId} until +${answerBy - 1_000_000}`),
    takeoverSettled: (askId) => told.push(`${peerId}: settled ${askId}`),
    lost: (why) => told.push(`${peerId}: lost, ${why}`),
  });
  const since = (): string[] => told.splice(0);
  return { seats, clock, device, since };
}

describe('who holds a seat', () => {
  test('an empty seat is granted at once, and left again', () => {
    const { seats, device, since } = story();
    const phone = device('phone');
    seats.enter(phone);
    expect(since()).toEqual(['phone: granted, resume id1', 'room: phone arrived']);
    expect(seats.holder('a')).toBe(phone);
    seats.leave(phone);
    seats.leave(phone);
    expect(since()).toEqual(['room: phone departed']);
    expect(seats.occupied()).toBe(false);
  });

  test('a second device waits until the first agrees', () => {
    const { seats, device, since } = story();
    const phone = device('phone');
    const laptop = device('laptop');
    seats.enter(phone);
    since();
    seats.enter(laptop);
    expect(since()).toEqual(['phone: asked id2 until +15000', 'laptop: waiting until +15000']);
    expect(seats.holder('a')).toBe(phone);
    seats.answer(phone, 'id2', true);
    expect(since()).toEqual([
      'phone: settled id2',
      'laptop: granted, resume id3',
      'room: laptop took over from phone',
      'phone: lost, taken-over',
    ]);
    seats.leave(phone);
    expect(since()).toEqual([]);
    expect(seats.holder('a')).toBe(laptop);
  });

  test('a question left unanswered for 15 s lets the second device in, not earlier', async () => {
    const { seats, clock, device, since } = story();
    seats.enter(device('phone'));
    seats.enter(device('laptop'));
    await clock.advance(14_999);
    expect(seats.holder('a')?.peerId).toBe('phone');
    await clock.advance(1);
    expect(since()).toContain('room: laptop took over from phone');
    expect(seats.holder('a')?.peerId).toBe('laptop');
  });

  test('a "no" keeps the seat, and nobody can pester: a minute of quiet follows', async () => {
    const { seats, clock, device, since } = story();
    const phone = device('phone');
    seats.enter(phone);
    seats.enter(device('stranger'));
    since();
    seats.answer(phone, 'id2', false);
    expect(since()).toEqual(['phone: settled id2', 'stranger: lost, refused']);
    seats.enter(device('stranger again'));
    expect(since()).toEqual(['stranger again: lost, refused']);
    await clock.advance(60_000);
    seats.enter(device('laptop'));
    expect(since()).toEqual(['phone: asked id3 until +75000', 'laptop: waiting until +75000']);
    await clock.advance(14_000);
    expect(seats.holder('a')).toBe(phone);
  });

  test('the first device leaving settles the question at once', async () => {
    const { seats, clock, device, since } = story();
    const phone = device('phone');
    seats.enter(phone);
    seats.enter(device('laptop'));
    since();
    seats.leave(phone);
    expect(since()).toEqual([
      'phone: settled id2',
      'laptop: granted, resume id3',
      'room: laptop took over from phone',
    ]);
    await clock.advance(20_000);
    expect(since()).toEqual([]);
  });

  test('the second device giving up takes the question away', async () => {
    const { seats, clock, device, since } = story();
    const laptop = device('laptop');
    seats.enter(device('phone'));
    seats.enter(laptop);
    since();
    seats.leave(laptop);
    expect(since()).toEqual(['phone: settled id2']);
    await clock.advance(20_000);
    expect(since()).toEqual([]);
    expect(seats.holder('a')?.peerId).toBe('phone');
  });

  test('the same device coming back is not asked, and one who waits is turned away', () => {
    const { seats, device, since } = story();
    seats.enter(device('phone'));
    seats.enter(device('stranger'));
    since();
    seats.enter(device('phone, reloaded', { resume: 'id1' }));
    expect(since()).toEqual([
      'phone: settled id2',
      'stranger: lost, refused',
      'phone, reloaded: granted, resume id3',
      'room: phone, reloaded took over from phone',
      'phone: lost, taken-over',
    ]);
  });

  test('a proof that was used up, or made up, proves nothing', () => {
    const { seats, device, since } = story();
    seats.enter(device('phone'));
    seats.enter(device('phone, reloaded', { resume: 'id1' }));
    since();
    seats.enter(device('thief', { resume: 'id1' }));
    expect(since()).toEqual(['phone, reloaded: asked id3 until +15000', 'thief: waiting until +15000']);
  });

  test('while one waits, a third is turned away', () => {
    const { seats, device, since } = story();
    seats.enter(device('phone'));
    seats.enter(device('laptop'));
    since();
    seats.enter(device('third'));
    expect(since()).toEqual(['third: lost, refused']);
  });

  test('a newer link drops who came by an older one, the waiting too, and nobody else', () => {
    const { seats, device, since } = story();
    seats.enter(device('phone'));
    seats.enter(device('laptop'));
    seats.enter(device('partner', { seat: 'b' }));
    since();
    seats.dropOlderLinks('a', 2);
    expect(since()).toEqual([
      'phone: settled id2',
      'laptop: lost, link-replaced',
      'room: phone departed',
      'phone: lost, link-replaced',
    ]);
    expect(seats.holder('b')?.peerId).toBe('partner');
  });

  test('an answer from somebody else, or to an old question, is ignored', () => {
    const { seats, device, since } = story();
    const phone = device('phone');
    const laptop = device('laptop');
    seats.enter(phone);
    seats.enter(laptop);
    since();
    seats.answer(laptop, 'id2', true);
    seats.answer(phone, 'id1', true);
    expect(since()).toEqual([]);
    expect(seats.holder('a')).toBe(phone);
  });
});
