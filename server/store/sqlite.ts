/** The store of a single node: one SQLite file in the data folder. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { VersionConflict, type Store } from '../app/ports.ts';
import type { ConversationEvent } from '../domain/conversation.ts';
import { readEvent, writeEvent } from './event-schema.ts';

/** The file cannot be used; the message says which and what to do. */
export class StoreUnusable extends Error {
  override readonly name = 'StoreUnusable';
}

/** How long a write waits for another process (a backup, say) to let go of the file. */
const busyTimeoutMs = 5_000;

/** Each brings a file from the version of its index to the next. Never change one that was released: add one. */
const migrations = [
  `CREATE TABLE conversation (
     ordinal INTEGER PRIMARY KEY AUTOINCREMENT,
     id TEXT NOT NULL UNIQUE,
     version INTEGER NOT NULL,
     unfinished INTEGER NOT NULL CHECK (unfinished IN (0, 1))
   ) STRICT;
   CREATE INDEX conversation_unfinished ON conversation (ordinal) WHERE unfinished = 1;
   CREATE TABLE event (
     ordinal INTEGER NOT NULL REFERENCES conversation (ordinal),
     position INTEGER NOT NULL,
     body TEXT NOT NULL,
     PRIMARY KEY (ordinal, position)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE beat (
     only INTEGER PRIMARY KEY CHECK (only = 1),
     at REAL NOT NULL
   ) STRICT;`,
];

/**
 * Opens the file, making it and its folder where they are not there yet (readable by their owner only).
 *
 * @throws StoreUnusable when the file is not a database, is damaged, is of a newer Parley, or cannot be opened.
 */
export function openSqliteStore(file: string): Store {
  const db = open(file);

  const insert = db.prepare(
    'INSERT INTO conversation (id, version, unfinished) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING',
  );
  const advance = db.prepare(
    'UPDATE conversation SET version = ?, unfinished = ? WHERE id = ? AND version = ?',
  );
  const ordinalOf = db.prepare('SELECT ordinal FROM conversation WHERE id = ?');
  const insertEvent = db.prepare('INSERT INTO event (ordinal, position, body) VALUES (?, ?, ?)');
  const events = db.prepare('SELECT body FROM event WHERE ordinal = ? ORDER BY position');
  const newest = db.prepare(
    'SELECT ordinal, id FROM conversation WHERE ordinal < ? ORDER BY ordinal DESC LIMIT ?',
  );
  const unfinished = db.prepare('SELECT id FROM conversation WHERE unfinished = 1 ORDER BY ordinal');
  const writeBeat = db.prepare(
    'INSERT INTO beat (only, at) VALUES (1, ?) ON CONFLICT (only) DO UPDATE SET at = excluded.at',
  );
  const readBeat = db.prepare('SELECT at FROM beat');

  function logOf(row: number): readonly ConversationEvent[] {
    return events.all(row).map(({ body }) => {
      try {
        return readEvent(String(body));
      } catch (error) {
        throw new StoreUnusable(`${file} holds an event that cannot be read.`, { cause: error });
      }
    });
  }

  function ordinal(id: string): number | null {
    const row = ordinalOf.get(id);
    return row === undefined ? null : Number(row['ordinal']);
  }

  return {
    async append(id, expectedVersion, added, isUnfinished) {
      const version = expectedVersion + added.length;
      if (version === 0) throw new RangeError('a log begins with an event');
      const flag = isUnfinished ? 1 : 0;
      const bodies = added.map(writeEvent);
      inTransaction(db, () => {
        const { changes } =
          expectedVersion === 0
            ? insert.run(id, version, flag)
            : advance.run(version, flag, id, expectedVersion);
        if (changes !== 1) throw new VersionConflict(`${id} at ${expectedVersion}`);
        const row = ordinal(id);
        for (const [index, body] of bodies.entries()) insertEvent.run(row, expectedVersion + index, body);
      });
    },
    async load(id) {
      const row = ordinal(id);
      return row === null ? null : logOf(row);
    },
    async list({ limit, after }) {
      const before = after === null ? Number.MAX_SAFE_INTEGER : ordinal(after);
      if (before === null) return [];
      return newest
        .all(before, limit)
        .map((row) => ({ id: String(row['id']), events: logOf(Number(row['ordinal'])) }));
    },
    async unfinished() {
      return unfinished.all().map((row) => String(row['id']));
    },
    async beat(at) {
      // A beat every second must not cost a sync every second; the next append's sync carries it along.
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        writeBeat.run(at);
      } finally {
        db.exec('PRAGMA synchronous = FULL');
      }
    },
    async lastBeat() {
      const row = readBeat.get();
      return row === undefined ? null : Number(row['at']);
    },
    async close() {
      if (db.isOpen) db.close();
    },
  };
}

function open(file: string): DatabaseSync {
  let db: DatabaseSync | undefined;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // SQLite would make it readable by everyone; its WAL and SHM take the mode of this one.
    closeSync(openSync(file, 'a', 0o600));
    db = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    checkWhole(db);
    migrate(db, file);
    return db;
  } catch (error) {
    if (db?.isOpen) db.close();
    throw error instanceof StoreUnusable ? error : unusable(file, error);
  }
}

function checkWhole(db: DatabaseSync): void {
  const row = db.prepare('PRAGMA quick_check(1)').get();
  const verdict = row === undefined ? 'nothing' : Object.values(row)[0];
  if (verdict !== 'ok') throw new Error(`quick_check: ${String(verdict)}`);
}

function migrate(db: DatabaseSync, file: string): void {
  inTransaction(db, () => {
    const version = Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > migrations.length) {
      throw new StoreUnusable(
        `${file} was written by a newer Parley (its form is ${version}, this one knows ${migrations.length}). Start that one.`,
      );
    }
    for (const step of migrations.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** IMMEDIATE: takes the write lock at once, so that what is read inside is still true at the commit. */
function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    work();
    db.exec('COMMIT');
  } catch (error) {
    // A full disk may have rolled back by itself; a second one would hide the first error.
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function unusable(file: string, error: unknown): StoreUnusable {
  const reason = error instanceof Error ? error.message : String(error);
  return new StoreUnusable(
    `The conversations cannot be read: ${file} is damaged, not a database of Parley's, or may not be opened (${reason}). ` +
      'Put a backup in its place, or move it away to start with none.',
    { cause: error },
  );
}
