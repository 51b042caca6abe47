/** The conversations of this node: found, opened once, kept while anything may still happen in them. */
import type { Command, Create, Refusal } from '../domain/commands.ts';
import type { ConversationEvent, Conversation, Seat, TroubleKind } from '../domain/conversation.ts';
import { decide } from '../domain/decide.ts';
import { replay } from '../domain/evolve.ts';
import { unfinished } from '../domain/timer.ts';
import { createDeletions } from './deletions.ts';
import { createMixes } from './mixes.ts';
import type { Clock, MediaPlane, Mixer, NewId, Recordings, Store } from './ports.ts';
import { createRoom, type Room } from './room.ts';

export type NewConversation = Omit<Create, 'type' | 'conversationId'>;

export interface Rooms {
  create(conversation: NewConversation): Promise<Conversation>;
  /** Null where there is no such conversation. Does not open media. */
  read(id: string): Promise<Conversation | null>;
  /** The log so far, or null where there is no such conversation. */
  events(id: string): Promise<readonly ConversationEvent[] | null>;
  /** Newest first; `after` is the id of the last one of the page before. */
  list(query: { readonly limit: number; readonly after: string | null }): Promise<readonly Conversation[]>;
  /** One command at a time per conversation; the new state is durable when it resolves. */
  execute(id: string, command: Command): Promise<Conversation | Refusal | null>;
}

/** What the signaling edge and the composition root need beyond it. */
export interface RunningRooms extends Rooms {
  /** Opens the room, or null where there is no such conversation. */
  room(id: string): Promise<Room | null>;
  /** Goes on with what was unfinished when the last server stopped. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export type RoomsLog = (
  level: 'info' | 'warn' | 'error',
  about: {
    readonly conversationId: string;
    readonly seat?: Seat;
    readonly kind?: TroubleKind;
    readonly error?: unknown;
  },
  message: string,
) => void;

export function createRooms(o: {
  readonly store: Store;
  readonly clock: Clock;
  readonly plane: MediaPlane;
  readonly mixer: Mixer;
  readonly recordings: Recordings;
  readonly newId: NewId;
  readonly log: RoomsLog;
}): RunningRooms {
  const { store, clock, plane, newId, log } = o;
  /** Open or opening. */
  const rooms = new Map<string, Promise<Room | null>>();
  /** Open. */
  const open = new Map<string, Room>();

  const mixes = createMixes({
    mixer: o.mixer,
    clock,
    log,
    execute,
    async load(id) {
      const found = await room(id);
      return found === null ? null : { state: found.state(), events: found.events() };
    },
  });

  const deletions = createDeletions({
    recordings: o.recordings,
    clock,
    stopMixing: mixes.drop,
    execute,
    log,
  });

  plane.listen({
    roomLost: (id) => open.get(id)?.mediaLost(),
    producersChanged: (id, producers) => open.get(id)?.producersChanged(producers),
    captureChanged: (id, durable) => open.get(id)?.captureChanged(durable),
    qualityChanged: (id, connections) => open.get(id)?.qualityChanged(connections),
  });

  const start = (events: readonly ConversationEvent[]): Room => {
    const state = replay(events);
    const conversationId = state.id;
    const created = createRoom({
      log: events,
      state,
      store,
      clock,
      plane,
      newId,
      wantMix: mixes.want,
      wantDeletion: deletions.want,
      // What was written and who wrote it is between them and the staff.
      onTroubleReported: ({ seat, kind }) =>
        log('warn', { conversationId, seat, kind }, 'trouble was reported'),
      onTrouble: (error, doing) => log('error', { conversationId, error }, `trouble with ${doing}`),
    });
    open.set(conversationId, created);
    return created;
  };

  function room(id: string): Promise<Room | null> {
    const known = rooms.get(id);
    if (known !== undefined) return known;
    const opening = store.load(id).then((events) => {
      if (events === null) rooms.delete(id);
      return events === null ? null : start(events);
    });
    opening.catch(() => rooms.delete(id));
    rooms.set(id, opening);
    return opening;
  }

  /** Rooms in which nothing can happen any more are let go; the store has them. */
  const letGo = (id: string): void => {
    if (open.get(id)?.idle() !== true) return;
    open.delete(id);
    rooms.delete(id);
  };

  async function execute(id: string, command: Command): Promise<Conversation | Refusal | null> {
    const found = await room(id);
    if (found === null) return null;
    try {
      return await found.execute(command);
    } finally {
      letGo(id);
    }
  }

  return {
    async create(conversation) {
      const id = newId();
      const events = decide(null, { type: 'create', conversationId: id, ...conversation }, clock.now());
      if ('refused' in events) throw new Error(`a new conversation was refused: ${events.refused}`);
      await store.append(id, 0, events, unfinished(replay(events)));
      const created = start(events);
      rooms.set(id, Promise.resolve(created));
      return created.state();
    },
    async read(id) {
      const here = open.get(id);
      if (here !== undefined) return here.state();
      const events = await store.load(id);
      return events === null ? null : replay(events);
    },
    events: async (id) => open.get(id)?.events() ?? store.load(id),
    list: async (query) =>
      (await store.list(query)).map((stored) => open.get(stored.id)?.state() ?? replay(stored.events)),
    execute,
    room,
    async resume() {
      const lastAliveAt = (await store.lastBeat()) ?? clock.now();
      for (const id of await store.unfinished()) {
        await execute(id, { type: 'recover', lastAliveAt }).catch((error: unknown) =>
          log('error', { conversationId: id, error }, 'a conversation could not be opened again'),
        );
      }
    },
    async close() {
      await Promise.all([mixes.close(), deletions.close()]);
      await Promise.all([...open.values()].map((each) => each.close()));
    },
  };
}
