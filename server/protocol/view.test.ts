import { describe, expect, expectTypeOf, test } from 'vitest';
import { viewFor, type View as DomainView } from '../domain/view.ts';
import {
  T0,
  answer,
  askExtension,
  createStory,
  decided,
  deciding,
  depart,
  extend,
  hours,
  inLobby,
  mark,
  minutes,
  nudge,
  parting,
  pause,
  soundCheck,
  talking,
  trouble,
  wake,
  withdraw,
} from '../domain/story.ts';
import { view, type View } from './view.ts';

const optional = { facilitation: 'optional' } as const;
const stories = {
  'an empty lobby': createStory(optional, { plannedAt: T0 + hours(1) }),
  'a lobby': inLobby(optional),
  talking: talking(optional),
  'a recording': talking(optional).given(T0 + 1, { type: 'note-capture' }),
  'a pause': talking(optional)
    .given(T0, depart('a'))
    .given(T0 + minutes(1), wake),
  'a guided one': talking(optional)
    .given(T0 + 1, nudge('both'), mark('here'), trouble('a', 'hum'), trouble('facilitator'))
    .given(T0 + 2, pause, extend),
  'a wish for more time': talking().given(T0 + 1, askExtension('b')),
  'a lobby with sound checks': inLobby(optional).given(T0, soundCheck('a'), soundCheck('b', { device: 'x' })),
  'a withdrawal': talking(optional).given(T0 + 1, withdraw('a')),
  'a deletion': deciding(optional).given(T0 + hours(1), withdraw('b'), { type: 'note-recording-deleted' }),
  'an agreement': deciding(optional).given(T0 + hours(1), answer('a', 'public'), answer('b', 'public')),
  'a farewell': parting(optional),
  'a decision': deciding(optional).given(T0 + hours(1), answer('a', 'public')),
  'a closed conversation': decided(optional),
  'a cancelled one': inLobby(optional).given(T0, { type: 'cancel' }),
  'an abandoned one': createStory(optional).given(T0 + hours(24 * 31), wake),
};

describe('the view on the wire', () => {
  test('[V1] is the view of the domain, in both directions', () => {
    expectTypeOf<DomainView>().toExtend<View>();
    expectTypeOf<View>().toExtend<DomainView>();
  });

  test.each(Object.entries(stories))('[V1] carries %s, unchanged, to every seat', (_, story) => {
    for (const seat of ['a', 'b', 'facilitator'] as const) {
      const seen = viewFor(story.state(), seat, { recordingDurable: true });
      expect(view.parse(JSON.parse(JSON.stringify(seen)))).toEqual(seen);
    }
  });
});
