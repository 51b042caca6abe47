import { expect, test } from 'vitest';
import { T0, inLobby, talking } from './story.ts';

test('[X1] links count from 1, each seat for itself', () => {
  const story = inLobby();
  expect(story.state().linkVersions).toEqual({ a: 1, b: 1, facilitator: 1 });
  expect(story.when(T0 + 1, { type: 'reissue-link', seat: 'b' })).toEqual([
    { type: 'link-reissued', at: T0 + 1, seat: 'b', linkVersion: 2 },
  ]);
  story.given(T0 + 2, { type: 'reissue-link', seat: 'b' });
  expect(story.state().linkVersions).toEqual({ a: 1, b: 3, facilitator: 1 });
});

test('[X1] a link may be issued anew while people talk, and nobody departs by it', () => {
  const story = talking().given(T0 + 1, { type: 'reissue-link', seat: 'a' });
  expect(story.state()).toMatchObject({ linkVersions: { a: 2 }, presence: { a: { here: true } } });
});
