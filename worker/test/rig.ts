/** What the tests with a real worker have in common. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ProducerInfo, SeatConnection } from '../../server/app/ports.ts';
import { createPlane, type Plane, type PlaneOptions } from '../plane.ts';
import type { JournalRecord, Segment } from '../recording/journal-format.ts';
import { readJournal } from '../recording/journal.ts';

export const LOOPBACK = { listen: '127.0.0.1', announced: '127.0.0.1' };
export const CONVERSATION = 'media-test-0123456789-';

export interface PlaneRig {
  readonly plane: Plane;
  readonly folder: string;
  readonly lost: string[];
  readonly producers: (readonly ProducerInfo[])[];
  readonly durable: boolean[];
  readonly connections: (readonly SeatConnection[])[];
  readonly logged: { readonly level: string; readonly message: string }[];
  /** When the server's clock was anchored: instants in the journals count from here. */
  readonly anchor: PlaneOptions['clockAnchor'];
  journal(conversationId?: string): Promise<readonly Segment[]>;
  stop(): Promise<void>;
}

export async function startPlane(
  options: Partial<Pick<PlaneOptions, 'addresses' | 'ports' | 'limits' | 'workerBin'>> = {},
): Promise<PlaneRig> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-media-'));
  const anchor = { monoNs: Number(process.hrtime.bigint()), instantMs: Date.now() };
  const lost: string[] = [];
  const producers: (readonly ProducerInfo[])[] = [];
  const durable: boolean[] = [];
  const connections: (readonly SeatConnection[])[] = [];
  const logged: { level: string; message: string }[] = [];
  const logAs = (level: string) => (_fields: object, message: string) => void logged.push({ level, message });
  const plane = createPlane({
    addresses: [LOOPBACK],
    ports: [0],
    conversationsFolder: folder,
    clockAnchor: anchor,
    log: { info: logAs('info'), warn: logAs('warn'), error: logAs('error') },
    ...options,
  });
  plane.listen({
    roomLost: (conversationId) => void lost.push(conversationId),
    producersChanged: (_conversationId, list) => void producers.push(list),
    captureChanged: (_conversationId, now) => void durable.push(now),
    qualityChanged: (_conversationId, list) => void connections.push(list),
  });
  return {
    plane,
    folder,
    lost,
    producers,
    durable,
    connections,
    logged,
    anchor,
    journal: (conversationId = CONVERSATION) => readJournal(journalFolder(folder, conversationId)),
    async stop() {
      await plane.close();
      await rm(folder, { recursive: true });
    },
  };
}

export function journalFolder(folder: string, conversationId = CONVERSATION): string {
  return join(folder, conversationId, 'journal');
}

export function recordsOf(segments: readonly Segment[]): readonly JournalRecord[] {
  return segments.flatMap((segment) => segment.records);
}

export function ofType<T extends JournalRecord['type']>(
  segments: readonly Segment[],
  type: T,
): readonly Extract<JournalRecord, { type: T }>[] {
  return recordsOf(segments).filter((record) => record.type === type) as Extract<
    JournalRecord,
    { type: T }
  >[];
}

/** Looks every 10 ms; for what happens in other processes there is nothing to await. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 5000,
): Promise<void> {
  const begun = performance.now();
  while (!(await holds())) {
    if (performance.now() - begun > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process with this id runs (one that has ended and was not waited for does not). */
export async function runs(pid: number): Promise<boolean> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}
