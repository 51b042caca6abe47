/** The conversations of this node, as the edges see them. */
import type { Command, Create, Refusal } from '../domain/commands.ts';
import type { Conversation } from '../domain/conversation.ts';

export type NewConversation = Omit<Create, 'type' | 'conversationId'>;

export interface Rooms {
  create(conversation: NewConversation): Promise<Conversation>;
  /** Null where there is no such conversation. Does not open media. */
  read(id: string): Promise<Conversation | null>;
  /** Newest first; `after` is the id of the last one of the page before. */
  list(query: { readonly limit: number; readonly after: string | null }): Promise<readonly Conversation[]>;
  /** One command at a time per conversation; the new state is durable when it resolves. */
  execute(id: string, command: Command): Promise<Conversation | Refusal | null>;
}
