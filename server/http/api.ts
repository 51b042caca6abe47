/** What staff may do: the routes under /api that want the API key. */
import { Router, type Response } from 'express';
import { z } from 'zod';
import type { Programs } from '../../config/load-programs.ts';
import type { Access } from '../access/access.ts';
import type { Clock } from '../app/ports.ts';
import { isRefusal } from '../app/room.ts';
import type { Rooms } from '../app/rooms.ts';
import type { Command } from '../domain/commands.ts';
import { SEATS, type Conversation, type Seat } from '../domain/conversation.ts';
import {
  createConversation,
  listQuery,
  seat,
  type ConversationAnswer,
  type CreateConversation,
  type CreatedAnswer,
  type Link,
  type RecordingAnswer,
} from '../protocol/http.ts';
import { conversationAnswer, eventsAnswer, iso } from './conversation-answer.ts';
import { only } from './only.ts';
import { HttpRefusal, parsed } from './refusal.ts';

const conversationId = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
const nothing = z.strictObject({}).optional();

export function api(o: {
  readonly rooms: Rooms;
  readonly programs: Programs;
  readonly access: Access;
  readonly clock: Pick<Clock, 'now'>;
}): Router {
  const { rooms, programs, access, clock } = o;

  async function find(id: unknown): Promise<Conversation> {
    const parsedId = conversationId.safeParse(id);
    const conversation = parsedId.success ? await rooms.read(parsedId.data) : null;
    if (conversation === null) throw new HttpRefusal('not-found');
    return conversation;
  }

  async function execute(id: unknown, command: Command): Promise<Conversation> {
    const outcome = await rooms.execute((await find(id)).id, command);
    if (outcome === null) throw new HttpRefusal('not-found');
    if (isRefusal(outcome)) throw new HttpRefusal(outcome.refused);
    return outcome;
  }

  function linkOf(conversation: Conversation, of: Seat): Link {
    return { seat: of, url: access.links.issue(conversation, of).url };
  }

  async function create(body: CreateConversation, response: Response): Promise<void> {
    const resolved = programs.resolve(body.program, body.language);
    if (resolved === null) throw noSuchProgram(programs, body.program);
    const plannedAt = body.plannedAt === undefined ? null : Date.parse(body.plannedAt);
    if (plannedAt !== null && plannedAt + resolved.program.noShowAfterMs <= clock.now()) {
      throw new HttpRefusal('bad-request', { message: 'plannedAt: lies in the past' });
    }
    const [a, b] = body.names;
    const { title = null, keywords = [], place = null } = body.about;
    const conversation = await rooms.create({
      ...resolved,
      language: body.language,
      names: { a, b },
      plannedAt,
      about: { title, keywords, place },
    });
    const answer: CreatedAnswer = {
      conversation: conversationAnswer(conversation),
      links: seatsOf(conversation).map((of) => linkOf(conversation, of)),
    };
    response.status(201).location(`/api/conversations/${conversation.id}`).json(answer);
  }

  const router = Router();

  router
    .route('/conversations')
    .post((request, response) => create(parsed(createConversation, request.body), response))
    .get(async (request, response) => {
      const { limit, after } = parsed(listQuery, request.query);
      if (
        after !== undefined &&
        (!conversationId.safeParse(after).success || (await rooms.read(after)) === null)
      ) {
        throw new HttpRefusal('bad-request', { message: 'after: there is no such conversation' });
      }
      // One more than asked for tells whether there is a next page.
      const found = await rooms.list({ limit: limit + 1, after: after ?? null });
      const page = found.slice(0, limit);
      const next = found.length > limit ? (page.at(-1)?.id ?? null) : null;
      response.json({ conversations: page.map(conversationAnswer), next });
    })
    .all(only('GET', 'POST'));

  router
    .route('/conversations/:id')
    .get(async (request, response) => {
      const answer: ConversationAnswer = conversationAnswer(await find(request.params.id));
      response.json(answer);
    })
    .all(only('GET'));

  router
    .route('/conversations/:id/cancel')
    .post(async (request, response) => {
      parsed(nothing, request.body);
      response.json(conversationAnswer(await execute(request.params.id, { type: 'cancel' })));
    })
    .all(only('POST'));

  router
    .route('/conversations/:id/links/:seat')
    .post(async (request, response) => {
      parsed(nothing, request.body);
      const of = seat.safeParse(request.params.seat);
      if (!of.success || !seatsOf(await find(request.params.id)).includes(of.data)) {
        throw new HttpRefusal('not-found');
      }
      const conversation = await execute(request.params.id, { type: 'reissue-link', seat: of.data });
      response.json(linkOf(conversation, of.data));
    })
    .all(only('POST'));

  router
    .route('/conversations/:id/events')
    .get(async (request, response) => {
      const conversation = await find(request.params.id);
      const events = (await rooms.events(conversation.id)) ?? [];
      response.json({ events: eventsAnswer(conversation, events) });
    })
    .all(only('GET'));

  router
    .route('/conversations/:id/recording')
    .get(async (request, response) => {
      const { id, recording } = await find(request.params.id);
      if (recording.state !== 'ready') {
        throw new HttpRefusal('not-found', {
          message: `There is no finished recording; it is ${recording.state}.`,
        });
      }
      const { version, durationMs, files } = recording.mix;
      const answer: RecordingAnswer = {
        version,
        durationSeconds: durationMs / 1_000,
        files: files.map((file) => {
          const { url, expiresAt } = access.addresses.sign(id, file.name, clock.now(), 'download');
          return Object.assign({ url, expiresAt: iso(expiresAt) }, file);
        }),
      };
      response.json(answer);
    })
    .all(only('GET'));

  return router;
}

/** Where nobody facilitates there is no such seat. */
function seatsOf({ program }: Conversation): readonly Seat[] {
  return SEATS.filter((each) => each !== 'facilitator' || program.facilitation !== 'never');
}

function noSuchProgram(programs: Programs, id: string): HttpRefusal {
  const languages = programs.languages(id);
  return new HttpRefusal('bad-request', {
    message:
      languages.length === 0
        ? `program: must be one of ${programs.ids().join(', ')}`
        : `language: must be one of ${languages.join(', ')}`,
  });
}
