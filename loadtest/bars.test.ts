import { expect, it } from 'vitest';
import { failedBars, type DemoReport } from './bars.ts';

const file = { bytes: 10, sha256: 'ab', durationSeconds: 61.2 };

const good: DemoReport = {
  conversationId: 'c',
  seconds: 60,
  phases: ['lobby', 'live', 'wrap-up', 'closed'].map((phase, i) => ({
    phase,
    at: new Date(i).toISOString(),
    instantMs: i,
  })),
  mediaClosedAt: new Date(2).toISOString(),
  endLatenessMs: 250,
  endSeenLatenessMs: { a: 12, b: 250 },
  recording: {
    files: [
      { path: '/x/m.flac', format: 'flac', ...file, found: file },
      { path: '/x/m.mp3', format: 'mp3', ...file, found: { ...file, durationSeconds: 61.25 } },
    ],
    captureStartedAfterMs: 15,
    masterDurationErrorMs: -500,
    mixTookMs: 900,
  },
  alignmentMs: {
    a: 30,
    b: 5,
    betweenMs: 40,
    wanderMs: 20,
    windows: { a: { spoken: 5, found: 4 }, b: { spoken: 6, found: 6 } },
    clockUncertaintyMs: 0.5,
  },
  joinToAudioMs: { a: 300, b: 280 },
  startToAudioMs: { a: 60, b: 50 },
  heardSeconds: { a: { heard: 20, spoken: 30 }, b: { heard: 20, spoken: 30 } },
  heardOutOfTime: false,
  prompts: [
    { index: 0, by: 'clock', atMs: 0 },
    { index: 1, by: 'a', atMs: 900 },
    { index: 2, by: 'clock', atMs: 1_800 },
  ],
  promptsInDeck: 3,
  warnedMs: [12_000, 1_200],
  warningsMs: [12_000, 1_200],
  outcome: 'public',
  microphoneLatenessMs: 11,
  server: { exitCode: 0, orphans: 0 },
};

it('all bars hold on the line itself', () => {
  expect(failedBars(good)).toEqual([]);
});

it.each<[string, Partial<DemoReport>]>([
  ['the hard end', { endLatenessMs: 251 }],
  ['the hard end', { endLatenessMs: -251 }],
  ['b saw the hard end', { endSeenLatenessMs: { a: 0, b: 251 } }],
  ['40', { alignmentMs: { ...good.alignmentMs, betweenMs: 40.1 } }],
  ['apart', { alignmentMs: { ...good.alignmentMs, betweenMs: null } }],
  ['wanders', { alignmentMs: { ...good.alignmentMs, wanderMs: 20.1 } }],
  [
    "3 of 5 windows of a's voice",
    {
      alignmentMs: {
        ...good.alignmentMs,
        windows: { ...good.alignmentMs.windows, a: { spoken: 5, found: 3 } },
      },
    },
  ],
  ['the master is 501 ms off', { recording: { ...good.recording, masterDurationErrorMs: 501 } }],
  ['no mp3', { recording: { ...good.recording, files: good.recording.files.slice(0, 1) } }],
  [
    'SHA-256',
    {
      recording: {
        ...good.recording,
        files: good.recording.files.map((one) => ({ ...one, sha256: 'cd' })),
      },
    },
  ],
  ['b never got', { joinToAudioMs: { a: 300, b: null } }],
  ['a heard 14 s', { heardSeconds: { ...good.heardSeconds, a: { heard: 14, spoken: 30 } } }],
  ['before the start', { heardOutOfTime: true }],
  ['moved by a participant', { prompts: good.prompts.map((prompt) => ({ ...prompt, by: 'clock' })) }],
  ['only 2 of 3 cards', { prompts: good.prompts.slice(0, 2) }],
  ['warned at 12000', { warnedMs: [12_000] }],
  ['the outcome is private', { outcome: 'private' }],
  ['phases were lobby, live', { phases: good.phases.slice(0, 2) }],
  ['outlived', { server: { exitCode: 0, orphans: 1 } }],
  ['ended with 1', { server: { exitCode: 1, orphans: 0 } }],
])('says "%s" when that bar falls', (words, change) => {
  const failed = failedBars({ ...good, ...change });
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.join('\n')).toContain(words);
});
