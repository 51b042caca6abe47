/**
 * Schemas of the WebRTC parameters that browsers send (names as in the W3C specifications and mediasoup).
 * Bounded everywhere: a hostile client chooses these bytes.
 */
import { z } from 'zod';

const id = z.string().min(1).max(64);
const token = z.string().min(1).max(256);
/** Codec parameters (`fmtp`): names and plain values. */
const codecParameters = z.record(z.string().max(64), z.union([z.string().max(256), z.number()]));
const rtcpFeedback = z.strictObject({ type: z.string().max(32), parameter: z.string().max(32).optional() });
const ssrc = z.int().min(0).max(0xffff_ffff);
const payloadType = z.int().min(0).max(127);

const rtpCodec = {
  mimeType: z.string().regex(/^(audio|video)\/[\w.-]{1,32}$/),
  clockRate: z.int().min(1).max(192_000),
  channels: z.int().min(1).max(8).optional(),
  parameters: codecParameters.optional(),
  rtcpFeedback: z.array(rtcpFeedback).max(16).optional(),
};

export const mediaKind = z.enum(['audio', 'video']);

export const dtlsParameters = z.strictObject({
  role: z.enum(['auto', 'client', 'server']).optional(),
  fingerprints: z
    .array(
      z.strictObject({
        algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
        value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){19,63}$/),
      }),
    )
    .min(1)
    .max(8),
});

export const iceParameters = z.strictObject({
  usernameFragment: token,
  password: token,
  iceLite: z.boolean().optional(),
});

export const iceCandidate = z.strictObject({
  foundation: token,
  priority: z.int().min(0),
  address: token,
  ip: token,
  protocol: z.enum(['udp', 'tcp']),
  port: z.int().min(0).max(65_535),
  type: z.enum(['host', 'srflx', 'prflx', 'relay']),
  tcpType: z.literal('passive').optional(),
});

export const rtpParameters = z.strictObject({
  mid: z.string().max(32).optional(),
  msid: z.string().max(256).optional(),
  codecs: z
    .array(z.strictObject({ ...rtpCodec, payloadType }))
    .min(1)
    .max(8),
  headerExtensions: z
    .array(
      z.strictObject({
        uri: z.string().max(128),
        id: z.int().min(1).max(255),
        encrypt: z.boolean().optional(),
        parameters: codecParameters.optional(),
      }),
    )
    .max(32)
    .optional(),
  encodings: z
    .array(
      z.strictObject({
        ssrc: ssrc.optional(),
        rid: z.string().max(16).optional(),
        codecPayloadType: payloadType.optional(),
        rtx: z.strictObject({ ssrc }).optional(),
        dtx: z.boolean().optional(),
        scalabilityMode: z.string().max(16).optional(),
        maxBitrate: z.int().min(0).optional(),
        maxFramerate: z.number().min(0).optional(),
        scaleResolutionDownBy: z.number().min(1).optional(),
        active: z.boolean().optional(),
        priority: z.enum(['very-low', 'low', 'medium', 'high']).optional(),
        networkPriority: z.enum(['very-low', 'low', 'medium', 'high']).optional(),
        adaptivePtime: z.boolean().optional(),
      }),
    )
    .max(4)
    .optional(),
  rtcp: z
    .strictObject({
      cname: z.string().max(256).optional(),
      reducedSize: z.boolean().optional(),
      mux: z.boolean().optional(),
    })
    .optional(),
});

export const rtpCapabilities = z.strictObject({
  codecs: z
    .array(
      z.strictObject({
        ...rtpCodec,
        kind: mediaKind,
        preferredPayloadType: payloadType.optional(),
      }),
    )
    .max(64)
    .optional(),
  headerExtensions: z
    .array(
      z.strictObject({
        kind: mediaKind,
        uri: z.string().max(128),
        preferredId: z.int().min(1).max(255),
        preferredEncrypt: z.boolean().optional(),
        direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
      }),
    )
    .max(64)
    .optional(),
});

export const transportDirection = z.enum(['send', 'recv']);

/** What a client needs to build its side of a transport. */
export const transportOptions = z.strictObject({
  id,
  iceParameters,
  iceCandidates: z.array(iceCandidate),
  dtlsParameters,
});

export const consumerOptions = z.strictObject({
  id,
  producerId: id,
  kind: mediaKind,
  rtpParameters,
});

export type MediaKind = z.infer<typeof mediaKind>;
export type DtlsParameters = z.infer<typeof dtlsParameters>;
export type IceParameters = z.infer<typeof iceParameters>;
export type RtpParameters = z.infer<typeof rtpParameters>;
export type RtpCapabilities = z.infer<typeof rtpCapabilities>;
export type TransportDirection = z.infer<typeof transportDirection>;
export type TransportOptions = z.infer<typeof transportOptions>;
export type ConsumerOptions = z.infer<typeof consumerOptions>;
