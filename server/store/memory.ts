/** A store that forgets with its process: for tests, and the full meaning of the port. */
import { VersionConflict, type Store } from '../app/ports.ts';
import type { Instant } from '../domain/conversation.ts';
import { readEvent, writeEvent } from './event-schema.ts';

interface Entry {
  /** Kept as text, so that nobody shares an object with the store and only what JSON carries comes back. */
  readonly log: string[];
  unfinished: boolean;
}

export function createMemoryStore(): Store {
  /** In order of creation: a Map keeps it. */
  const entries = new Map<string, Entry>();
  let beatAt: Instant | null = null;

  return {
    async append(id, expectedVersion, events, unfinished) {
      const entry = entries.get(id) ?? { log: [], unfinished };
      if (entry.log.length !== expectedVersion) throw new VersionConflict(`${id} at ${expectedVersion}`);
      if (entry.log.length + events.length === 0) throw new RangeError('a log begins with an event');
      const texts = events.map(writeEvent);
      entry.log.push(...texts);
      entry.unfinished = unfinished;
      entries.set(id, entry);
    },
    async load(id) {
      return entries.get(id)?.log.map(readEvent) ?? null;
    },
    async list({ limit, after }) {
      const ids = [...entries.keys()].toReversed();
      const from = after === null ? 0 : ids.indexOf(after) + 1;
      if (after !== null && from === 0) return [];
      return ids
        .slice(from, from + limit)
        .map((id) => ({ id, events: (entries.get(id)?.log ?? []).map(readEvent) }));
    },
    async unfinished() {
      return [...entries].filter(([, entry]) => entry.unfinished).map(([id]) => id);
    },
    async beat(at) {
      beatAt = at;
    },
    async lastBeat() {
      return beatAt;
    },
    async close() {},
  };
}
