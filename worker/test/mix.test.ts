/** The mix as the server uses it: real journals, a real process, real libopus, real ffmpeg; the truth is the simulator's. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ConversationEvent, Mix } from '../../server/domain/conversation.ts';
import { align } from '../mix/align.ts';
import { place } from '../mix/layout.ts';
import type { RecordingReport } from '../mix/make-recording.ts';
import { createMixer } from '../mix/mixer.ts';
import { createPacketCollector } from '../mix/packets.ts';
import { monoOf, render } from '../mix/render.ts';
import {
  capture,
  chirp,
  createRandom,
  encodeOpus,
  simulate,
  STARTED_AT,
  writeJournal,
  type Speaker,
} from '../mix/simulate.ts';
import { readSegments, type NewRecord } from '../recording/journal.ts';

const ffmpegBin = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const ID = 'abcdefghijklmnopqrstuv';
const DELAY = 0.03;
const CHIRP_EVERY = 2;

let conversationsFolder: string;
let folder: string;
let boots: number;
beforeEach(async () => {
  conversationsFolder = await mkdtemp(join(tmpdir(), 'parley-mix-'));
  folder = join(conversationsFolder, ID);
  await mkdir(folder);
  boots = 0;
});
afterEach(async () => {
  await rm(conversationsFolder, { recursive: true });
});

const CARDS = [
  { id: 'one', text: 'What did you hope for = back then; and what came?' },
  {
    id: 'two',
    text: 'Tell of somebody who changed your mind. It may have been long ago, and it may have been about something small.',
  },
];

function shown(promptId: string, seconds: number): ConversationEvent {
  const index = CARDS.findIndex(({ id }) => id === promptId);
  return { type: 'prompt-shown', at: at(seconds), index, promptId, by: 'clock' };
}

const log = { info: () => undefined };
const never = new AbortController().signal;

function at(seconds: number): number {
  return STARTED_AT + Math.round(seconds * 1000);
}

/** A conversation of so many seconds; `between` what else happened. */
function conversation(
  seconds: number,
  between: readonly ConversationEvent[] = [],
  master: 'stereo' | 'mono' = 'stereo',
): readonly ConversationEvent[] {
  // Of the creation the mix needs only this; the whole event is the domain's.
  const created = {
    type: 'created',
    at: at(-60),
    conversationId: ID,
    program: { outputs: { master } },
    deck: { prompts: CARDS },
  } as unknown as ConversationEvent;
  return [
    created,
    { type: 'started', at: at(0), endsAt: at(seconds - 5) },
    ...between,
    { type: 'media-closed', at: at(seconds) },
  ];
}

async function mix(events: readonly ConversationEvent[], version = 1): Promise<Mix> {
  const mixer = createMixer({ conversationsFolder, ffmpegBin, log });
  return mixer.mix({ conversationId: ID, version, events, signal: never, onProgress: () => undefined });
}

async function report(): Promise<RecordingReport> {
  return JSON.parse(await readFile(join(folder, 'recording/recording.json'), 'utf8')) as RecordingReport;
}

/** One boot's journal of these speakers, who say a chirp every two seconds; `voice` may be another sound. */
async function journal(
  speakers: readonly Speaker[],
  voice: (speaker: Speaker) => (at: number) => number = chirps,
): Promise<void> {
  const records: NewRecord[] = [];
  for (const speaker of speakers) {
    const payloads = await encodeOpus(capture(speaker, voice(speaker)), { ffmpegBin });
    records.push(...simulate({ ...speaker, payloads }));
  }
  boots += 1;
  await writeJournal(join(folder, 'journal'), records, {
    conversationId: ID,
    bootId: `00000000${boots}abcdefg`,
  });
}

/** Speakers take turns by half a second, so that neither is measured by the other's sound. */
function chirps({ seat }: Speaker): (seconds: number) => number {
  const shift = seat === 'a' ? 0.7 : 1.7;
  return (seconds) => chirp((((seconds - shift) % CHIRP_EVERY) + CHIRP_EVERY) % CHIRP_EVERY);
}

function chirpTimes(seat: 'a' | 'b', from: number, to: number): readonly number[] {
  const times: number[] = [];
  for (let time = seat === 'a' ? 0.7 : 1.7; time < to - 0.1; time += CHIRP_EVERY) {
    if (time > from) times.push(time);
  }
  return times;
}

/** Channels of a file as float samples. */
async function decode(name: string, channels: 1 | 2): Promise<readonly Float32Array[]> {
  const path = join(folder, 'recording', name);
  const ffmpeg = spawn(ffmpegBin, ['-v', 'error', '-i', path, '-f', 'f32le', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(ffmpeg, 'close');
  const bytes = await buffer(ffmpeg.stdout);
  expect((await ended)[0]).toBe(0);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: all.length / channels }, (_unused, n) => all[n * channels + channel] ?? 0),
  );
}

/** How much later than `expected`, in ms, the chirp lies; by cross-correlation, to a fraction of a sample. Null: none. */
function chirpOffset(sound: Float32Array, expected: number): number | null {
  const reach = 2400;
  const template = Float32Array.from({ length: 2400 }, (_, n) => chirp(n / 48_000));
  const from = Math.round(expected * 48_000);
  const correlation = (lag: number): number => {
    let sum = 0;
    for (let n = 0; n < template.length; n += 1) sum += (template[n] ?? 0) * (sound[from + lag + n] ?? 0);
    return sum;
  };
  let best = 0;
  let most = 0;
  for (let lag = -reach; lag <= reach; lag += 1) {
    const here = correlation(lag);
    if (here > most) [best, most] = [lag, here];
  }
  const energy = template.reduce((sum, value) => sum + value * value, 0);
  if (most < energy / 3) return null;
  const [before, after] = [correlation(best - 1), correlation(best + 1)];
  const fraction = (before - after) / (2 * (before - 2 * most + after));
  return 1000 * ((from + best + fraction) / 48_000 - expected);
}

/** Offsets of all chirps of one speaker, the path's delay apart. */
function offsets(sound: Float32Array, seat: 'a' | 'b', from: number, to: number): readonly (number | null)[] {
  return chirpTimes(seat, from, to).map((time) => chirpOffset(sound, time + DELAY));
}

function worst(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => Math.max(most, Math.abs(value ?? 1e6)), 0);
}

function loudest(sound: Float32Array, from: number, to: number): number {
  return sound
    .subarray(Math.round(from * 48_000), Math.round(to * 48_000))
    .reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

const a: Speaker = { seat: 'a', stream: 1, from: 0.1, to: 30, jitterSeconds: 0.01 };
const b: Speaker = {
  seat: 'b',
  stream: 2,
  from: 0.3,
  to: 30,
  jitterSeconds: 0.03,
  firstSeq: 65_000,
  firstTimestamp: 2 ** 32 - 480_000,
  seed: 5,
};

describe('two people on a clean network', () => {
  it('are heard where they spoke, within 1 ms, left and right, and the master lasts to the sample', async () => {
    await journal([a, b]);
    const made = await mix(conversation(30.017));
    expect(made).toMatchObject({ version: 1, durationMs: 30_017 });
    expect(made.files.map(({ name, format }) => [name, format])).toEqual([
      ['master-v1.flac', 'flac'],
      ['listening-v1.mp3', 'mp3'],
    ]);
    const [left, right] = await decode('master-v1.flac', 2);
    if (left === undefined || right === undefined) throw new Error('not stereo');
    expect(left.length).toBe(1_440_816);
    expect(worst(offsets(left, 'a', 0.5, 29))).toBeLessThan(1);
    expect(worst(offsets(right, 'b', 0.5, 29))).toBeLessThan(1);
    // Nobody's sound is in the other's channel.
    expect(offsets(left, 'b', 0.5, 29).every((offset) => offset === null)).toBe(true);

    const [listening] = await decode('listening-v1.mp3', 1);
    if (listening === undefined) throw new Error('no sound');
    expect(Math.abs(listening.length - 1_440_816)).toBeLessThanOrEqual(1152);
    const told = await report();
    expect(told).toMatchObject({ durationMs: 30_017, samples: 1_440_816, layout: 'stereo' });
    expect(told.files).toEqual(made.files);
    expect(told.tracks.map(({ seat, lostPackets, confidence }) => [seat, lostPackets, confidence])).toEqual([
      ['a', 0, 'good'],
      ['b', 0, 'good'],
    ]);
    // What was not sent before the first packet, and nothing else.
    expect(told.gaps.map(({ seat, cause }) => [seat, cause])).toEqual([
      ['a', 'absent'],
      ['b', 'absent'],
    ]);
    expect((await readdir(folder)).toSorted()).toEqual(['events.ndjson', 'journal', 'recording']);
    expect((await readFile(join(folder, 'events.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(3);
  });

  it('are on one channel when the program says so', async () => {
    await journal([a, b]);
    await mix(conversation(30, [], 'mono'));
    const [mono] = await decode('master-v1.flac', 1);
    if (mono === undefined) throw new Error('no sound');
    expect(
      worst([...offsets(mono, 'a', 0.5, 29), ...offsets(mono, 'b', 0.5, 29)].filter(Boolean)),
    ).toBeLessThan(1);
  });
});

describe('faults', () => {
  it('of network and browser move nobody by more than 5 ms, and every one is told', async () => {
    const random = createRandom(9);
    const chance = Array.from({ length: 12_000 }, () => random());
    await journal([
      {
        ...a,
        to: 130,
        skewPpm: 100,
        stalls: [{ from: 40, to: 47.3 }],
        reports: { clockError: 2 },
        isLost: (packet) => packet > 100 && (chance[packet] ?? 1) < 0.012,
        late: (packet) => ((chance[packet + 5000] ?? 1) < 0.01 ? 0.15 : 0),
        isDouble: (packet) => packet % 50 === 0,
      },
      {
        ...b,
        to: 60.15,
        mutes: [{ from: 20, to: 25 }],
        isLost: (_, time) => time > 30 && time < 30.5,
      },
      { ...b, stream: 3, from: 64.15, to: 130, firstTimestamp: 7, firstSeq: 4, seed: 8 },
    ]);
    await mix(conversation(130));
    const [left, right] = await decode('master-v1.flac', 2);
    if (left === undefined || right === undefined) throw new Error('not stereo');
    // 100 ppm over two minutes are 12 ms; too short to be measured here, so the first half is judged by its middle.
    const before = offsets(left, 'a', 0.5, 39).filter((offset) => offset !== null);
    const after = offsets(left, 'a', 48, 129).filter((offset) => offset !== null);
    expect(before.length + after.length).toBeGreaterThan(50);
    const step = (after[0] ?? 0) - (before.at(-1) ?? 0);
    expect(Math.abs(step)).toBeLessThan(5);
    const parts: readonly (readonly [number, number])[] = [
      [1, 19.5],
      [25.5, 29.5],
      [31, 60],
      [65, 129],
    ];
    for (const [from, to] of parts) expect(worst(offsets(right, 'b', from, to))).toBeLessThan(5);

    const { gaps, tracks } = await report();
    const of = (seat: string, cause: string): readonly { fromSeconds: number; seconds: number }[] =>
      gaps.filter((gap) => gap.seat === seat && gap.cause === cause);
    expect(of('a', 'stall')).toEqual([
      expect.objectContaining({ seconds: expect.closeTo(7.3, 2) as number }),
    ]);
    expect(of('b', 'mute')).toEqual([expect.objectContaining({ seconds: expect.closeTo(5, 1) as number })]);
    expect(of('b', 'loss')).toEqual([
      expect.objectContaining({
        seconds: expect.closeTo(0.5, 1) as number,
        concealedSeconds: expect.closeTo(0.2, 2) as number,
      }),
    ]);
    expect(of('b', 'reconnect')).toEqual([
      expect.objectContaining({ seconds: expect.closeTo(4, 1) as number }),
    ]);
    expect(tracks.map(({ seat }) => seat)).toEqual(['a', 'b', 'b']);
    expect(tracks[0]?.duplicates).toBeGreaterThan(100);
  });

  it('between two boots: another worker went on, and both halves are in place', async () => {
    await journal([
      { ...a, to: 10 },
      { ...b, to: 10 },
    ]);
    await journal([
      { ...a, from: 12.1, to: 30, firstSeq: 9, firstTimestamp: 9 },
      { ...b, from: 12.3, to: 30, firstSeq: 9, firstTimestamp: 9 },
    ]);
    await mix(conversation(30));
    const [left] = await decode('master-v1.flac', 2);
    if (left === undefined) throw new Error('no sound');
    expect(worst([...offsets(left, 'a', 0.5, 10), ...offsets(left, 'a', 13, 30)])).toBeLessThan(1);
    const { gaps } = await report();
    expect(gaps.filter(({ cause }) => cause === 'restart').map(({ seat }) => seat)).toEqual(['a', 'b']);
  });

  it('in a journal cost what they hit: flipped bytes are stepped over and told', async () => {
    await journal([a, b]);
    const [name] = await readdir(join(folder, 'journal'));
    const path = join(folder, 'journal', name ?? '');
    const bytes = await readFile(path);
    bytes.fill(0x55, 100_000, 100_300);
    await writeFile(path, bytes);
    await mix(conversation(30));
    const told = await report();
    expect(told.journal.skippedBytes).toBeGreaterThanOrEqual(300);
    expect(told.tracks.reduce((sum, { lostPackets }) => sum + lostPackets, 0)).toBeGreaterThan(0);
    const [left] = await decode('master-v1.flac', 2);
    if (left === undefined) throw new Error('no sound');
    expect(offsets(left, 'a', 0.5, 29).filter((offset) => offset === null).length).toBeLessThan(2);
  });
});

describe('a journal that is still being written when the mix begins', () => {
  it('is waited for until it is sealed', async () => {
    await journal([a, b]);
    const [name] = await readdir(join(folder, 'journal'));
    const path = join(folder, 'journal', name ?? '');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length / 2));
    const mixing = mix(conversation(30));
    // The process has long begun by then; nothing it does can be awaited from here.
    await new Promise((resolve) => setTimeout(resolve, 1200));
    await writeFile(path, whole);
    await mixing;
    expect((await report()).tracks.map(({ packets }) => packets)).toEqual([1495, 1485]);
  });

  it('but was killed is mixed as far as it goes', async () => {
    await journal([a, b]);
    const [name] = await readdir(join(folder, 'journal'));
    const path = join(folder, 'journal', name ?? '');
    const whole = await readFile(path);
    await writeFile(path, whole.subarray(0, whole.length / 2));
    await mix(conversation(30).slice(0, 2));
    const { durationMs, tracks } = await report();
    expect(tracks).toHaveLength(2);
    // Without an end in the log it is the last sound's.
    expect(durationMs).toBeGreaterThan(5_000);
    expect(durationMs).toBeLessThan(25_000);
  });
});

describe('silence', () => {
  it('is digital during a pause, whatever was journalled, and sound goes on after it in its place', async () => {
    await journal([a, b]);
    await mix(
      conversation(30, [
        { type: 'paused', at: at(11), since: at(10), reason: 'absence' },
        { type: 'resumed', at: at(15), endsAt: at(40) },
      ]),
    );
    const [left, right] = await decode('master-v1.flac', 2);
    if (left === undefined || right === undefined) throw new Error('not stereo');
    for (const sound of [left, right]) expect(loudest(sound, 10, 15)).toBe(0);
    expect(worst(offsets(left, 'a', 15.1, 29))).toBeLessThan(1);
    expect((await report()).gaps.filter(({ cause }) => cause === 'pause')).toEqual([
      { seat: null, cause: 'pause', fromSeconds: 10, seconds: 5, concealedSeconds: 0 },
    ]);
  });

  it('is the whole recording when nothing was ever sent, of the right length', async () => {
    const made = await mix(conversation(12.345));
    expect(made.durationMs).toBe(12_345);
    const [left, right] = await decode('master-v1.flac', 2);
    if (left === undefined || right === undefined) throw new Error('not stereo');
    expect([left.length, loudest(left, 0, 13), loudest(right, 0, 13)]).toEqual([592_560, 0, 0]);
    expect((await report()).gaps).toEqual(
      (['a', 'b'] as const).map((seat) => ({
        seat,
        cause: 'never-sent',
        fromSeconds: 0,
        seconds: 12.345,
        concealedSeconds: 0,
      })),
    );
  });

  it('cannot be made of a conversation that never started', async () => {
    const unstarted = conversation(10).slice(0, 1);
    await expect(mix(unstarted)).rejects.toThrow('the conversation has not started');
  });
});

/** EBU R128 by ffmpeg, as two loudspeakers play a mono file, from one second to another. */
async function loudnessOf(
  name: string,
  from = 0,
  to = 1e6,
): Promise<{ readonly lufs: number; readonly peak: number }> {
  const meter =
    `atrim=${from}:${to},aformat=sample_fmts=dbl:channel_layouts=mono,` +
    'ebur128=dualmono=true:peak=true:framelog=verbose';
  const path = join(folder, 'recording', name);
  const ffmpeg = spawn(ffmpegBin, ['-hide_banner', '-nostats', '-i', path, '-af', meter, '-f', 'null', '-'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const told = (await buffer(ffmpeg.stderr)).toString();
  return {
    lufs: Number(/I:\s+(\S+) LUFS/.exec(told)?.[1]),
    peak: Number(/Peak:\s+(\S+) dBFS/.exec(told)?.[1]),
  };
}

/** What ffmpeg finds in the file: each chapter's beginning and end in ms, and its title. */
async function chaptersIn(name: string): Promise<readonly (readonly [number, number, string])[]> {
  const path = join(folder, 'recording', name);
  // As they are written: ffmpeg would subtract the decoder's delay from them.
  const ffmpeg = spawn(ffmpegBin, ['-v', 'error', '-copyts', '-i', path, '-f', 'ffmetadata', '-'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told = (await buffer(ffmpeg.stdout)).toString();
  return told
    .split('[CHAPTER]')
    .slice(1)
    .map((one) => {
      const value = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(one)?.[1] ?? '';
      const [numerator, denominator] = value('TIMEBASE').split('/').map(Number);
      const ms = (ticks: string): number =>
        Math.round((1000 * Number(ticks) * (numerator ?? 0)) / (denominator ?? 1));
      return [ms(value('START')), ms(value('END')), value('title').replaceAll(/\\(.)/g, '$1')] as const;
    });
}

/** Noise whose loudness goes up and down as that of syllables does, in turns of five seconds. */
function talk(level: number): (speaker: Speaker) => (seconds: number) => number {
  return ({ seat }) => {
    const random = createRandom(seat === 'a' ? 3 : 4);
    return (seconds) => {
      const isTurn = Math.floor(seconds / 5) % 2 === (seat === 'a' ? 0 : 1);
      const syllable = Math.sin(2 * Math.PI * 2 * seconds) ** 4;
      return isTurn ? (seat === 'a' ? 1 : level) * 0.5 * syllable * (2 * random() - 1) : 0;
    };
  };
}

describe('the listening copy', () => {
  it('is as loud as the target, true peak kept, and both speakers within 2 LU though one spoke 18 dB lower', async () => {
    await journal([a, b], talk(0.126));
    await mix(conversation(30));
    const { lufs, peak } = await loudnessOf('listening-v1.mp3');
    expect(Math.abs(lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(peak).toBeLessThanOrEqual(-1);
    const turns = await Promise.all(
      [5, 10].map((from) => loudnessOf('listening-v1.mp3', from + 0.2, from + 4.8)),
    );
    expect(Math.abs((turns[0]?.lufs ?? 0) - (turns[1]?.lufs ?? 99))).toBeLessThanOrEqual(2);

    const { loudness } = await report();
    expect(loudness.targetLufs).toBe(-16);
    const { speakers, programme } = loudness;
    expect((speakers.a.integratedLufs ?? 0) - (speakers.b.integratedLufs ?? 0)).toBeCloseTo(18, 0);
    expect(speakers.b.gainDb - speakers.a.gainDb).toBeCloseTo(18, 0);
    expect(programme.after.integratedLufs).toBeCloseTo(lufs, 1);
    expect(programme.after.truePeakDbtp).toBeCloseTo(peak, 1);
    expect(programme.before.integratedLufs).not.toBeNull();
  });

  it('limits what is too high and no more: impulses over quiet speech end below -1 dBTP, the loudness is right', async () => {
    const quiet = talk(1);
    await journal([a, b], (speaker) => {
      const voice = quiet(speaker);
      return (seconds) =>
        0.06 * voice(seconds) + (seconds % 3 < 0.004 ? 0.8 * Math.sin(seconds * 30_000) : 0);
    });
    await mix(conversation(30));
    const { lufs, peak } = await loudnessOf('listening-v1.mp3');
    expect(Math.abs(lufs + 16)).toBeLessThanOrEqual(0.5);
    expect(peak).toBeLessThanOrEqual(-1);
    expect((await report()).loudness.programme.before.truePeakDbtp).toBeGreaterThan(-25);
  });

  it('leaves alone who says nothing, and the other is right', async () => {
    await journal([a, b], (speaker) => (speaker.seat === 'a' ? talk(1)(speaker) : () => 0));
    await mix(conversation(30));
    const { speakers } = (await report()).loudness;
    expect(speakers).toMatchObject({ a: { gainDb: 0 }, b: { integratedLufs: null, gainDb: 0 } });
    expect(Math.abs((await loudnessOf('listening-v1.mp3')).lufs + 16)).toBeLessThanOrEqual(0.5);
  });

  it('of nothing but silence is silence', async () => {
    await mix(conversation(12));
    const { loudness } = await report();
    expect(loudness.programme).toMatchObject({
      gainDb: 0,
      before: { integratedLufs: null, truePeakDbtp: null },
      after: { integratedLufs: null },
      corrected: false,
    });
    const [sound] = await decode('listening-v1.mp3', 1);
    expect(loudest(sound ?? new Float32Array([1]), 0, 12)).toBeLessThan(1e-4);
  });

  it('shortens long pauses to a second, and its chapters and its length with them', async () => {
    await journal([a, b]);
    const events = conversation(30, [
      shown('one', 0),
      { type: 'paused', at: at(11), since: at(10), reason: 'absence' },
      { type: 'resumed', at: at(15), endsAt: at(40) },
      shown('two', 20),
      { type: 'paused', at: at(25), since: at(25), reason: 'facilitator' },
      { type: 'resumed', at: at(25.8), endsAt: at(40) },
      shown('one', 27),
    ]);
    const made = await mix(events);
    expect(made.durationMs).toBe(30_000);
    expect(made.files.map(({ durationSeconds }) => durationSeconds)).toEqual([30, 26]);
    const [sound] = await decode('listening-v1.mp3', 1);
    if (sound === undefined) throw new Error('no sound');
    expect(Math.abs(sound.length - 26 * 48_000)).toBeLessThanOrEqual(1152);
    // What was said after the pause lies four seconds earlier than in the master.
    const after = chirpTimes('a', 15.1, 24).map((time) => chirpOffset(sound, time - 4 + DELAY));
    expect(worst(after)).toBeLessThan(1);
    expect(loudest(sound, 10.1, 10.9)).toBeLessThan(1e-3);

    const titles = [
      'What did you hope for = back then; and what came?',
      'Tell of somebody who changed your mind.',
    ];
    expect(await chaptersIn('listening-v1.mp3')).toEqual([
      [0, 16_000, titles[0]],
      [16_000, 23_000, titles[1]],
      [23_000, 26_000, titles[0]],
    ]);
    const { listening } = await report();
    expect(listening).toMatchObject({ shortenedBySeconds: 4, durationSeconds: 26 });
    expect(listening.chapters.map(({ fromSeconds }) => fromSeconds)).toEqual([0, 16, 23]);
    const [left] = await decode('master-v1.flac', 2);
    expect(left?.length).toBe(30 * 48_000);
  });
});

/** Clipped and rounded as ffmpeg does it. */
function toInt32(value: number): number {
  return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, Math.round(value * 2 ** 31)));
}

describe('the master', () => {
  it.each(['stereo', 'mono'] as const)(
    'in %s is to the bit what was rendered, whatever the listening copy needed',
    async (layout) => {
      await journal([a, b], talk(0.05));
      await mix(conversation(30, [], layout));
      const collector = createPacketCollector();
      for await (const segment of readSegments(join(folder, 'journal'))) collector.add(segment);
      const { tracks } = collector.collect(STARTED_AT);
      const placed = (seat: 'a' | 'b'): ReturnType<typeof place> => {
        const mine = tracks.filter((track) => track.seat === seat);
        return place(mine, align(mine));
      };
      const { blocks } = render({
        placements: { a: placed('a'), b: placed('b') },
        pauses: [],
        totalSamples: 30 * 48_000,
      });
      const hash = createHash('sha256');
      const quantized: Int32Array[] = [];
      for await (const block of blocks) {
        const samples = layout === 'mono' ? monoOf(block) : Float32Array.from(block);
        hash.update(samples);
        // To 32 bits, as ffmpeg does, of which FLAC keeps the upper 24.
        quantized.push(Int32Array.from(samples, (value) => (toInt32(value) >> 8) << 8));
      }
      expect((await report()).samplesSha256).toBe(hash.digest('hex'));
      const channels = layout === 'mono' ? 1 : 2;
      const decoded = await decode('master-v1.flac', channels);
      const expected = quantized.flatMap((block) => [...block]);
      const differing = expected.filter(
        (value, n) => Math.fround(value / 2 ** 31) !== decoded[n % channels]?.[Math.floor(n / channels)],
      );
      expect(differing).toEqual([]);
    },
  );
});

describe('a mix that is made again', () => {
  it('is the same to the bit, and the older version is gone', async () => {
    await journal([{ ...a, isLost: (packet) => packet % 40 === 3, skewPpm: 200 }, b]);
    await mix(conversation(30));
    const first = await report();
    const made = await mix(conversation(30), 2);
    const second = await report();
    expect(second.samplesSha256).toBe(first.samplesSha256);
    expect(second.files.map(({ sha256 }) => sha256)).toEqual(first.files.map(({ sha256 }) => sha256));
    expect(made.version).toBe(2);
    expect((await readdir(join(folder, 'recording'))).toSorted()).toEqual([
      'listening-v2.mp3',
      'master-v2.flac',
      'recording.json',
    ]);
  });

  it('after it was killed in the middle is what it would have been, and nothing is left over', async () => {
    await journal([
      { ...a, to: 100 },
      { ...b, to: 100 },
    ]);
    await mix(conversation(100));
    const whole = await report();
    await rm(join(folder, 'recording'), { recursive: true });

    const abort = new AbortController();
    const mixer = createMixer({ conversationsFolder, ffmpegBin, log });
    const killed = mixer.mix({
      conversationId: ID,
      version: 1,
      events: conversation(100),
      signal: abort.signal,
      onProgress: ({ done }) => {
        if (done > 0.1) abort.abort(new Error('enough'));
      },
    });
    await expect(killed).rejects.toThrow('enough');
    const left = await readdir(join(folder, 'recording'));
    expect(left.filter((name) => name.startsWith('.unfinished-'))).toHaveLength(1);

    await mix(conversation(100));
    expect((await report()).samplesSha256).toBe(whole.samplesSha256);
    expect((await readdir(join(folder, 'recording'))).toSorted()).toEqual([
      'listening-v1.mp3',
      'master-v1.flac',
      'recording.json',
    ]);
  });
});

describe('the mix process', () => {
  it('tells its progress, rising to the whole', async () => {
    await journal([a]);
    const told: number[] = [];
    const mixer = createMixer({ conversationsFolder, ffmpegBin, log });
    await mixer.mix({
      conversationId: ID,
      version: 1,
      events: conversation(30),
      signal: never,
      onProgress: ({ done }) => told.push(done),
    });
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual(told.toSorted((one, other) => one - other));
    expect(told.length).toBeGreaterThan(3);
  });

  it('says clearly that there is no ffmpeg, or that ffmpeg failed', async () => {
    const without = (bin: string): Promise<Mix> =>
      createMixer({ conversationsFolder, ffmpegBin: bin, log }).mix({
        conversationId: ID,
        version: 1,
        events: conversation(10),
        signal: never,
        onProgress: () => undefined,
      });
    await expect(without(join(folder, 'nowhere'))).rejects.toThrow(/there is no ffmpeg at/);
    const failing = join(folder, 'failing.sh');
    await writeFile(failing, '#!/bin/sh\necho "no such encoder" >&2\nexit 3\n', { mode: 0o700 });
    await expect(without(failing)).rejects.toThrow(/ffmpeg ended with code 3: no such encoder/);
    expect(await readdir(join(folder, 'recording'))).toEqual([]);
  });

  it('is not started for an id that leads elsewhere', async () => {
    const mixer = createMixer({ conversationsFolder, ffmpegBin, log });
    const elsewhere = mixer.mix({
      conversationId: '../other',
      version: 1,
      events: conversation(10),
      signal: never,
      onProgress: () => undefined,
    });
    await expect(elsewhere).rejects.toThrow('not a conversation id');
  });

  it('ends, and its ffmpeg too, when its server is gone', async () => {
    await journal([{ ...a, to: 100 }]);
    // An ffmpeg that hangs: it must not be left behind.
    const hanging = join(folder, 'hanging.sh');
    const pidFile = join(folder, 'pid');
    await writeFile(
      hanging,
      `#!/bin/sh\necho $$ > ${pidFile}.new\nmv ${pidFile}.new ${pidFile}\nexec sleep 600\n`,
      {
        mode: 0o700,
      },
    );
    const server = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `import { createMixer } from ${JSON.stringify(new URL('../mix/mixer.ts', import.meta.url).href)};
         const log = { info() {} };
         createMixer(${JSON.stringify({ conversationsFolder, ffmpegBin: hanging })}, log).mix({
           conversationId: ${JSON.stringify(ID)}, version: 1, events: ${JSON.stringify(conversation(100))},
           signal: new AbortController().signal, onProgress() {} });`,
      ],
      { stdio: 'inherit' },
    );
    onTestFinished(() => void server.kill('SIGKILL'));
    const pid = Number(await eventually(async () => readFile(pidFile, 'utf8')));
    server.kill('SIGKILL');
    await once(server, 'exit');
    await eventually(() => {
      if (isAlive(pid)) throw new Error('ffmpeg is still there');
    });
    expect(isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Tries until it does not throw; what is waited for happens in other processes, which tell nobody. */
async function eventually<T>(attempt: () => T | Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
