/**
 * The socket's edge: authenticates the handshake, parses every message, calls the room, acknowledges. What it does not
 * know: whether something may be done; the room says so.
 */
import type { Server as HttpServer } from 'node:http';
import type { Logger } from 'pino';
import { Server, type Socket } from 'socket.io';
import type { RunningRooms } from '../app/rooms.ts';
import type { Guest, Room } from '../app/room.ts';
import type { Clock, NewId } from '../app/ports.ts';
import type { Seat } from '../domain/conversation.ts';
import type { SignedAddresses } from '../access/signed-address.ts';
import type { ErrorCode } from '../protocol/errors.ts';
import {
  handshake,
  REQUESTS,
  type ClientToServer,
  type RequestName,
  type ServerToClient,
} from '../protocol/events.ts';
import { answerOf, codeOfFault, refuse, wireError, type Answer } from './answers.ts';
import { createRate } from './rate.ts';
import { REQUEST_HANDLERS, type RequestContext } from './requests.ts';

/** A view with a long deck is some 20 kB; what clients send is at most an SDP's worth of parameters. */
const MAX_MESSAGE_BYTES = 64 * 1024;
/** Heartbeats well under the grace time, so that a vanished device is noticed before its seat's clock rules. */
const HEARTBEAT_MS = 5_000;
/** A busy client sends some 20 requests while joining and a few a minute after. */
const REQUESTS_PER_SECOND = 20;
const REQUESTS_BURST = 100;
/** A device that keeps sending after so many refusals for its rate is disconnected. */
const PATIENCE = 200;

export interface SessionClaims {
  readonly conversationId: string;
  readonly seat: Seat;
  readonly linkVersion: number;
}

/** What a session token is worth now. */
export type OpenSession = (token: string) => SessionClaims | { readonly error: ErrorCode };

type Wire = Socket<
  ClientToServer,
  ServerToClient,
  Record<string, never>,
  { session: SessionClaims; resume: string | null }
>;

class HandshakeRefused extends Error {
  override readonly name = 'HandshakeRefused';
  readonly data: { readonly code: ErrorCode; readonly message: string };
  constructor(code: ErrorCode) {
    super(code);
    this.data = wireError(code);
  }
}

export interface Signaling {
  /** Disconnects everyone; they come back by themselves when a server is there. */
  close(): void;
}

export function createSignaling(o: {
  readonly http: HttpServer;
  readonly rooms: RunningRooms;
  readonly openSession: OpenSession;
  /** Origins from which a browser may connect; others are turned away. */
  readonly origins: readonly string[];
  readonly addresses: Pick<SignedAddresses, 'sign'>;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Logger;
}): Signaling {
  const { rooms, addresses, clock, newId, log } = o;

  const io = new Server<ClientToServer, ServerToClient, Record<string, never>, Wire['data']>(o.http, {
    serveClient: false,
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    pingInterval: HEARTBEAT_MS,
    pingTimeout: HEARTBEAT_MS,
    connectTimeout: 10_000,
    perMessageDeflate: false,
    allowRequest: (request, answer) => {
      const origin = request.headers.origin;
      const sameHost = (): boolean => URL.parse(origin ?? '')?.host === request.headers.host;
      // No origin: not a browser; the session decides alone.
      answer(null, origin === undefined || o.origins.includes(origin) || sameHost());
    },
  });

  io.use((socket, next) => {
    authenticate(socket).then(
      () => next(),
      (error: unknown) => {
        const refused = error instanceof HandshakeRefused ? error : new HandshakeRefused('internal');
        if (refused !== error) log.error({ err: error }, 'handshake failed');
        else log.info({ code: refused.data.code }, 'handshake refused');
        next(refused);
      },
    );
  });

  async function authenticate(socket: Wire): Promise<void> {
    const parsed = handshake.safeParse(socket.handshake.auth);
    if (!parsed.success) throw new HandshakeRefused('bad-request');
    const session = o.openSession(parsed.data.session);
    if ('error' in session) throw new HandshakeRefused(session.error);
    const conversation = await rooms.read(session.conversationId);
    if (conversation === null) throw new HandshakeRefused('not-found');
    if (conversation.linkVersions[session.seat] !== session.linkVersion)
      throw new HandshakeRefused('link-replaced');
    socket.data = { session, resume: parsed.data.resume ?? null };
  }

  io.on('connection', (socket) => {
    welcome(socket).catch((error: unknown) => {
      log.error({ err: error, ...about(socket) }, 'a device could not be let in');
      socket.disconnect(true);
    });
  });

  const about = (socket: Wire): { conversationId: string; seat: Seat } => ({
    conversationId: socket.data.session.conversationId,
    seat: socket.data.session.seat,
  });

  async function welcome(socket: Wire): Promise<void> {
    // Requests that come before the seat is granted are refused below, not lost: listen first.
    let context: RequestContext | null = null;
    listen(socket, () => context);
    const room = await rooms.room(socket.data.session.conversationId);
    if (room === null) {
      socket.disconnect(true);
      return;
    }
    const guest = guestOf(socket, room, (seated) => {
      context = seated ? { room, guest, media: room.mediaFor(guest), clock, newId, addresses } : null;
    });
    if (socket.disconnected) return;
    socket.once('disconnect', () => room.leave(guest));
    room.enter(guest);
  }

  function guestOf(socket: Wire, room: Room, seated: (yes: boolean) => void): Guest {
    const { seat, linkVersion } = socket.data.session;
    const name = (): string | null => (seat === 'facilitator' ? null : room.state().names[seat]);
    return {
      peerId: newId(),
      seat,
      linkVersion,
      resume: socket.data.resume,
      granted(resume) {
        seated(true);
        socket.emit('seat:granted', { seat, name: name(), resume });
      },
      waiting: (until) => socket.emit('seat:waiting', { until }),
      takeoverAsked: (askId, answerBy) => socket.emit('seat:takeover-asked', { askId, answerBy }),
      takeoverSettled: (askId) => socket.emit('seat:takeover-settled', { askId }),
      lost(reason) {
        seated(false);
        socket.emit('seat:lost', { reason });
        // It may be this device's own request that gave the seat away: its answer goes first.
        setImmediate(() => socket.disconnect());
      },
      view: (now, view) => socket.emit('conversation:view', { now, view }),
      available: (available) => socket.emit('media:available', available),
      quality: (quality) => socket.emit('room:quality', quality),
      mediaLost: () => socket.emit('media:lost', {}),
    };
  }

  function listen(socket: Wire, seatedContext: () => RequestContext | null): void {
    const rate = createRate({ clock, perSecond: REQUESTS_PER_SECOND, burst: REQUESTS_BURST });
    let overRate = 0;
    socket.onAny((name: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const acknowledge = typeof last === 'function' ? (answer: Answer): unknown => last(answer) : null;
      const reply = (answer: Answer): void => {
        if (!answer.ok)
          log.info(
            { ...about(socket), event: name.slice(0, 64), code: answer.error.code },
            'request refused',
          );
        acknowledge?.(answer);
      };
      if (!rate.take()) {
        overRate += 1;
        // Told and logged once; answering a flood would feed it.
        if (overRate === 1) reply(refuse('too-many-requests'));
        if (overRate > PATIENCE) socket.disconnect(true);
        return;
      }
      overRate = 0;
      handle(name, args[0], seatedContext()).then(reply, (fault: unknown) => {
        const code = codeOfFault(fault);
        if (code === 'internal') log.error({ err: fault, ...about(socket), event: name }, 'request failed');
        reply(refuse(code));
      });
    });
  }

  async function handle(name: string, payload: unknown, context: RequestContext | null): Promise<Answer> {
    if (!isRequest(name)) return refuse('unknown-event');
    if (context === null) return refuse('seat-taken');
    return request(name, payload, context);
  }

  return {
    close() {
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}

const isRequest = (name: string): name is RequestName => Object.hasOwn(REQUESTS, name);

async function request(name: RequestName, payload: unknown, context: RequestContext): Promise<Answer> {
  const parsed = REQUESTS[name].payload.safeParse(payload);
  if (!parsed.success) return refuse('bad-request');
  // Parsed by the schema of this very name: the table's types say the same, but not to the compiler.
  const handler = REQUEST_HANDLERS[name] as (
    context: RequestContext,
    payload: unknown,
  ) => Promise<object | undefined>;
  return answerOf(await handler(context, parsed.data));
}
