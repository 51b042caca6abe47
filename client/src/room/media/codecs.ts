/** What is sent, and why so. */
import type { types } from 'mediasoup-client';

/**
 * Mono speech for an archive: in-band FEC and NACK bring back what the line loses, and without DTX the room's own
 * quiet is kept instead of comfort noise (recording.md §1). 64 kbit/s is beyond what listeners tell from the original
 * for one voice.
 */
export const VOICE: types.ProducerCodecOptions = {
  opusStereo: false,
  opusFec: true,
  opusDtx: false,
  opusNack: true,
  opusMaxAverageBitrate: 64_000,
};

/** Where the uplink is too narrow for both, the voice goes first. */
export const VOICE_ENCODINGS: types.RtpEncodingParameters[] = [{ priority: 'high', networkPriority: 'high' }];

/**
 * Two layers of the same picture. The house forwards packets and can't make this sender slower because the *other*
 * person's line is weak; with one layer, a weak line would drown in picture and the sound with it. With two, the
 * house steps down to the small one, and sound lives. From 540 lines: 180 lines at 120 kbit/s, 540 at 600 kbit/s.
 */
export const PICTURE_ENCODINGS: types.RtpEncodingParameters[] = [
  { rid: 'r0', scaleResolutionDownBy: 3, maxBitrate: 120_000, maxFramerate: 24 },
  { rid: 'r1', scaleResolutionDownBy: 1, maxBitrate: 600_000, maxFramerate: 30 },
];

/** Chrome begins at 300 kbit/s, too little for both layers, and takes long to find out that there is more. */
export const PICTURE: types.ProducerCodecOptions = { videoGoogleStartBitrate: 800 };

/** VP8 before H.264: every browser sends it in layers, and two people's worth of it costs little in software. */
export function pictureCodec(sendable: types.RtpCapabilities): types.RtpCodecCapability | undefined {
  const isVp8 = (codec: types.RtpCodecCapability): boolean => codec.mimeType.toLowerCase() === 'video/vp8';
  return sendable.codecs?.find(isVp8) ?? sendable.codecs?.find(({ kind }) => kind === 'video');
}
