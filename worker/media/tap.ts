import type { types } from 'mediasoup';
import { z } from 'zod';
import type { ParticipantSeat } from '../../server/domain/conversation.ts';
import type { Source } from '../recording/recorder.ts';
import type { LossMeter } from './connection.ts';

/** What mediasoup's worker tells of a sender report; consumers get made-up ones instead. */
const senderReportInfo = z.object({
  ssrc: z.int(),
  ntpSec: z.int(),
  ntpFrac: z.int(),
  rtpTs: z.int(),
  packetCount: z.int(),
  octetCount: z.int(),
});

/** A producer as the recorder sees it: its packets through a consumer on `direct`, its reports through a trace. */
export function createSource(o: {
  readonly producer: types.Producer;
  readonly seat: ParticipantSeat;
  readonly direct: types.DirectTransport;
  readonly rtpCapabilities: types.RtpCapabilities;
  /** Listens along. */
  readonly meter: LossMeter;
}): Source {
  const { producer, seat, direct, rtpCapabilities, meter } = o;
  return {
    producerId: producer.id,
    seat,
    async tap({ onPacket, onReport }) {
      // Paused until its listener is there and the epoch is in the journal.
      const consumer = await direct.consume({
        producerId: producer.id,
        rtpCapabilities,
        paused: true,
        ignoreDtx: false,
      });
      consumer.on('rtp', onPacket);
      consumer.on('rtp', meter.packet);
      const onTrace = (trace: types.ProducerTraceEventData): void => {
        const parsed = senderReportInfo.safeParse(trace.info);
        if (trace.type !== 'sr' || !parsed.success) return;
        const { ssrc, ntpSec, ntpFrac, rtpTs, packetCount, octetCount } = parsed.data;
        onReport({
          ssrc,
          ntpSeconds: ntpSec,
          ntpFraction: ntpFrac,
          rtpTimestamp: rtpTs,
          packetCount,
          octetCount,
        });
      };
      producer.on('trace', onTrace);
      const codec = consumer.rtpParameters.codecs[0];
      const ssrc = consumer.rtpParameters.encodings?.[0]?.ssrc;
      if (codec === undefined || ssrc === undefined) throw new Error('a consumer without codec or SSRC');
      return {
        format: {
          ssrc,
          payloadType: codec.payloadType,
          mimeType: codec.mimeType,
          clockRate: codec.clockRate,
          channels: codec.channels ?? 1,
        },
        async start() {
          await producer.enableTraceEvent(['sr']);
          await consumer.resume();
        },
        close() {
          producer.off('trace', onTrace);
          if (!producer.closed) producer.enableTraceEvent([]).catch(() => undefined);
          consumer.close();
          meter.reset();
        },
      };
    },
  };
}
