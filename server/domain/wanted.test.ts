import { expect, test } from 'vitest';
import type { Command } from './commands.ts';
import { wantedMedia, wantsMix } from './wanted.ts';
import {
  T0,
  arrive,
  decided,
  deciding,
  depart,
  end,
  hours,
  inLobby,
  minutes,
  parting,
  pause,
  seconds,
  talking,
  wake,
  withdraw,
} from './story.ts';

const paused = () =>
  talking()
    .given(T0, depart('a'))
    .given(T0 + seconds(30), wake);
const cancelled = () => inLobby().given(T0, { type: 'cancel' });
const failed = (final: boolean): Command => ({ type: 'note-mix-failed', reason: 'no disk', final });

test('[W1] media is open in the lobby, in live and in the farewell', () => {
  const stories = [inLobby(), talking(), paused(), parting(), deciding(), decided(), cancelled()];
  expect(stories.map((story) => wantedMedia(story.state()))).toEqual([
    { open: true, hearing: false, capture: 'off' },
    { open: true, hearing: true, capture: 'on' },
    { open: true, hearing: true, capture: 'held' },
    { open: true, hearing: true, capture: 'on' },
    { open: false, hearing: false, capture: 'off' },
    { open: false, hearing: false, capture: 'off' },
    { open: false, hearing: false, capture: 'off' },
  ]);
});

test('[W2] capture goes on when the clock does', () => {
  const story = paused().given(T0 + minutes(2), arrive('a'));
  expect(wantedMedia(story.state()).capture).toBe('on');
});

test('[W2] who withdraws stops the capture for good, also in the farewell', () => {
  for (const story of [talking(), parting()]) {
    story.given(T0 + minutes(30) + 1, withdraw('a'));
    expect(wantedMedia(story.state())).toEqual({ open: false, hearing: false, capture: 'off' });
  }
});

test('[W2] capture is held while the facilitator pauses', () => {
  const story = talking({ facilitation: 'optional' }).given(T0 + 1, pause);
  expect(wantedMedia(story.state())).toEqual({ open: true, hearing: true, capture: 'held' });
});

test('[W2] who stops stops the capture', () => {
  expect(
    wantedMedia(
      talking()
        .given(T0 + 1, end('b'))
        .state(),
    ).capture,
  ).toBe('off');
});

test('[W3] a mix is wanted once media has closed, until there is one or it has failed for good', () => {
  const at = T0 + hours(1);
  const story = deciding();
  expect(
    [inLobby(), talking(), parting(), story, decided(), cancelled()].map((each) => wantsMix(each.state())),
  ).toEqual([false, false, false, true, true, false]);
  story.given(at, { type: 'note-mix-started' }, failed(false));
  expect(wantsMix(story.state())).toBe(true);
  const finished = deciding().given(
    at,
    { type: 'note-mix-started' },
    { type: 'note-mix-finished', mix: { version: 1, durationMs: 1, files: [] } },
  );
  expect(wantsMix(finished.state())).toBe(false);
  story.given(at, failed(true));
  expect(wantsMix(story.state())).toBe(false);
});
