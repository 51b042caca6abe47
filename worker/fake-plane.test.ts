import { expect, test } from 'vitest';
import { MediaUnavailable } from '../server/app/ports.ts';
import { createFakePlane } from './fake-plane.ts';
import { planeContract } from './plane-contract.ts';

planeContract(async () => {
  const plane = createFakePlane();
  return { plane, stop: () => plane.close() };
});

const CONVERSATION = 'fake-plane-test-012345';

test('a lost room is told and void, and can be opened again', async () => {
  const plane = createFakePlane();
  const lost: string[] = [];
  plane.listen({
    roomLost: (conversationId) => void lost.push(conversationId),
    producersChanged: () => {},
    captureChanged: () => {},
    qualityChanged: () => {},
  });
  const room = await plane.openRoom(CONVERSATION);
  await room.setCapture('on');
  plane.loseRoom(CONVERSATION);
  expect(lost).toEqual([CONVERSATION]);
  await expect(room.note({ type: 'cancelled', at: 1 })).rejects.toThrow(MediaUnavailable);
  await plane.openRoom(CONVERSATION);
  expect(plane.timesOpened(CONVERSATION)).toBe(2);
  expect(plane.room(CONVERSATION).capture).toBe('off');
});

test('it shows what was captured and noted, and refuses rooms when told to', async () => {
  const plane = createFakePlane();
  const room = await plane.openRoom(CONVERSATION);
  await room.setCapture('on');
  await room.note({ type: 'warned', at: 1, remainingMs: 5 });
  await room.setCapture('held');
  await room.setCapture('off');
  const shown = plane.room(CONVERSATION);
  expect(shown.captures).toEqual(['on', 'held', 'off']);
  expect(shown.notes).toEqual([{ type: 'warned', at: 1, remainingMs: 5 }]);
  plane.refuseRooms(true);
  await expect(plane.openRoom('another-fake-plane-012')).rejects.toThrow(MediaUnavailable);
});
