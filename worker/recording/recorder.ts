/**
 * The listener in the room: takes down the sound of both participants, whatever they send, while capture is on.
 *
 * It knows sources of packets and a journal, and neither mediasoup nor consent: the room hands it every audio producer
 * of the seats `a` and `b` and nothing else, and the application says when to capture.
 */
import type { ConversationEvent, ParticipantSeat } from '../../server/domain/conversation.ts';
import { MediaRefused } from '../../server/app/ports.ts';
import type { ClockAnchor, EpochOpen, JournalRecord, MonoNs } from './journal-format.ts';
import { newBootId, openJournal, type Journal, type JournalOptions } from './journal.ts';

/** The larger Opus packets of browsers stay under one Ethernet frame; what is above it is no sound. */
const MAX_PACKET_BYTES = 1500;
/** Opus in packets of 5 ms; browsers send 50. */
const MAX_PACKETS_PER_SECOND = 200;
/** What may come at once after a stall (40 s of sound over TCP): a late packet is as good as any. */
const MAX_BURST_PACKETS = 2000;
/** How long a caller waits for the disk before it is told; the journal goes on trying. */
const DISK_PATIENCE_MS = 3000;

export type SenderReport = Omit<
  Extract<JournalRecord, { type: 'sender-report' }>,
  'type' | 'monoNs' | 'stream'
>;

/** One audio producer of a participant, before anybody listens to it. */
export interface Source {
  readonly producerId: string;
  readonly seat: ParticipantSeat;
  /** Begins to listen; nothing is handed over before `start` is called on the answer. */
  tap(o: {
    readonly onPacket: (packet: Uint8Array) => void;
    readonly onReport: (report: SenderReport) => void;
  }): Promise<Tap>;
}

export interface Tap {
  /** What the packets will look like. */
  readonly format: Pick<EpochOpen, 'ssrc' | 'payloadType' | 'mimeType' | 'clockRate' | 'channels'>;
  start(): Promise<void>;
  /** Idempotent. */
  close(): void;
}

export type Capture = 'on' | 'held' | 'off';

export interface Recorder {
  /**
   * To be called for every audio producer of a participant, also while capture is off. Resolves when it is listened
   * to, if it is to be; a source that cannot be tapped is told to `onFault`.
   */
  addSource(source: Source): Promise<void>;
  /** The producer is gone, or the worker. */
  removeSource(producerId: string, reason: string): void;
  /**
   * One at a time, in order. `on` resolves when the first segment is durably on disk, `off` when all is.
   * @throws MediaRefused when the disk does not take it: capture is as asked for, and `on` may be asked again.
   */
  setCapture(capture: Capture): Promise<void>;
  /**
   * Into the journal, durably; while the disk fails (and that has been told), as soon as it takes it. Ignored while
   * off. Never throws: the conversation's own log has the event, and what the journal could not take goes to `onFault`.
   */
  note(event: ConversationEvent): Promise<void>;
  /** Seals. Idempotent, never throws; what could not be written was told to `onFault`. */
  close(reason: string): Promise<void>;
}

export interface RecorderOptions {
  readonly conversationId: string;
  /** The journal's. */
  readonly folder: string;
  readonly anchor: ClockAnchor;
  readonly now: () => MonoNs;
  readonly onDurable: (durable: boolean) => void;
  readonly onFault: (error: unknown) => void;
  /** For tests: another disk, another timer. */
  readonly journal?: Partial<JournalOptions>;
  readonly diskPatienceMs?: number;
}

/** One source in one journal. */
interface Epoch {
  readonly stream: number;
  tap: Tap | null;
  closed: boolean;
  held: number;
  oversize: number;
  tooMany: number;
  allowance: number;
  allowanceAtNs: MonoNs;
}

export function createRecorder(options: RecorderOptions): Recorder {
  const { conversationId, folder, anchor, now, onFault } = options;
  const sources = new Map<string, Source>();
  const epochs = new Map<string, Epoch>();
  let journal: Journal | null = null;
  let capture: Capture = 'off';
  /** Streams are told apart within a journal's boot. */
  let streams = 0;
  let order: Promise<unknown> = Promise.resolve();
  let closed = false;

  // Packets.

  function onPacket(epoch: Epoch, packet: Uint8Array): void {
    const monoNs = now();
    if (journal === null || epoch.closed) return;
    if (capture !== 'on') {
      epoch.held += 1;
      return;
    }
    if (packet.length > MAX_PACKET_BYTES) {
      epoch.oversize += 1;
      return;
    }
    const earned = ((monoNs - epoch.allowanceAtNs) * MAX_PACKETS_PER_SECOND) / 1e9;
    epoch.allowance = Math.min(MAX_BURST_PACKETS, epoch.allowance + earned);
    epoch.allowanceAtNs = monoNs;
    if (epoch.allowance < 1) {
      epoch.tooMany += 1;
      return;
    }
    epoch.allowance -= 1;
    // A flood is told when it ends, not packet by packet.
    if (epoch.tooMany > 0 || epoch.oversize > 0) tellDropped(epoch);
    journal.rtp(epoch.stream, monoNs, packet);
  }

  function onReport(epoch: Epoch, report: SenderReport): void {
    if (capture !== 'on' || epoch.closed) return;
    journal?.append({ type: 'sender-report', monoNs: now(), stream: epoch.stream, ...report });
  }

  function tellDropped(epoch: Epoch): void {
    const { stream } = epoch;
    const monoNs = now();
    const counts = [
      ['held', epoch.held],
      ['size', epoch.oversize],
      ['rate', epoch.tooMany],
    ] as const;
    epoch.held = 0;
    epoch.oversize = 0;
    epoch.tooMany = 0;
    for (const [why, dropped] of counts) {
      if (dropped > 0) journal?.append({ type: 'gap', monoNs, stream, dropped, why });
    }
  }

  // Epochs.

  async function openEpoch(source: Source): Promise<void> {
    const into = journal;
    if (into === null || epochs.has(source.producerId)) return;
    if (streams === 65_535) {
      onFault(new Error('no stream is left in this journal'));
      return;
    }
    streams += 1;
    const epoch: Epoch = {
      stream: streams,
      tap: null,
      closed: false,
      held: 0,
      oversize: 0,
      tooMany: 0,
      allowance: MAX_BURST_PACKETS,
      allowanceAtNs: now(),
    };
    epochs.set(source.producerId, epoch);
    try {
      const tap = await source.tap({
        onPacket: (packet) => onPacket(epoch, packet),
        onReport: (report) => onReport(epoch, report),
      });
      epoch.tap = tap;
      if (epoch.closed) {
        tap.close();
        return;
      }
      const { stream } = epoch;
      const { seat, producerId } = source;
      into.append({ type: 'epoch-open', monoNs: now(), stream, seat, producerId, ...tap.format });
      void into.durable().catch(() => undefined);
      await tap.start();
    } catch (error) {
      // The producer went meanwhile, or the worker did; then its end is told by whoever ended it.
      if (!epoch.closed) onFault(error);
      closeEpoch(source.producerId, 'tap-failed');
    }
  }

  function closeEpoch(producerId: string, reason: string): void {
    const epoch = epochs.get(producerId);
    if (epoch === undefined) return;
    epochs.delete(producerId);
    tellDropped(epoch);
    epoch.closed = true;
    epoch.tap?.close();
    if (epoch.tap === null) return;
    journal?.append({ type: 'epoch-close', monoNs: now(), stream: epoch.stream, reason });
    void journal?.durable().catch(() => undefined);
  }

  // Capture.

  function begin(): Journal {
    streams = 0;
    const instantMs = anchor.instantMs + (now() - anchor.monoNs) / 1e6;
    return openJournal({
      folder,
      conversationId,
      bootId: newBootId(instantMs),
      anchor,
      now,
      onDurable: options.onDurable,
      onFault,
      ...options.journal,
    });
  }

  async function apply(next: Capture): Promise<void> {
    if (next === 'off') {
      await end('capture-off');
      return;
    }
    if (closed) throw new MediaRefused('the recorder is closed');
    journal ??= begin();
    const opened = Promise.all(Array.from(sources.values(), openEpoch));
    if (capture === 'held' && next === 'on') for (const epoch of epochs.values()) tellDropped(epoch);
    capture = next;
    await opened;
    if (next === 'on' && !(await becameDurable(journal))) {
      throw new MediaRefused('the disk does not take the recording now');
    }
  }

  async function end(reason: string): Promise<void> {
    const ending = journal;
    if (ending === null) return;
    for (const producerId of epochs.keys()) closeEpoch(producerId, reason);
    capture = 'off';
    journal = null;
    try {
      await ending.close();
    } catch (error) {
      onFault(error);
      throw new MediaRefused('the end of the recording could not be written');
    }
  }

  /** False after a while. */
  function becameDurable(of: Journal): Promise<boolean> {
    const patienceMs = options.diskPatienceMs ?? DISK_PATIENCE_MS;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(resolve, patienceMs, false);
    of.durable()
      .then(() => resolve(true))
      .catch(() => resolve(false));
    return promise.finally(() => clearTimeout(timer));
  }

  function inOrder<T>(run: () => Promise<T>): Promise<T> {
    const result = order.then(run);
    order = result.catch(() => undefined);
    return result;
  }

  return {
    async addSource(source) {
      if (closed) return;
      sources.set(source.producerId, source);
      await openEpoch(source);
    },
    removeSource(producerId, reason) {
      sources.delete(producerId);
      closeEpoch(producerId, reason);
    },
    setCapture: (next) => inOrder(() => apply(next)),
    async note(event) {
      const into = journal;
      if (into === null) return;
      try {
        if (into.append({ type: 'event', monoNs: now(), event })) await becameDurable(into);
        else onFault(new Error('the journal has no room for an event'));
      } catch (error) {
        onFault(error);
      }
    },
    async close(reason) {
      closed = true;
      for (const producerId of epochs.keys()) closeEpoch(producerId, reason);
      await inOrder(() => end(reason)).catch(() => undefined);
      sources.clear();
    },
  };
}
