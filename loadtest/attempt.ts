/** Asking for what one must not get. */
import type { RequestAnswer, RequestName, RequestPayload, View } from '../server/protocol/events.ts';
import type { RtpParameters } from '../server/protocol/webrtc.ts';
import type { Bot } from './bot.ts';
import { RequestRefused } from './request-refused.ts';

export interface Attempt {
  readonly seat: View['seat'];
  readonly request: RequestName;
  readonly phase: View['phase'];
  /** The server's code; null: it was done. */
  readonly refused: string | null;
}

/** @throws when there is no answer at all. */
export async function attempt<N extends RequestName>(
  bot: Bot,
  request: N,
  payload: RequestPayload<N>,
): Promise<Attempt & { readonly answer: RequestAnswer<N> | null }> {
  const about = { seat: bot.seat, request, phase: bot.view().phase };
  try {
    return { ...about, refused: null, answer: await bot.request(request, payload) };
  } catch (error) {
    if (!(error instanceof RequestRefused)) throw error;
    return { ...about, refused: error.code, answer: null };
  }
}

/** As a browser would send it (RFC 7587). */
const sound: RtpParameters = {
  mid: '0',
  codecs: [{ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: 111 }],
  encodings: [{ ssrc: 3_405_691_582 }],
  rtcp: { cname: 'nobody', reducedSize: true },
};

export interface Cheated {
  readonly attempts: readonly Attempt[];
  /** Producers that the server gave for it. */
  readonly producerIds: readonly string[];
}

/**
 * As the facilitator, to be heard: by a transport to send by, by the one to listen by, by one that belongs to a
 * participant, by one that is nobody's. And, as a last thing, to silence somebody else.
 */
export async function tryToBeHeard(bot: Bot, participants: readonly Bot[]): Promise<Cheated> {
  const sending = await attempt(bot, 'media:create-transport', { direction: 'send' });
  const others = participants.map(({ media }) => media.transportIds().sending);
  const ways = [
    sending.answer?.id ?? null,
    bot.media.transportIds().receiving,
    ...others,
    'nobody-s-transport',
  ];
  const produced = await Promise.all(
    ways
      .filter((transportId) => transportId !== null)
      .map((transportId) =>
        attempt(bot, 'media:produce', { transportId, kind: 'audio', rtpParameters: sound }),
      ),
  );
  const silenced = await Promise.all(
    participants
      .flatMap(({ media }) => [...media.producerIds()])
      .map((producerId) => attempt(bot, 'media:pause-producer', { producerId, paused: true })),
  );
  return {
    attempts: [sending, ...produced, ...silenced].map(plain),
    producerIds: produced.flatMap(({ answer }) => answer?.producerId ?? []),
  };
}

export const plain = ({ seat, request, phase, refused }: Attempt): Attempt => ({
  seat,
  request,
  phase,
  refused,
});
