/** What each request of the protocol does: one line of translation into the room's own words. */
import { isRefusal, type Guest, type GuestMedia, type Room } from '../app/room.ts';
import type { Clock } from '../app/ports.ts';
import type { Command, Refusal } from '../domain/commands.ts';
import type { RequestAnswer, RequestName, RequestPayload } from '../protocol/events.ts';

export interface RequestContext {
  readonly room: Room;
  readonly guest: Guest;
  readonly media: GuestMedia;
  readonly clock: Clock;
}

type Handler<N extends RequestName> = (
  context: RequestContext,
  payload: RequestPayload<N>,
) => Promise<RequestAnswer<N> | Refusal>;

/** Whatever the state is then, the view tells it; the acknowledgement says only that it was done. */
async function command({ room }: RequestContext, what: Command): Promise<Refusal | undefined> {
  const outcome = await room.execute(what);
  return isRefusal(outcome) ? outcome : undefined;
}

export const REQUEST_HANDLERS: { readonly [N in RequestName]: Handler<N> } = {
  'conversation:consent': (context, { version, hash }) =>
    command(context, { type: 'consent', seat: context.guest.seat, version, hash }),
  'conversation:ready': (context, { ready }) =>
    command(context, { type: 'set-ready', seat: context.guest.seat, ready }),
  'conversation:start': (context) => command(context, { type: 'start', seat: context.guest.seat }),
  'conversation:end': (context) => command(context, { type: 'end', seat: context.guest.seat }),
  'prompt:show': (context, { index }) =>
    command(context, { type: 'show-prompt', seat: context.guest.seat, index }),
  'decision:answer': (context, { answer }) =>
    command(context, { type: 'decide', seat: context.guest.seat, answer }),
  'seat:answer-takeover': async ({ room, guest }, { askId, allow }) => {
    room.seats.answer(guest, askId, allow);
  },
  'clock:read': async ({ clock }) => ({ now: clock.now() }),
  'media:capabilities': async ({ media }) => ({ rtpCapabilities: await media.capabilities() }),
  'media:create-transport': ({ media }, { direction }) => media.createTransport(direction),
  'media:connect-transport': ({ media }, payload) =>
    media.own(async (room, peerId) => {
      await room.connectTransport({ peerId, ...payload });
      return undefined;
    }),
  'media:restart-ice': ({ media }, payload) =>
    media.own(async (room, peerId) => ({ iceParameters: await room.restartIce({ peerId, ...payload }) })),
  'media:produce': ({ media }, payload) => media.produce(payload),
  'media:pause-producer': ({ media }, payload) =>
    media.own(async (room, peerId) => {
      await room.pauseProducer({ peerId, ...payload });
      return undefined;
    }),
  'media:close-producer': ({ media }, payload) =>
    media.own(async (room, peerId) => {
      await room.closeProducer({ peerId, ...payload });
      return undefined;
    }),
  'media:consume': ({ media }, payload) => media.consume(payload),
  'media:resume-consumer': ({ media }, payload) =>
    media.own(async (room, peerId) => {
      await room.resumeConsumer({ peerId, ...payload });
      return undefined;
    }),
};
