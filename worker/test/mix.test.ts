/** The mix as the server uses it: real journals, a real process, real libopus, real ffmpeg; the truth is the simulator's. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ConversationEvent, Mix } from '../../server/domain/conversation.ts';
import type { RecordingReport } from '../mix/make-recording.ts';
import { createMixer } from '../mix/mixer.ts';
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
import type { NewRecord } from '../recording/journal.ts';

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
    expect(left.filter((name) => name.startsWith('.unfinished-'))).toHaveLength(2);

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
