/** A link is a seat; a newer one makes the older ones void. */
import type { Conversation, ConversationEvent, Instant, Seat } from './conversation.ts';

export function reissueLink(state: Conversation, seat: Seat, now: Instant): readonly ConversationEvent[] {
  return [{ type: 'link-reissued', at: now, seat, linkVersion: state.linkVersions[seat] + 1 }];
}
