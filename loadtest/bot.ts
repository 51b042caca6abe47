/**
 * A participant or facilitator without a person: opens a link as the page does, speaks and listens over real WebRTC.
 * Speaks only the protocol. What it shall do and when, its caller says.
 */
import { performance } from 'node:perf_hooks';
import { io, type Socket } from 'socket.io-client';
import { z } from 'zod';
import {
  NOTICES,
  REQUESTS,
  type Available,
  type NoticeName,
  type NoticePayload,
  type RequestAnswer,
  type RequestName,
  type RequestPayload,
  type View,
} from '../server/protocol/events.ts';
import { sessionAnswer } from '../server/protocol/http.ts';
import { createBotMedia, type BotMedia, type Heard, type Request } from './bot-media.ts';
import { createMicrophone } from './microphone.ts';
import { RequestRefused } from './request-refused.ts';
import { offsetOf, type Offset, type Reading } from './server-clock.ts';
import { post } from './http.ts';

export interface Spoken {
  readonly sound: Int16Array;
  /** The server's instant at which sample 0 was spoken, ms with fractions. */
  readonly at: number;
}

export interface Bot {
  readonly seat: View['seat'];
  /** The latest view. */
  view(): View;
  /**
   * Resolves with the first view, this one included, at which `that` is true, and when that was by the server's clock.
   * Looked at whenever the server says anything; rejects when the bot fails, or after `withinMs`.
   */
  until(
    what: string,
    that: (view: View) => boolean,
    withinMs: number,
  ): Promise<{ readonly view: View; readonly seenAt: number }>;
  /** Rejects with a `RequestRefused` when the server says no. */
  readonly request: Request;
  /** Opens media: both listen, participants also send. A participant must have consented. */
  openMedia(): Promise<void>;
  speak(sound: Int16Array): Spoken;
  /** What the server's clock shows now, ms with fractions. */
  now(): number;
  readonly clock: Offset;
  /** Socket connect to first packet of somebody else's sound, ms; null until there was one. */
  joinToAudioMs(): number | null;
  heard(): Heard;
  /** By the server's clock, when somebody could first be heard, and when nobody could be any more. */
  offered(): { readonly first: number | null; readonly last: number | null };
  /** The latest that the microphone handed over its sound, ms. */
  microphoneLatenessMs(): number;
  /** The facilitator's notes that reached this bot, each with when, by the server's clock. */
  nudgesSeen(): ReadonlyMap<string, number>;
  /** The latest that the server said of how the two can be heard; null: nothing yet. */
  quality(): NoticePayload<'room:quality'> | null;
  /** Every producer that this bot was ever offered, whoever's the server says it is. */
  offeredIds(): ReadonlySet<string>;
  readonly media: Pick<BotMedia, 'way' | 'producerIds' | 'transportIds'>;
  /** Idempotent. */
  leave(): void;
}

const acknowledgement = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), value: z.unknown().optional() }),
  z.strictObject({ ok: z.literal(false), error: z.strictObject({ code: z.string(), message: z.string() }) }),
]);
const anyOffer = z.looseObject({ producers: z.array(z.looseObject({ producerId: z.string() })) });
const clockReadings = 25;
const answerWithinMs = 10_000;

/**
 * Comes in by a link and waits until it has its seat and the first view.
 * @throws when the link, the handshake or the seat is refused.
 */
export async function createBot(o: {
  /** Where the server listens: `http://127.0.0.1:3000`. */
  readonly server: string;
  /** The whole address of a seat, secret included. */
  readonly link: string;
}): Promise<Bot> {
  const secret = new URL(o.link).hash.slice(1);
  const { session, seat } = await post(new URL('/api/session', o.server), { link: secret }, sessionAnswer);
  const socket: Socket = io(o.server, {
    auth: { session },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  const connectingAt = performance.now();
  const microphone = seat === 'facilitator' ? null : createMicrophone();
  const media = createBotMedia({ request, microphone });
  const watchers = new Set<() => void>();
  let latest: View | null = null;
  let clock: Offset = { offsetMs: 0, uncertaintyMs: Number.POSITIVE_INFINITY };
  let fault: Error | null = null;
  let leaving = false;
  let mediaOpen = false;
  let available: Available = { producers: [] };
  let firstOffered: number | null = null;
  let lastOffered: number | null = null;
  let quality: NoticePayload<'room:quality'> | null = null;
  const offeredIds = new Set<string>();
  const nudgesSeen = new Map<string, number>();
  /** Media is built one step at a time. */
  let building: Promise<void> = Promise.resolve();

  const now = (): number => performance.now() + clock.offsetMs;

  function fail(error: Error): void {
    if (leaving) return;
    fault ??= error;
    for (const look of watchers) look();
  }

  async function request<N extends RequestName>(
    name: N,
    payload: RequestPayload<N>,
  ): Promise<RequestAnswer<N>> {
    const ack = acknowledgement.parse(await socket.timeout(answerWithinMs).emitWithAck(name, payload));
    if (!ack.ok) throw new RequestRefused(name, ack.error.code);
    const answer: z.ZodType = REQUESTS[name].answer;
    return answer.parse(ack.value) as RequestAnswer<N>;
  }

  /** Parsed like everything from outside, even from our own server. */
  function on<N extends NoticeName>(name: N, then: (payload: NoticePayload<N>) => void): void {
    socket.on<NoticeName>(name, (payload: unknown) => {
      const parsed = NOTICES[name].safeParse(payload);
      if (parsed.success) then(parsed.data as NoticePayload<N>);
      else fail(new Error(`${name} is not of its form: ${parsed.error.message}`));
    });
  }

  function build(step: () => Promise<void>): void {
    building = building.then(step).catch((error: unknown) => {
      // What was offered may be gone again by the time it is asked for; the next notice tells.
      const gone = error instanceof RequestRefused && ['media-unknown', 'wrong-phase'].includes(error.code);
      if (!gone) fail(error instanceof Error ? error : new Error(String(error)));
    });
  }

  const granted = new Promise<void>((resolve, reject) => {
    on('seat:granted', () => resolve());
    socket.once('connect_error', (error) =>
      reject(new Error(`not let in: ${error.message}`, { cause: error })),
    );
    on('seat:lost', ({ reason }) => {
      const error = new Error(`lost the seat: ${reason}`);
      reject(error);
      fail(error);
    });
  });
  socket.on('disconnect', (reason) => fail(new Error(`disconnected: ${reason}`)));
  on('conversation:view', ({ view }) => {
    if (latest !== null && view.version < latest.version) return;
    latest = view;
    if (view.nudge !== null && !nudgesSeen.has(view.nudge.nudgeId)) nudgesSeen.set(view.nudge.nudgeId, now());
    for (const look of watchers) look();
  });
  on('room:quality', (notice) => {
    quality = notice;
    for (const look of watchers) look();
  });
  // Before the schema: what it would refuse is to be counted, too.
  socket.on('media:available', (payload: unknown) => {
    const offered = anyOffer.safeParse(payload);
    if (offered.success) for (const { producerId } of offered.data.producers) offeredIds.add(producerId);
  });
  on('media:available', (notice) => {
    if (notice.producers.length > 0) firstOffered ??= now();
    else if (available.producers.length > 0) lastOffered = now();
    available = notice;
    for (const look of watchers) look();
    if (mediaOpen) build(() => media.listenTo(available));
  });
  on('media:lost', () => {
    if (!mediaOpen) return;
    build(() => media.open());
    build(() => media.listenTo(available));
  });

  const until: Bot['until'] = (what, that, withinMs) =>
    new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        watchers.delete(look);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${seat} waited ${withinMs} ms in vain until ${what}`));
      }, withinMs);
      const look = (): void => {
        if (latest !== null && that(latest)) {
          done();
          resolve({ view: latest, seenAt: now() });
        } else if (fault !== null) {
          done();
          reject(new Error(`${seat} waited until ${what}: ${fault.message}`, { cause: fault }));
        }
      };
      watchers.add(look);
      look();
    });

  function leave(): void {
    if (leaving) return;
    leaving = true;
    media.close();
    microphone?.stop();
    socket.disconnect();
  }

  try {
    await granted;
    const readings: Reading[] = [];
    while (readings.length < clockReadings) {
      const sentAt = performance.now();
      const { now: said } = await request('clock:read', {});
      readings.push({ sentAt, receivedAt: performance.now(), now: said });
    }
    clock = offsetOf(readings);
    await until('the first view comes', () => true, answerWithinMs);
  } catch (error) {
    leave();
    throw error;
  }

  return {
    seat,
    view() {
      if (latest === null) throw new Error('no view yet');
      return latest;
    },
    until,
    request,
    async openMedia() {
      build(async () => {
        await media.open();
        mediaOpen = true;
        await media.listenTo(available);
      });
      await building;
      if (fault !== null) throw fault;
    },
    speak(sound) {
      if (microphone === null) throw new Error('the facilitator is never heard');
      return { sound, at: microphone.speak(sound) + clock.offsetMs };
    },
    now,
    clock,
    joinToAudioMs() {
      const { firstPacketAt } = media.heard();
      return firstPacketAt === null ? null : firstPacketAt - connectingAt;
    },
    heard: () => media.heard(),
    offered: () => ({ first: firstOffered, last: lastOffered }),
    microphoneLatenessMs: () => microphone?.worstLatenessMs() ?? 0,
    nudgesSeen: () => nudgesSeen,
    quality: () => quality,
    offeredIds: () => offeredIds,
    media,
    leave,
  };
}
