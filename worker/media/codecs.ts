import type { types } from 'mediasoup';

/**
 * What the rooms speak. Video is for the eye only and needs what every browser has; sound is recorded.
 * mediasoup adds RTCP feedback by itself: NACK and transport-cc for Opus, NACK, PLI, FIR and REMB besides for video.
 */
export const ROUTER_CODECS: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    // RFC 7587 §7: always 48,000 and 2 in signalling, whatever is in the packets.
    clockRate: 48_000,
    channels: 2,
    // Without DTX: a recording wants the room's own tone and not a decoder's comfort noise.
    parameters: { useinbandfec: 1, usedtx: 0 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 },
  {
    kind: 'video',
    mimeType: 'video/H264',
    clockRate: 90_000,
    // RFC 7742 §6.2: Constrained Baseline, which Safari and phones encode in hardware.
    parameters: { 'packetization-mode': 1, 'profile-level-id': '42e01f', 'level-asymmetry-allowed': 1 },
  },
];
