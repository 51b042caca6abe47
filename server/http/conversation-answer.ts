/** How a conversation is told to staff. */
import type { Conversation, ConversationEvent, Instant } from '../domain/conversation.ts';
import { isWithdrawn } from '../domain/withdrawal.ts';
import type { ConversationAnswer } from '../protocol/http.ts';

export function iso(instant: Instant): string {
  return new Date(instant).toISOString();
}

export function conversationAnswer(conversation: Conversation): ConversationAnswer {
  const { id, phase, program, names, language, createdAt, plannedAt, about } = conversation;
  return {
    id,
    phase,
    program: program.id,
    names: [names.a, names.b],
    language,
    createdAt: iso(createdAt),
    plannedAt: plannedAt === null ? null : iso(plannedAt),
    ...times(conversation),
    about: { title: about.title, keywords: [...about.keywords], place: about.place },
    outcome: phase === 'closed' ? conversation.outcome : null,
    soundChecks: { a: conversation.soundChecks.a, b: conversation.soundChecks.b },
    troubles: conversation.troubles.map((trouble) => ({ ...trouble, at: iso(trouble.at) })),
    marks: conversation.marks.map((mark) => ({ ...mark, at: iso(mark.at) })),
    withdrawn: isWithdrawn(conversation),
    deletedAt: conversation.recording.state === 'deleted' ? iso(conversation.recording.at) : null,
    recording: recordingAnswer(conversation),
  };
}

function times(conversation: Conversation): Pick<ConversationAnswer, 'startedAt' | 'endsAt' | 'endedAt'> {
  switch (conversation.phase) {
    case 'lobby':
    case 'cancelled':
    case 'abandoned':
      return { startedAt: null, endsAt: null, endedAt: null };
    case 'live':
      return { startedAt: iso(conversation.startedAt), endsAt: iso(conversation.endsAt), endedAt: null };
    case 'wrap-up':
    case 'closed':
      return { startedAt: iso(conversation.startedAt), endsAt: null, endedAt: iso(conversation.endedAt) };
  }
}

function recordingAnswer({ recording }: Conversation): ConversationAnswer['recording'] {
  if (recording.state !== 'ready') {
    return { state: recording.state, version: null, durationSeconds: null, files: [] };
  }
  const { version, durationMs, files } = recording.mix;
  return { state: 'ready', version, durationSeconds: durationMs / 1_000, files: [...files] };
}

/**
 * The log as it is kept, instants in milliseconds since the Unix epoch. What one of the two has answered is nobody's
 * business until both answers count.
 */
export function eventsAnswer(
  conversation: Conversation,
  events: readonly ConversationEvent[],
): readonly object[] {
  if (conversation.phase === 'closed') return events;
  return events.map((event) => {
    if (event.type !== 'decided') return event;
    const { type, at, seat } = event;
    return { type, at, seat };
  });
}
