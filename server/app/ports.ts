/**
 * The roles that the application leans on. Each says what is durable, what is atomic and what throws.
 * Adapters are named after their technology; fakes lie beside them and are used only by tests about something else.
 */
import type { ConversationEvent, Instant, Mix, ParticipantSeat, Seat } from '../domain/conversation.ts';
import type {
  ConsumerOptions,
  DtlsParameters,
  IceParameters,
  MediaKind,
  RtpCapabilities,
  RtpParameters,
  TransportDirection,
  TransportOptions,
} from '../protocol/webrtc.ts';

export interface Clock {
  /** Wall time anchored once per process and advanced by the monotonic clock: a stepped clock moves nothing. */
  now(): Instant;
  /** Calls `wake` once at `at` or as soon after as can be, never before. The answer cancels; idempotent. */
  wakeAt(at: Instant, wake: () => void): () => void;
}

/** Thrown by `Store.append` when somebody else appended first. */
export class VersionConflict extends Error {
  override readonly name = 'VersionConflict';
}

export interface StoredConversation {
  readonly id: string;
  readonly events: readonly ConversationEvent[];
}

export interface Store {
  /**
   * Appends to one conversation's log. Atomic: all events or none. Durable (survives power loss) when it resolves.
   * `expectedVersion` is the number of events already there (0: the conversation must not exist).
   * `unfinished` says whether the conversation still wants attention (a deadline, a mix) after these events.
   * @throws VersionConflict when the log is longer or shorter than that.
   */
  append(
    id: string,
    expectedVersion: number,
    events: readonly ConversationEvent[],
    unfinished: boolean,
  ): Promise<void>;
  /** The whole log in order, or null where there is no such conversation. */
  load(id: string): Promise<readonly ConversationEvent[] | null>;
  /** Newest first, at most `limit`, those created before conversation `after` when it is given. */
  list(query: {
    readonly limit: number;
    readonly after: string | null;
  }): Promise<readonly StoredConversation[]>;
  /** Ids of all conversations that were `unfinished` at their last append. */
  unfinished(): Promise<readonly string[]>;
  /** Remembers that a server ran at `at`. Need not be durable at once. */
  beat(at: Instant): Promise<void>;
  /** The latest remembered beat, or null. */
  lastBeat(): Promise<Instant | null>;
  /** Idempotent. */
  close(): Promise<void>;
}

/** A media call failed because what it names is not there (or is not the peer's). */
export class MediaUnknown extends Error {
  override readonly name = 'MediaUnknown';
}
/** A media call failed because the parameters cannot be used. */
export class MediaRefused extends Error {
  override readonly name = 'MediaRefused';
}
/** A media call failed because the worker is gone or too slow; the room will be opened again. */
export class MediaUnavailable extends Error {
  override readonly name = 'MediaUnavailable';
}

/** One device of one seat; its transports, producers and consumers are closed together. */
export type PeerId = string;

/**
 * The media of one conversation, on one media worker. Peers are told apart by `peerId`; nobody can name what is
 * another's. It does not know phases or consent: the application says who may consume, and when to capture.
 * Every method throws MediaUnknown, MediaRefused or MediaUnavailable.
 */
export interface MediaRoom {
  readonly rtpCapabilities: RtpCapabilities;
  /** A peer of the facilitator's seat is refused a send transport, whatever the caller wants. */
  createTransport(o: {
    readonly peerId: PeerId;
    readonly seat: Seat;
    readonly direction: TransportDirection;
  }): Promise<TransportOptions>;
  connectTransport(o: {
    readonly peerId: PeerId;
    readonly transportId: string;
    readonly dtlsParameters: DtlsParameters;
  }): Promise<void>;
  restartIce(o: { readonly peerId: PeerId; readonly transportId: string }): Promise<IceParameters>;
  /** One producer of each kind a peer; a second one replaces the first. */
  produce(o: {
    readonly peerId: PeerId;
    readonly transportId: string;
    readonly kind: MediaKind;
    readonly rtpParameters: RtpParameters;
  }): Promise<{ readonly producerId: string }>;
  pauseProducer(o: {
    readonly peerId: PeerId;
    readonly producerId: string;
    readonly paused: boolean;
  }): Promise<void>;
  closeProducer(o: { readonly peerId: PeerId; readonly producerId: string }): Promise<void>;
  /** Starts paused; the client resumes it when it is ready to play. */
  consume(o: {
    readonly peerId: PeerId;
    readonly transportId: string;
    readonly producerId: string;
    readonly rtpCapabilities: RtpCapabilities;
  }): Promise<ConsumerOptions>;
  resumeConsumer(o: { readonly peerId: PeerId; readonly consumerId: string }): Promise<void>;
  /** Closes all that the peer has. Idempotent. */
  closePeer(peerId: PeerId): Promise<void>;
  /** Closes every consumer between people (capture goes on); used when hearing ends. */
  closeConsumers(): Promise<void>;
  /**
   * `on`: sound of both participants' producers, present and future, is journalled. Resolves when the first segment
   * is durably on disk. `held`: nothing is written (a pause), tracks stay open. `off`: sealed; resolves when durable.
   */
  setCapture(capture: 'on' | 'held' | 'off'): Promise<void>;
  /** Writes a conversation event into the journal, durably at once. Ignored while capture is `off`. */
  note(event: ConversationEvent): Promise<void>;
  /** Closes everything; seals what is being written. Idempotent. */
  close(): Promise<void>;
}

export interface MediaEvents {
  /** The worker died or was given up; every MediaRoom of these conversations is void. Open them again. */
  roomLost(conversationId: string): void;
  /** Who can be consumed changed (produced, paused, closed); whole list. */
  producersChanged(conversationId: string, producers: readonly ProducerInfo[]): void;
  /** The disk acknowledged, or no longer acknowledges, what is captured. */
  captureChanged(conversationId: string, durable: boolean): void;
  /** How well a participant's device and the server reach each other; whole list, who is not in it is `unknown`. */
  qualityChanged(conversationId: string, connections: readonly SeatConnection[]): void;
}

/** `lost`: nothing comes through. `weak`: so much gets lost that it is heard. `unknown`: nothing is known yet. */
export type Connection = 'good' | 'weak' | 'lost' | 'unknown';

export interface SeatConnection {
  readonly seat: ParticipantSeat;
  readonly connection: Connection;
}

export interface ProducerInfo {
  readonly producerId: string;
  readonly peerId: PeerId;
  readonly seat: ParticipantSeat;
  readonly kind: MediaKind;
  readonly paused: boolean;
}

export interface MediaPlane {
  /** Subscribes; called once, by the composition root, before `openRoom`. */
  listen(events: MediaEvents): void;
  /** Opens the conversation's media on the worker with the most room left. Throws MediaUnavailable. */
  openRoom(conversationId: string): Promise<MediaRoom>;
  /** Seals and closes all; resolves when every worker has exited, within 3 s. Idempotent. */
  close(): Promise<void>;
}

export interface MixProgress {
  /** 0 to 1. */
  readonly done: number;
}

export interface Mixer {
  /**
   * Makes the recording of one conversation from its journals and its event log. Repeatable: a later run replaces
   * the outputs of a former one. `version` is written into the outcome. Rejects when the mix failed or was aborted.
   */
  mix(o: {
    readonly conversationId: string;
    readonly version: number;
    readonly events: readonly ConversationEvent[];
    readonly signal: AbortSignal;
    readonly onProgress: (progress: MixProgress) => void;
  }): Promise<Mix>;
}

/** Whatever is kept of the sound of conversations, wherever it lies. Logs of events are not among it. */
export interface Recordings {
  /**
   * Deletes everything recorded of one conversation and made of it: journals, mixes, copies, what was left unfinished.
   * Nothing of it may be written meanwhile. Durable (survives power loss) when it resolves. Idempotent. Rejects when
   * something may be left; to be called again then.
   */
  remove(conversationId: string): Promise<void>;
}

/** Random, unguessable identifiers: 22 characters of base64url (128 bits). */
export type NewId = () => string;
