/** What each request of the protocol does: one line of translation into the room's own words. */
import type { GuestMedia } from '../app/guest-media.ts';
import { isRefusal, type Guest, type Room } from '../app/room.ts';
import type { Clock, NewId } from '../app/ports.ts';
import type { Command, Refusal } from '../domain/commands.ts';
import type { SignedAddresses } from '../access/signed-address.ts';
import type { RequestAnswer, RequestName, RequestPayload } from '../protocol/events.ts';

export interface RequestContext {
  readonly room: Room;
  readonly guest: Guest;
  readonly media: GuestMedia;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly addresses: Pick<SignedAddresses, 'sign'>;
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

/** The listening copy, to be heard in the page, and to be kept where the program lets it. */
function addressesOf({
  room,
  guest,
  addresses,
  clock,
}: RequestContext): RequestAnswer<'recording:address'> | Refusal {
  const copy = room.listeningCopy(guest.seat);
  if (isRefusal(copy)) return copy;
  const sign = (use: 'listen' | 'download') => addresses.sign(room.id, copy.fileName, clock.now(), use);
  const listen = sign('listen');
  const download = copy.mayDownload ? sign('download') : null;
  return {
    listenUrl: listen.url,
    downloadUrl: download?.url ?? null,
    expiresAt: Math.min(listen.expiresAt, download?.expiresAt ?? Infinity),
  };
}

export const REQUEST_HANDLERS: { readonly [N in RequestName]: Handler<N> } = {
  'conversation:consent': (context, { version, hash }) =>
    command(context, { type: 'consent', seat: context.guest.seat, version, hash }),
  'conversation:ready': (context, { ready }) =>
    command(context, { type: 'set-ready', seat: context.guest.seat, ready }),
  'conversation:start': (context) => command(context, { type: 'start', seat: context.guest.seat }),
  'conversation:pause': (context) => command(context, { type: 'pause', seat: context.guest.seat }),
  'conversation:resume': (context) => command(context, { type: 'resume', seat: context.guest.seat }),
  'conversation:extend': (context) => command(context, { type: 'extend', seat: context.guest.seat }),
  'conversation:ask-extension': (context, { wanted }) =>
    command(context, { type: 'ask-extension', seat: context.guest.seat, wanted }),
  'conversation:end': (context) => command(context, { type: 'end', seat: context.guest.seat }),
  'conversation:withdraw': (context) => command(context, { type: 'withdraw', seat: context.guest.seat }),
  'prompt:show': (context, { index }) =>
    command(context, { type: 'show-prompt', seat: context.guest.seat, index }),
  'nudge:send': (context, { to, text }) =>
    command(context, { type: 'nudge', seat: context.guest.seat, nudgeId: context.newId(), to, text }),
  'mark:set': (context, { note }) =>
    command(context, { type: 'mark', seat: context.guest.seat, markId: context.newId(), note }),
  'trouble:report': (context, { kind, note }) =>
    command(context, {
      type: 'report-trouble',
      seat: context.guest.seat,
      troubleId: context.newId(),
      kind,
      note,
    }),
  'sound:checked': (context, { check }) =>
    command(context, { type: 'note-sound-check', seat: context.guest.seat, check }),
  'decision:answer': (context, { answer, recordingVersion }) =>
    command(context, { type: 'decide', seat: context.guest.seat, answer, recordingVersion }),
  'recording:address': async (context) => addressesOf(context),
  'room:report': async ({ room, guest }, { microphone }) => room.report(guest, microphone),
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
