import { expect, it } from 'vitest';
import { readMp3 } from './mp3.ts';

/** MPEG-1 layer III, 128 kbit/s at 48 kHz: 384 bytes a frame of 24 ms. */
const frame = Buffer.alloc(384);
frame.set([0xff, 0xfb, 0x94, 0xc0]);
const tag = Buffer.from([0x49, 0x44, 0x33, 4, 0, 0, 0, 0, 0, 10, ...Array.from({ length: 10 }, () => 0)]);
const sound = Buffer.concat(Array.from({ length: 100 }, () => frame));

it('counts frames, behind a tag and before an old one', () => {
  const oldTag = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125)]);
  for (const bytes of [sound, Buffer.concat([tag, sound]), Buffer.concat([tag, sound, oldTag])])
    expect(readMp3(bytes)).toEqual({ frames: 100, durationSeconds: 2.4 });
});

it.each([
  ['nothing', Buffer.alloc(0)],
  ['a tag alone', tag],
  ['other bytes', Buffer.from('fLaC and more of it')],
  ['a frame cut off', Buffer.concat([tag, sound]).subarray(0, -1)],
  ['something between two frames', Buffer.concat([sound, Buffer.from('between'), sound])],
])('%s is no MP3', (_, bytes) => {
  expect(readMp3(bytes)).toBeNull();
});
