/** The real plane, with a real worker, keeps to the contract. */
import { expect, test } from 'vitest';
import { MediaUnavailable } from '../../server/app/ports.ts';
import { planeContract } from '../plane-contract.ts';
import { CONVERSATION, ofType, startPlane } from './rig.ts';

planeContract(() => startPlane());

test('an id that is not one of ours opens nothing', async () => {
  const { plane, stop } = await startPlane();
  for (const id of ['../../../../tmp/evil-evil', '', 'short', 'x'.repeat(23)]) {
    await expect(plane.openRoom(id)).rejects.toThrow(MediaUnavailable);
  }
  await stop();
});

test('a picture is never recorded', async () => {
  const { plane, journal, stop } = await startPlane();
  const room = await plane.openRoom(CONVERSATION);
  await room.setCapture('on');
  const { id } = await room.createTransport({ peerId: 'peer-a', seat: 'a', direction: 'send' });
  await room.produce({
    peerId: 'peer-a',
    transportId: id,
    kind: 'video',
    rtpParameters: {
      codecs: [{ mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 }],
      encodings: [{ ssrc: 7 }],
    },
  });
  await room.setCapture('off');
  expect(ofType(await journal(), 'epoch-open')).toEqual([]);
  await stop();
});
