import { expect, it } from 'vitest';
import { failedBars } from './bars.ts';
import type { DemoReport } from './demo-report.ts';

const file = { bytes: 10, sha256: 'ab', durationSeconds: 61.2 };

const good: DemoReport = {
  conversationId: 'c',
  program: 'one-small-step',
  facilitated: false,
  seconds: 60,
  phases: ['lobby', 'live', 'wrap-up', 'closed'].map((phase, i) => ({
    phase,
    at: new Date(i).toISOString(),
    instantMs: i,
  })),
  // The conversation began at 1.
  mediaClosedAt: new Date(61_201).toISOString(),
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
  facilitatorProducers: 0,
  facilitator: null,
  attempts: [{ seat: 'a', request: 'decision:answer', phase: 'wrap-up', refused: 'recording-differs' }],
  sent: { nudges: 0, marks: 0 },
  nudges: [],
  marks: [],
  pauses: [],
  extension: { by: 'both', byMs: 6_000, atMs: 30_000, askedBy: ['a', 'b'] },
  planned: { pauseMs: 0, extensionMs: 6_000 },
  soundChecks: { a: null, b: null, asTold: true },
  quality: { a: null, b: null },
  decision: {
    answers: {
      a: [{ answer: 'public', recordingVersion: 1 }],
      b: [
        { answer: 'private', recordingVersion: null },
        { answer: 'public', recordingVersion: 1 },
      ],
    },
    agreedSeen: { whileDiffering: { a: null, b: null }, whenAgreed: { a: 'public', b: 'public' } },
    outcome: 'public',
    recordingVersion: 1,
    listened: {
      by: 'a',
      recordingVersion: 1,
      path: '/x/listened.mp3',
      bytes: 10,
      sha256: 'ab',
      contentType: 'audio/mpeg',
      mp3Seconds: 61.25,
      durationSeconds: 61.2,
      copy: { bytes: 10, sha256: 'ab', isAttachment: true },
    },
  },
  troubles: [],
  microphoneLatenessMs: 11,
  server: { exitCode: 0, orphans: 0 },
};

const listened = good.decision.listened as NonNullable<DemoReport['decision']['listened']>;

const pause = {
  reason: 'facilitator',
  fromMs: 15_000,
  ms: 6_000,
  mix: {
    loudestDb: null,
    toldAsGap: true,
    windows: { a: { spoken: 3, found: 0 }, b: { spoken: 0, found: 0 } },
  },
};
const toA = { to: 'a', text: 'Wait', atMs: 5_000, seenAfterMs: { a: 500, b: null } };
const guide = {
  facilitation: 'always',
  seen: { a: true, b: true },
  heardSeconds: { heard: 30, spoken: 60 },
  desk: { shown: 3, nudges: 1, marks: 1, troubles: 0, soundChecks: 2 },
  leftAfterEndMs: 0,
} as const;

/** The same, with a facilitator. */
const guided: DemoReport = {
  ...good,
  program: 'congress',
  facilitated: true,
  prompts: good.prompts.map((prompt) => ({ ...prompt, by: prompt.index === 0 ? 'clock' : 'facilitator' })),
  facilitator: guide,
  attempts: (['media:create-transport', 'media:produce'] as const).map((request) => ({
    seat: 'facilitator',
    request,
    phase: 'live',
    refused: 'not-your-role',
  })),
  sent: { nudges: 1, marks: 1 },
  nudges: [toA],
  marks: [{ note: null, atMs: 9_000 }],
  pauses: [pause],
  // Five of the six seconds of the pause are left out of what is listened to.
  decision: { ...good.decision, listened: { ...listened, mp3Seconds: 56.25, durationSeconds: 56.2 } },
  extension: { by: 'facilitator', byMs: 6_000, atMs: 30_000, askedBy: [] },
  planned: { pauseMs: 6_000, extensionMs: 6_000 },
};

it('all bars hold on the line itself', () => {
  expect(failedBars(good)).toEqual([]);
  expect(failedBars(guided)).toEqual([]);
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
  ['longer by 0 ms, not by 6000', { extension: null }],
  ['only a asked', { extension: { by: 'both', byMs: 6_000, atMs: 1, askedBy: ['a'] } }],
  ['sound checks', { soundChecks: { ...good.soundChecks, asTold: false } }],
  ['trouble was reported: technical', { troubles: [{ seat: 'a', kind: 'technical' }] }],
  ['somebody facilitated', { facilitator: guide }],
  ['had 1 producers', { facilitatorProducers: 1 }],
  ['0 of 1 nudges', { sent: { nudges: 1, marks: 0 } }],
  ['a got decision:answer in wrap-up', { attempts: good.attempts.map((one) => ({ ...one, refused: null })) }],
  ['phases were lobby, live', { phases: good.phases.slice(0, 2) }],
  ['outlived', { server: { exitCode: 0, orphans: 1 } }],
  ['ended with 1', { server: { exitCode: 1, orphans: 0 } }],
])('says "%s" when that bar falls', (words, change) => {
  const failed = failedBars({ ...good, ...change });
  expect(failed.length).toBeGreaterThan(0);
  expect(failed.join('\n')).toContain(words);
});

it.each<[string, Partial<DemoReport['decision']>]>([
  ['the outcome is private', { outcome: 'private' }],
  ["a's last answer is undefined", { answers: { ...good.decision.answers, a: [] } }],
  ['about version 1 of the recording, which is 2', { recordingVersion: 2 }],
  ['b did not change', { answers: { ...good.decision.answers, b: good.decision.answers.a } }],
  [
    'a was told what the other had answered',
    { agreedSeen: { ...good.decision.agreedSeen, whileDiffering: { a: 'private', b: null } } },
  ],
  [
    'b was not told that both say public',
    { agreedSeen: { ...good.decision.agreedSeen, whenAgreed: { a: 'public', b: null } } },
  ],
  ['is not the recording', { listened: { ...listened, sha256: 'cd', copy: null } }],
  ['is no MP3', { listened: { ...listened, mp3Seconds: null } }],
  ['is 60.6 s long, not 61.2', { listened: { ...listened, durationSeconds: 60.6 } }],
  ['the copy', { listened: { ...listened, copy: { bytes: 10, sha256: 'ab', isAttachment: false } } }],
])('says "%s" when the decision is not as it must be', (words, change) => {
  const failed = failedBars({ ...good, decision: { ...good.decision, ...change } });
  expect(failed.join('\n')).toContain(words);
});

it.each<[string, Partial<DemoReport>]>([
  ['a card was moved by a participant', { prompts: good.prompts.map((one) => ({ ...one, by: 'a' })) }],
  ['the clock laid more', { prompts: good.prompts.map((one) => ({ ...one, by: 'clock' })) }],
  ['nobody facilitated', { facilitator: null }],
  ['did not try to be heard', { attempts: [] }],
  ['not shown that a facilitator', { facilitator: { ...guide, seen: { a: true, b: false } } }],
  ['the facilitator heard 29 s', { facilitator: { ...guide, heardSeconds: { heard: 29, spoken: 60 } } }],
  ["the facilitator's desk", { facilitator: { ...guide, desk: { ...guide.desk, shown: 2 } } }],
  ['did not leave', { facilitator: { ...guide, leftAfterEndMs: null } }],
  ['a saw "Wait" after 501 ms', { nudges: [{ ...toA, seenAfterMs: { a: 501, b: null } }] }],
  ['a saw "Wait" after ? ms', { nudges: [{ ...toA, seenAfterMs: { a: null, b: null } }] }],
  ['b saw "Wait", which was for a', { nudges: [{ ...toA, seenAfterMs: { a: 1, b: 1 } }] }],
  ['there were 0 pauses, not 1', { pauses: [] }],
  ['what was listened to is 61.3 s long, not 56.2', { decision: good.decision }],
  ['came from absence', { pauses: [{ ...pause, reason: 'absence' }] }],
  ['not silent', { pauses: [{ ...pause, mix: { ...pause.mix, loudestDb: -60 } }] }],
  ['does not list the pause at 15 s', { pauses: [{ ...pause, mix: { ...pause.mix, toldAsGap: false } }] }],
  [
    '1 windows of what a said in the pause',
    {
      pauses: [
        {
          ...pause,
          mix: { ...pause.mix, windows: { ...pause.mix.windows, a: { spoken: 3, found: 1 } } },
        },
      ],
    },
  ],
  [
    'nobody said anything in the pause',
    {
      pauses: [
        {
          ...pause,
          mix: { ...pause.mix, windows: { ...pause.mix.windows, a: { spoken: 0, found: 0 } } },
        },
      ],
    },
  ],
  ['longer by both', { extension: { by: 'both', byMs: 6_000, atMs: 1, askedBy: ['a', 'b'] } }],
])('says "%s" when that bar of a facilitated one falls', (words, change) => {
  expect(failedBars({ ...guided, ...change }).join('\n')).toContain(words);
});
