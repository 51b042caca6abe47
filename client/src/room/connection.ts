/**
 * Holds the seat: session, socket, and their renewal for as long as the conversation lives. It knows the conversation
 * only as the last view it was sent, and media not at all.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { Ack, ErrorCode } from '../../../server/protocol/errors.ts';
import type {
  ClientToServer,
  NoticePayload,
  RequestAnswer,
  RequestName,
  RequestPayload,
  ServerToClient,
  View,
} from '../../../server/protocol/events.ts';
import { createServerClock, type ServerClock } from './clock.ts';
import { createPause } from './pause.ts';
import { opensAt } from './link.ts';
import { openSession } from './session.ts';

type Wire = Socket<ServerToClient, ClientToServer>;

export type SeatLoss = NoticePayload<'seat:lost'>['reason'];

export type Connection =
  /** Nothing is known yet. */
  | { readonly state: 'opening' }
  /** The seat is ours. */
  | { readonly state: 'open' }
  /** Another device of ours is being asked; by `until` (server's clock) it has lost. */
  | { readonly state: 'waiting'; readonly until: number }
  /** Not reached; tried again by itself. `tries` since the last time it was open. */
  | { readonly state: 'away'; readonly tries: number }
  /**
   * The link is too early; tried again by itself. `opensAt` as the link tells; `until` by `clock`, as the house tells.
   */
  | { readonly state: 'early'; readonly opensAt: number | null; readonly until: number | null }
  /** The link does not open this seat (any more). */
  | { readonly state: 'refused'; readonly code: ErrorCode }
  | { readonly state: 'lost'; readonly reason: SeatLoss }
  /** Left on purpose, or over. */
  | { readonly state: 'closed' };

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: ErrorCode | 'no-answer' };

export type Request = <N extends RequestName>(
  name: N,
  payload: RequestPayload<N>,
) => Promise<Outcome<RequestAnswer<N>>>;

export interface TakeoverAsk {
  readonly askId: string;
  /** By the server's clock. */
  readonly answerBy: number;
}

/** What others (media) must be told as it happens. */
export interface ConnectionEvents {
  /** The seat was granted to a new socket: whatever media the old one had is void. */
  granted(): void;
  available(producers: NoticePayload<'media:available'>['producers']): void;
  mediaLost(): void;
}

export interface SeatConnection {
  readonly state: ReadonlySignal<Connection>;
  readonly view: ReadonlySignal<View | null>;
  readonly takeover: ReadonlySignal<TakeoverAsk | null>;
  /** How well the two can be heard; all unknown until the house has said. */
  readonly quality: ReadonlySignal<NoticePayload<'room:quality'>>;
  readonly clock: ServerClock;
  readonly request: Request;
  /** Idempotent; also after `close`. */
  open(): void;
  /** Lets the seat go. Idempotent. */
  close(): void;
  /** Something may have changed (network, sleep): look at once whether the server still answers. */
  check(): void;
}

/** Long enough for a phone network, short enough to notice a dead line before people give up. */
const ANSWER_WITHIN_MS = 8000;
const CHECK_WITHIN_MS = 3000;
const MEASURE_EVERY_MS = 30_000;
const MEASURE_AT_FIRST = 5;
const BACKOFF_FIRST_MS = 300;
/** A house that restarts is back within seconds; who talks should not wait much longer than it takes. */
const BACKOFF_MOST_MS = 2500;
/** Fewer knocks where the answer will not change soon, if the house did not say when to come. */
const EARLY_AGAIN_MS = 20_000;
/** A laptop that slept, or a time that was changed: never away for longer. */
const EARLY_MOST_MS = 5 * 60_000;
const EARLY_SPREAD_MS = 800;

/** Refusals that no patience mends. Others (`internal`, `too-many-requests`, …) are tried again. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'link-invalid',
  'link-expired',
  'link-replaced',
  'already-over',
  'not-found',
  'bad-request',
  'too-large',
  'not-your-role',
]);

const UNKNOWN_QUALITY: NoticePayload<'room:quality'> = {
  a: { microphone: 'unknown', connection: 'unknown' },
  b: { microphone: 'unknown', connection: 'unknown' },
};

type Farewell =
  | { readonly why: 'dropped' | 'stale-session' }
  | { readonly why: 'lost'; readonly reason: SeatLoss }
  | { readonly why: 'refused'; readonly code: ErrorCode };

export function createConnection(o: {
  readonly link: string;
  /** Survives a reload of this tab, so that coming back needs nobody's leave. */
  readonly memory: { read(): string | null; write(resume: string): void };
  readonly events: ConnectionEvents;
}): SeatConnection {
  const state = signal<Connection>({ state: 'opening' });
  const view = signal<View | null>(null);
  const takeover = signal<TakeoverAsk | null>(null);
  const quality = signal(UNKNOWN_QUALITY);
  const clock = createServerClock();
  const pause = createPause();
  let socket: Wire | null = null;
  let run = 0;
  let tries = 0;

  const isOver = (): boolean => {
    const phase = view.value?.phase;
    return phase === 'cancelled' || phase === 'abandoned';
  };

  /** One socket, from its handshake to its end. */
  function hold(session: string): Promise<Farewell> {
    const resume = o.memory.read();
    const held: Wire = io({
      auth: resume === null ? { session } : { session, resume },
      reconnection: false,
      forceNew: true,
      transports: ['websocket', 'polling'],
      tryAllTransports: true,
      timeout: ANSWER_WITHIN_MS,
    });
    socket = held;
    let measuring: ReturnType<typeof setInterval> | undefined;

    return new Promise<Farewell>((resolve) => {
      const end = (farewell: Farewell): void => {
        clearInterval(measuring);
        takeover.value = null;
        if (socket === held) socket = null;
        // First, because disconnecting ends it too, with less to say.
        resolve(farewell);
        held.disconnect();
      };
      held.on('connect_error', (error) => {
        const code = (error as Error & { readonly data?: { readonly code?: ErrorCode } }).data?.code;
        if (code === 'session-invalid') end({ why: 'stale-session' });
        else if (code !== undefined && FINAL.has(code)) end({ why: 'refused', code });
        else end({ why: 'dropped' });
      });
      held.on('disconnect', () => end({ why: 'dropped' }));
      held.on('seat:waiting', ({ until }) => {
        state.value = { state: 'waiting', until };
      });
      held.on('seat:granted', (granted) => {
        o.memory.write(granted.resume);
        tries = 0;
        clock.forget();
        quality.value = UNKNOWN_QUALITY;
        state.value = { state: 'open' };
        void measureOften(held);
        measuring = setInterval(() => void measure(), MEASURE_EVERY_MS);
        o.events.granted();
      });
      held.on('conversation:view', (notice) => {
        clock.hint(notice.now);
        const known = view.value;
        const isStale = known !== null && state.value.state === 'open' && notice.view.version < known.version;
        if (!isStale) view.value = notice.view;
      });
      held.on('media:available', ({ producers }) => o.events.available(producers));
      held.on('room:quality', (notice) => {
        quality.value = notice;
      });
      held.on('media:lost', () => o.events.mediaLost());
      held.on('seat:takeover-asked', (ask) => {
        takeover.value = ask;
      });
      held.on('seat:takeover-settled', ({ askId }) => {
        if (takeover.value?.askId === askId) takeover.value = null;
      });
      held.on('seat:lost', ({ reason }) => end({ why: 'lost', reason }));
    });
  }

  async function keep(mine: number): Promise<void> {
    while (run === mine) {
      const opened = await openSession(o.link);
      if (run !== mine) return;
      if (opened.got === 'refusal' && opened.code === 'link-not-yet') {
        const { retryAfterMs } = opened;
        const until = retryAfterMs === null ? null : clock.now() + retryAfterMs;
        state.value = { state: 'early', opensAt: opensAt(o.link), until };
        await pause.sleep(earlyWaitMs(retryAfterMs));
        continue;
      }
      if (opened.got === 'refusal' && FINAL.has(opened.code)) {
        state.value = { state: 'refused', code: opened.code };
        return;
      }
      const farewell: Farewell =
        opened.got === 'session' ? await hold(opened.session) : { why: 'dropped' as const };
      if (run !== mine) return;
      switch (farewell.why) {
        case 'refused':
          state.value = { state: 'refused', code: farewell.code };
          return;
        case 'lost':
          state.value = { state: 'lost', reason: farewell.reason };
          return;
        case 'dropped':
        case 'stale-session':
          if (isOver()) {
            state.value = { state: 'closed' };
            return;
          }
          tries += 1;
          state.value = { state: 'away', tries };
          await pause.sleep(backoffMs(tries));
      }
    }
  }

  async function ask<N extends RequestName>(
    name: N,
    payload: RequestPayload<N>,
    withinMs: number,
  ): Promise<Outcome<RequestAnswer<N>>> {
    const asked = socket;
    // Before the seat is granted everything would only be refused.
    if (asked === null || state.value.state !== 'open') return { ok: false, code: 'no-answer' };
    try {
      // socket.io's types can't follow a name that is not yet known; name, payload and answer are one table.
      const untyped = asked as Socket;
      const ack = (await untyped.timeout(withinMs).emitWithAck(name, payload)) as Ack<unknown>;
      if (!ack.ok) return { ok: false, code: ack.error.code };
      return { ok: true, value: ('value' in ack ? ack.value : undefined) as RequestAnswer<N> };
    } catch {
      return { ok: false, code: 'no-answer' };
    }
  }

  async function measure(withinMs = ANSWER_WITHIN_MS): Promise<boolean> {
    const sentAt = clock.local();
    const answer = await ask('clock:read', {}, withinMs);
    if (answer.ok) clock.note({ sentAt, receivedAt: clock.local(), serverNow: answer.value.now });
    return answer.ok;
  }

  async function measureOften(on: Wire): Promise<void> {
    for (let i = 0; i < MEASURE_AT_FIRST && socket === on; i++) await measure();
  }

  return {
    state,
    view,
    takeover,
    quality,
    clock,
    request: (name, payload) => ask(name, payload, ANSWER_WITHIN_MS),
    open() {
      run += 1;
      tries = 0;
      state.value = { state: 'opening' };
      void keep(run);
    },
    close() {
      run += 1;
      socket?.disconnect();
      socket = null;
      pause.wake();
      state.value = { state: 'closed' };
    },
    check() {
      pause.wake();
      const checked = socket;
      if (checked === null) return;
      void measure(CHECK_WITHIN_MS).then((answered) => {
        if (!answered && socket === checked) checked.disconnect();
        return undefined;
      });
    },
  };
}

/** Doubling, with chance, so that a house that comes back is not stormed by all at once. */
export function backoffMs(tries: number, chance: number = Math.random()): number {
  const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** (tries - 1));
  return most * (0.5 + chance / 2);
}

/** Until the house said it opens, never long, and not all at the same moment. */
export function earlyWaitMs(retryAfterMs: number | null, chance: number = Math.random()): number {
  if (retryAfterMs === null) return EARLY_AGAIN_MS;
  return Math.min(EARLY_MOST_MS, Math.max(1000, retryAfterMs)) + chance * EARLY_SPREAD_MS;
}
