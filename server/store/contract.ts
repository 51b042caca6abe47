/** What every store must do. Each adapter's test runs this suite. */
import { afterEach, describe, expect, test } from 'vitest';
import { VersionConflict, type Store } from '../app/ports.ts';
import type { ConversationEvent } from '../domain/conversation.ts';

type EventOf<T extends ConversationEvent['type']> = Extract<ConversationEvent, { type: T }>;

export function createdEvent(id: string, changes: Partial<EventOf<'created'>> = {}): EventOf<'created'> {
  return {
    type: 'created',
    at: 1_000,
    conversationId: id,
    program: {
      id: 'one-small-step',
      name: 'One small step',
      texts: { about: '', afterwards: '', public: '', private: '', withdrawal: '' },
      facilitation: 'optional',
      durationMs: 3_000_000,
      farewellMs: 60_000,
      graceMs: 15_000,
      pauseAllowanceMs: 600_000,
      pauses: { facilitator: true },
      extension: { stepMs: 300_000, atMostMs: 600_000, together: true },
      offers: 'clock',
      opensBeforeMs: 900_000,
      noShowAfterMs: 900_000,
      decideWithinMs: 1_209_600_000,
      warningsMs: [600_000, 300_000, 60_000],
      outputs: { master: 'stereo', listening: true, originals: false },
      copies: true,
      retentionMs: null,
    },
    deck: {
      id: 'deck',
      prompts: [{ id: 'hello', section: 'Welcome', text: 'Who are you?', guidance: null, atMs: 0 }],
    },
    consent: { version: '1', text: 'You are recorded.', hash: 'ab'.repeat(32) },
    language: 'en',
    names: { a: 'Ana', b: 'Bo' },
    plannedAt: null,
    expiresAt: 9_000_000,
    about: { title: null, keywords: [], place: null },
    ...changes,
  };
}

/** One of every kind; the type refuses a missing one. */
const oneOfEach: { readonly [T in ConversationEvent['type']]: EventOf<T> } = {
  created: createdEvent('all'),
  arrived: { type: 'arrived', at: 1.5, seat: 'facilitator' },
  departed: { type: 'departed', at: 2, seat: 'b' },
  'taken-over': { type: 'taken-over', at: 3, seat: 'a' },
  consented: { type: 'consented', at: 4, seat: 'a', version: '1', hash: 'ab' },
  'consent-withdrawn': { type: 'consent-withdrawn', at: 4.5, seat: 'a' },
  'sound-checked': {
    type: 'sound-checked',
    at: 4.6,
    seat: 'b',
    check: { voice: 'soft', echo: 'unknown', device: 'Mikrofon – é', udp: 'yes', tcp: 'no', turn: 'unknown' },
  },
  'readiness-changed': { type: 'readiness-changed', at: 5, seat: 'b', ready: true },
  started: { type: 'started', at: 6, endsAt: 1_700_000_000_123.456 },
  'prompt-shown': { type: 'prompt-shown', at: 7, index: 0, promptId: 'hello', by: 'clock' },
  warned: { type: 'warned', at: 8, remainingMs: 60_000 },
  paused: { type: 'paused', at: 9, since: 8, reason: 'server-away' },
  resumed: { type: 'resumed', at: 10, endsAt: 20 },
  'extension-asked': { type: 'extension-asked', at: 10.1, seat: 'a', wanted: true },
  extended: { type: 'extended', at: 10.2, byMs: 300_000, endsAt: 300_020, by: 'both' },
  nudged: { type: 'nudged', at: 10.3, nudgeId: 'n', to: 'both', text: 'Slowly.' },
  marked: { type: 'marked', at: 10.4, markId: 'm', note: null },
  'trouble-reported': {
    type: 'trouble-reported',
    at: 10.5,
    troubleId: 't',
    seat: 'b',
    kind: 'cannot-hear',
    note: 'It hums.',
  },
  ended: { type: 'ended', at: 11, reason: 'stopped', by: 'b', mediaClosesAt: 11, decideBy: 99 },
  'media-closed': { type: 'media-closed', at: 12 },
  decided: { type: 'decided', at: 13, seat: 'a', answer: 'public', recordingVersion: null },
  withdrawn: { type: 'withdrawn', at: 13.5, seat: 'b' },
  closed: { type: 'closed', at: 14, outcome: 'private' },
  cancelled: { type: 'cancelled', at: 15 },
  abandoned: { type: 'abandoned', at: 16, reason: 'no-show' },
  'link-reissued': { type: 'link-reissued', at: 17, seat: 'facilitator', linkVersion: 2 },
  'capture-started': { type: 'capture-started', at: 18 },
  'recording-deleted': { type: 'recording-deleted', at: 18.5 },
  'mix-started': { type: 'mix-started', at: 19, attempt: 1 },
  'mix-finished': {
    type: 'mix-finished',
    at: 20,
    mix: {
      version: 1,
      durationMs: 60_000,
      files: [{ name: 'mix.flac', format: 'flac', bytes: 5, sha256: 'cd', durationSeconds: 60.25 }],
    },
  },
  'mix-failed': { type: 'mix-failed', at: 21, reason: 'disk full', attempt: 2, final: false },
};

const arrived: ConversationEvent = { type: 'arrived', at: 2_000, seat: 'a' };
const departed: ConversationEvent = { type: 'departed', at: 3_000, seat: 'a' };

/** `make` opens a fresh store each time; the suite closes it. */
export function storeContract(name: string, make: () => Store): void {
  describe(`the store contract, ${name}`, () => {
    const opened: Store[] = [];
    function fresh(): Store {
      const store = make();
      opened.push(store);
      return store;
    }
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
    });

    test('a log comes back whole and in order', async () => {
      const store = fresh();
      await store.append('one', 0, [createdEvent('one'), arrived], true);
      await store.append('one', 2, [departed], true);
      expect(await store.load('one')).toEqual([createdEvent('one'), arrived, departed]);
    });

    test('a conversation that was never made is null', async () => {
      expect(await fresh().load('nobody')).toBeNull();
    });

    test('every kind of event round-trips', async () => {
      const store = fresh();
      const events = Object.values(oneOfEach);
      await store.append('all', 0, events, false);
      expect(await store.load('all')).toEqual(events);
    });

    test('odd text round-trips: scripts, emoji, quotes, NUL, line ends, lone surrogates, keys of Object', async () => {
      const store = fresh();
      const odd = [
        'Zoë Ñandú Σίσυφος',
        'עברית العربية',
        '👩🏽‍🤝‍👨🏿 e\u0301',
        `"'; DROP TABLE event; --`,
        'a\u0000b\r\n\u2028\u{10FFFF}',
        '\ud800 alone',
        '__proto__',
        '',
      ];
      const event = createdEvent('odd', {
        names: { a: odd.join('|'), b: 'constructor' },
        about: { title: odd.join('\n'), keywords: odd, place: 'x'.repeat(200_000) },
      });
      await store.append('odd', 0, [event], true);
      expect(await store.load('odd')).toEqual([event]);
    });

    test('an append at a version that is not the current one is a conflict and changes nothing', async () => {
      const store = fresh();
      await store.append('one', 0, [createdEvent('one')], true);
      for (const version of [0, 2, 7]) {
        await expect(store.append('one', version, [arrived, departed], false)).rejects.toThrow(
          VersionConflict,
        );
      }
      await expect(store.append('nobody', 1, [arrived], true)).rejects.toThrow(VersionConflict);
      expect(await store.load('one')).toEqual([createdEvent('one')]);
      expect(await store.load('nobody')).toBeNull();
      expect(await store.unfinished()).toEqual(['one']);
    });

    test('of two appends that race, one wins and the other is a conflict', async () => {
      const store = fresh();
      await store.append('one', 0, [createdEvent('one')], true);
      const outcomes = await Promise.allSettled([
        store.append('one', 1, [arrived], true),
        store.append('one', 1, [departed], true),
      ]);
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const lost = outcomes.find((outcome) => outcome.status === 'rejected');
      expect(lost?.reason).toBeInstanceOf(VersionConflict);
      expect(await store.load('one')).toHaveLength(2);
    });

    test('an append of which one event cannot be written writes none', async () => {
      const store = fresh();
      await store.append('one', 0, [createdEvent('one')], true);
      const unwritable = { type: 'arrived', at: 1n, seat: 'a' } as unknown as ConversationEvent;
      await expect(store.append('one', 1, [arrived, unwritable], false)).rejects.toThrow(TypeError);
      expect(await store.load('one')).toEqual([createdEvent('one')]);
      expect(await store.unfinished()).toEqual(['one']);
    });

    test('a log begins with an event; without one only the flag of an existing log changes', async () => {
      const store = fresh();
      await expect(store.append('one', 0, [], true)).rejects.toThrow(RangeError);
      expect(await store.load('one')).toBeNull();
      await store.append('one', 0, [createdEvent('one')], true);
      await store.append('one', 1, [], false);
      expect(await store.load('one')).toHaveLength(1);
      expect(await store.unfinished()).toEqual([]);
    });

    test('what is handed out is not what is kept', async () => {
      const store = fresh();
      const event = createdEvent('one');
      await store.append('one', 0, [event], true);
      (event.names as { a: string }).a = 'changed by the caller';
      const loaded = (await store.load('one')) as ConversationEvent[];
      loaded.pop();
      expect(await store.load('one')).toEqual([createdEvent('one')]);
    });

    test('unfinished are those whose last append said so', async () => {
      const store = fresh();
      await store.append('one', 0, [createdEvent('one')], true);
      await store.append('two', 0, [createdEvent('two')], true);
      await store.append('three', 0, [createdEvent('three')], false);
      await store.append('one', 1, [arrived], false);
      expect(await store.unfinished()).toEqual(['two']);
    });

    test('the list is newest first, a page at a time, each once', async () => {
      const store = fresh();
      const ids = ['m', 'a', 'z', 'k', 'b'];
      for (const id of ids) await store.append(id, 0, [createdEvent(id)], true);
      // A later event does not make a conversation newer.
      await store.append('m', 1, [arrived], true);

      const newestFirst = ids.toReversed();
      const whole = await store.list({ limit: 100, after: null });
      expect(whole.map(({ id }) => id)).toEqual(newestFirst);
      expect(whole.at(-1)).toEqual({ id: 'm', events: [createdEvent('m'), arrived] });

      const seen: string[] = [];
      let after: string | null = null;
      for (;;) {
        const page = await store.list({ limit: 2, after });
        if (page.length === 0) break;
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page.map(({ id }) => id));
        after = seen.at(-1) ?? null;
      }
      expect(seen).toEqual(newestFirst);
      expect(await store.list({ limit: 2, after: 'nobody' })).toEqual([]);
      expect(await store.list({ limit: 0, after: null })).toEqual([]);
    });

    test('the last beat is remembered', async () => {
      const store = fresh();
      expect(await store.lastBeat()).toBeNull();
      await store.beat(1_700_000_000_000.5);
      await store.beat(1_700_000_001_000.25);
      expect(await store.lastBeat()).toBe(1_700_000_001_000.25);
    });

    test('close may be called again', async () => {
      const store = fresh();
      await store.close();
      await expect(store.close()).resolves.toBeUndefined();
    });
  });
}
