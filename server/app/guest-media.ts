/**
 * What one seated device may do with media: every call is held to phase and role before it goes to the room's media.
 * It does not know sockets, nor what is captured.
 */
import type { Refusal } from '../domain/commands.ts';
import type { Conversation, Seat } from '../domain/conversation.ts';
import { mayConsume, mayHear, mayProduce } from '../domain/roles.ts';
import type { Available } from '../protocol/events.ts';
import type { MediaKind, RtpCapabilities, RtpParameters, TransportDirection } from '../protocol/webrtc.ts';
import { MediaUnknown, type MediaRoom, type PeerId } from './ports.ts';

/** What a seated device asks of media. Refusals are values; faults are the ports' errors. */
export interface GuestMedia {
  capabilities(): Promise<RtpCapabilities>;
  createTransport(
    direction: TransportDirection,
  ): Promise<Refusal | Awaited<ReturnType<MediaRoom['createTransport']>>>;
  produce(o: {
    readonly transportId: string;
    readonly kind: MediaKind;
    readonly rtpParameters: RtpParameters;
  }): Promise<Refusal | { readonly producerId: string }>;
  consume(o: {
    readonly transportId: string;
    readonly producerId: string;
    readonly rtpCapabilities: RtpCapabilities;
  }): Promise<Refusal | Awaited<ReturnType<MediaRoom['consume']>>>;
  /** For what needs no more than to be the peer's own. */
  own<T>(use: (room: MediaRoom, peerId: PeerId) => Promise<T>): Promise<T>;
}

export function createGuestMedia(o: {
  readonly guest: { readonly peerId: PeerId; readonly seat: Seat };
  readonly state: () => Conversation;
  /** Throws MediaUnavailable while no media is open. */
  readonly open: () => Promise<MediaRoom>;
  /** Whom the seat may hear and see now. */
  readonly offered: () => Available;
}): GuestMedia {
  const { state, open, offered } = o;
  const { peerId, seat } = o.guest;
  return {
    capabilities: async () => (await open()).rtpCapabilities,
    async createTransport(direction) {
      if (direction === 'send' && !mayProduce(state(), seat)) return { refused: 'not-your-role' };
      return (await open()).createTransport({ peerId, seat, direction });
    },
    async produce(parameters) {
      if (!mayProduce(state(), seat)) return { refused: 'not-your-role' };
      return (await open()).produce({ peerId, ...parameters });
    },
    async consume(parameters) {
      if (!mayHear(state())) return { refused: 'wrong-phase' };
      const wanted = offered().producers.find(({ producerId }) => producerId === parameters.producerId);
      if (wanted === undefined) throw new MediaUnknown('no such producer to be heard');
      if (!mayConsume(seat, wanted.seat)) return { refused: 'not-your-role' };
      return (await open()).consume({ peerId, ...parameters });
    },
    own: async (use) => use(await open(), peerId),
  };
}
