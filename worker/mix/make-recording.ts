/**
 * The one recording of a conversation, from its journal and its log: read, aligned, placed, rendered, encoded, looked
 * at, and put in its place. The same input gives the same samples, so it may be done again at any time, after any crash.
 *
 * Outputs, in `<folder>/recording/`: `master-v<version>.flac` (48 kHz, 24 bit, unprocessed), `listening-v<version>.mp3`
 * and `recording.json`, which is written last and names the others. Outputs of other versions are removed after that.
 */
import { createHash, type Hash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  PARTICIPANT_SEATS,
  type Mix,
  type ParticipantSeat,
  type RecordingFile,
} from '../../server/domain/conversation.ts';
import { readSegments } from '../recording/journal.ts';
import { parseSegment } from '../recording/journal-reader.ts';
import { align, type TrackAlignment } from './align.ts';
import { chaptersOf, cutsOf, sampleAfterCuts, type Chapter } from './chapters.ts';
import { encodeMaster, ffmpegVersion } from './ffmpeg.ts';
import { aside, digest, finish, head, UNFINISHED, writeDurably } from './files.ts';
import type { MixJob } from './job.ts';
import { gapsOf, place, tellGaps, type Gap, type Placement } from './layout.ts';
import { SAMPLE_RATE } from './opus.ts';
import { makeListeningCopy, type Loudness } from './listening.ts';
import { createLoudnessMeter, type LoudnessMeter } from './loudness.ts';
import { createPacketCollector, type Collected, type Track } from './packets.ts';
import { monoOf, render } from './render.ts';
import { sampleAt, timelineOf, type Timeline } from './timeline.ts';
import { faultOf } from './verify.ts';

/** There can be no recording of this; trying again does not help. */
export class NothingToMix extends Error {
  override readonly name = 'NothingToMix';
}

/** What `recording.json` holds. Times are seconds from `startedAt` unless their name says otherwise. */
export interface RecordingReport {
  readonly format: 1;
  readonly conversationId: string;
  readonly version: number;
  readonly madeAt: string;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly durationMs: number;
  readonly samples: number;
  readonly layout: 'stereo' | 'mono';
  readonly files: readonly RecordingFile[];
  /** SHA-256 of all samples before encoding, as little-endian float32: equal when two mixes are. */
  readonly samplesSha256: string;
  readonly processing: string;
  readonly loudness: Loudness;
  readonly listening: {
    /** By so much its pauses are shorter than the master's. */
    readonly shortenedBySeconds: number;
    readonly durationSeconds: number;
    /** One for each prompt that was shown, in seconds of the listening copy. */
    readonly chapters: readonly Chapter[];
  };
  readonly gaps: readonly Gap[];
  readonly tracks: readonly TrackReport[];
  readonly journal: Pick<Collected, 'segments' | 'skippedBytes' | 'strayPackets'>;
  readonly madeWith: Readonly<Record<'parley' | 'node' | 'ffmpeg' | 'decoder', string>>;
}

export interface TrackReport extends Omit<TrackAlignment, 'pieces'> {
  readonly seat: ParticipantSeat;
  readonly bootId: string;
  readonly producerId: string;
  readonly openedAtSeconds: number;
  readonly closedAtSeconds: number | null;
  readonly packets: number;
  readonly lostPackets: number;
  readonly duplicates: number;
  readonly invalidPackets: number;
  readonly senderReports: number;
}

const PROCESSING =
  'master: none (stereo: a left, b right; mono: (a + b) / 2). listening: pauses of more than 1 s shortened to 1 s, ' +
  'one static gain for each voice, (a + b) / 2, one static gain, true-peak limiter, MP3 128 kbit/s.';
/** Of all the work, the share that is done when the master is there. */
const MASTER_SHARE = 0.8;

/**
 * @throws NothingToMix, EncodingFailed, JournalVersionUnknown, errors of the file system, the signal's reason.
 */
export async function makeRecording(
  job: MixJob,
  o: { readonly signal: AbortSignal; readonly onProgress: (done: number) => void },
): Promise<Mix> {
  await writeDurably(
    join(job.folder, 'events.ndjson'),
    job.events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  );
  const timeline = timelineOf(job.events);
  if (timeline === null) throw new NothingToMix('the conversation has not started');

  await written(join(job.folder, 'journal'), o.signal);
  const collected = await collect(join(job.folder, 'journal'), timeline, o.signal);
  const { placements, alignments } = placeAll(collected.tracks);
  const samples = totalSamples(timeline, collected, placements);
  const layout = masterLayout(job.events);
  const pauses = timeline.pauses.map(({ from, to }) => ({ from: sampleAt(from), to: sampleAt(to) }));
  const cuts = cutsOf(pauses, samples);
  const listeningSamples = sampleAfterCuts(samples, cuts);
  const chapters = chaptersOf(job.events, { startedAt: timeline.startedAt, totalSamples: samples, cuts });
  const rendering = render({ placements, pauses, totalSamples: samples });

  const folder = join(job.folder, 'recording');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeUnfinished(folder);
  const names = { master: `master-v${job.version}.flac`, listening: `listening-v${job.version}.mp3` };
  const master = join(folder, names.master);
  const listening = join(folder, names.listening);
  await using unfinished = new AsyncDisposableStack();
  unfinished.defer(() => removeUnfinished(folder));
  const { ffmpegBin } = job;
  const { signal } = o;
  const hash = createHash('sha256');
  const meter = createLoudnessMeter();
  const voices = layout === 'stereo' ? aside(master) : aside(join(folder, 'voices.flac'));
  await encodeMaster({
    ffmpegBin,
    signal,
    layout,
    blocks: told(watched(rendering.blocks, { hash, meter, layout }), 2 * samples, (done) =>
      o.onProgress(MASTER_SHARE * done),
    ),
    masterPath: aside(master),
    voicesPath: voices,
  });
  const loudness = await makeListeningCopy({
    ffmpegBin,
    signal,
    voicesPath: voices,
    meter,
    cuts,
    chapters,
    path: aside(listening),
    chaptersPath: aside(join(folder, 'chapters.ffmetadata')),
    onProgress: (samplesDone) =>
      o.onProgress(MASTER_SHARE + (1 - MASTER_SHARE) * Math.min(0.99, samplesDone / listeningSamples)),
  });
  const fault = faultOf({
    master: await head(aside(master), 64),
    listening: await head(aside(listening), LONGEST_ID3_BYTES),
    channels: layout === 'stereo' ? 2 : 1,
    samples,
    listeningSamples,
  });
  if (fault !== null) throw new Error(fault);
  await finish(master);
  await finish(listening);
  o.onProgress(1);

  const durationSeconds = samples / SAMPLE_RATE;
  const files: readonly RecordingFile[] = [
    { name: names.master, format: 'flac', ...(await digest(master)), durationSeconds },
    {
      name: names.listening,
      format: 'mp3',
      ...(await digest(listening)),
      durationSeconds: listeningSamples / SAMPLE_RATE,
    },
  ];
  const mix: Mix = { version: job.version, durationMs: durationSeconds * 1000, files };
  const report: RecordingReport = {
    format: 1,
    conversationId: job.conversationId,
    version: job.version,
    madeAt: new Date().toISOString(),
    startedAt: new Date(timeline.startedAt).toISOString(),
    endedAt: new Date(timeline.startedAt + mix.durationMs).toISOString(),
    durationMs: mix.durationMs,
    samples,
    layout,
    files,
    samplesSha256: hash.digest('hex'),
    processing: PROCESSING,
    loudness,
    listening: {
      shortenedBySeconds: (samples - listeningSamples) / SAMPLE_RATE,
      durationSeconds: listeningSamples / SAMPLE_RATE,
      chapters,
    },
    gaps: tellGaps(
      [
        ...PARTICIPANT_SEATS.flatMap((seat) => gapsOf(seat, placements[seat], durationSeconds)),
        ...rendering.undecodable,
      ],
      timeline.pauses,
      durationSeconds,
    ).map(roundGap),
    tracks: collected.tracks.map((track) => reportTrack(track, alignments.get(track))),
    journal: {
      segments: collected.segments,
      skippedBytes: collected.skippedBytes,
      strayPackets: collected.strayPackets,
    },
    madeWith: await versions(job.ffmpegBin),
  };
  await writeDurably(join(folder, 'recording.json'), `${JSON.stringify(report, null, 1)}\n`);
  await removeOtherVersions(folder, [names.master, names.listening]);
  return mix;
}

/** What an MP3 begins with: chapters of the longest conversation, and the first frame after them. */
const LONGEST_ID3_BYTES = 1 << 20;

/** A journal that nobody seals is done with when nothing was written to it for so long: its writer writes every 50 ms. */
const QUIET_MS = 2_000;
const LOOK_AGAIN_MS = 100;
/** A writer that goes on for longer is not waited for: something else is wrong. */
const WRITTEN_WITHIN_MS = 15_000;

/** The log says that media closed a moment before the recorder has sealed the last segment. */
async function written(folder: string, signal: AbortSignal): Promise<void> {
  for (let waited = 0; waited < WRITTEN_WITHIN_MS; waited += LOOK_AGAIN_MS) {
    const names: readonly string[] = await readdir(folder).catch(() => []);
    const last = names.toSorted().at(-1);
    if (last === undefined) return;
    const path = join(folder, last);
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => null,
    );
    if (changed !== null && Date.now() - changed > QUIET_MS) return;
    const segment = await readFile(path).then(
      (bytes) => parseSegment(last, bytes),
      () => null,
    );
    if (segment?.sealed === true) return;
    await sleep(LOOK_AGAIN_MS, undefined, { signal });
  }
}

async function collect(folder: string, timeline: Timeline, signal: AbortSignal): Promise<Collected> {
  const collector = createPacketCollector();
  for await (const segment of readSegments(folder)) {
    signal.throwIfAborted();
    collector.add(segment);
  }
  return collector.collect(timeline.startedAt);
}

function placeAll(tracks: readonly Track[]): {
  readonly placements: Record<ParticipantSeat, readonly Placement[]>;
  readonly alignments: ReadonlyMap<Track, TrackAlignment>;
} {
  const alignments = new Map<Track, TrackAlignment>();
  const placementsOf = (seat: ParticipantSeat): readonly Placement[] => {
    const mine = tracks.filter((track) => track.seat === seat);
    const aligned = align(mine);
    for (const [index, track] of mine.entries()) {
      const alignment = aligned[index];
      if (alignment !== undefined) alignments.set(track, alignment);
    }
    return place(mine, aligned);
  };
  return { placements: { a: placementsOf('a'), b: placementsOf('b') }, alignments };
}

/** To the end of media when the log knows it, else of the last sound, else of the journal. */
function totalSamples(
  timeline: Timeline,
  collected: Collected,
  placements: Readonly<Record<ParticipantSeat, readonly Placement[]>>,
): number {
  const lastSound = Math.max(0, placements.a.at(-1)?.to ?? 0, placements.b.at(-1)?.to ?? 0);
  const samples =
    timeline.endedAt !== null
      ? sampleAt((timeline.endedAt - timeline.startedAt) / 1000)
      : lastSound > 0
        ? lastSound
        : sampleAt(collected.lastRecordAt ?? 0);
  if (samples <= 0) throw new NothingToMix('the conversation has no length');
  return samples;
}

function masterLayout(events: MixJob['events']): 'stereo' | 'mono' {
  const created = events.find((event) => event.type === 'created');
  return created?.program.outputs.master ?? 'stereo';
}

/** Passes the voices on, and takes the master's samples into the hash and both voices into the meter. */
async function* watched(
  blocks: AsyncIterable<Float32Array<ArrayBuffer>>,
  o: { readonly hash: Hash; readonly meter: LoudnessMeter; readonly layout: 'stereo' | 'mono' },
): AsyncGenerator<Float32Array<ArrayBuffer>, void, void> {
  for await (const block of blocks) {
    const samples = o.layout === 'stereo' ? block : monoOf(block);
    o.hash.update(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
    o.meter.add(block);
    yield block;
  }
}

async function* told(
  blocks: AsyncIterable<Float32Array<ArrayBuffer>>,
  values: number,
  onProgress: (done: number) => void,
): AsyncGenerator<Float32Array<ArrayBuffer>, void, void> {
  let done = 0;
  for await (const block of blocks) {
    yield block;
    done += block.length;
    onProgress(Math.min(1, done / values));
  }
}

function reportTrack(track: Track, alignment: TrackAlignment | undefined): TrackReport {
  const { pieces: _pieces, ...told } = alignment ?? {
    pieces: [],
    skewPpm: 0,
    skewFrom: 'none',
    usedSenderReports: false,
    stalls: [],
    offsetShared: false,
    spreadMs: 0,
    senderClockStepped: false,
    confidence: 'poor',
  };
  const sent = track.count === 0 ? 0 : (track.seq[track.count - 1] ?? 0) - (track.seq[0] ?? 0) + 1;
  return {
    seat: track.seat,
    bootId: track.bootId,
    producerId: track.producerId,
    openedAtSeconds: round(track.openedAt),
    closedAtSeconds: track.closedAt === null ? null : round(track.closedAt),
    packets: track.count,
    lostPackets: sent - track.count,
    duplicates: track.duplicates,
    invalidPackets: track.invalid,
    senderReports: track.reports.length,
    ...(told as Omit<TrackAlignment, 'pieces'>),
  };
}

/** To the microsecond: less is noise, and the file is read by people too. */
function round(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6;
}

function roundGap(gap: Gap): Gap {
  return {
    ...gap,
    fromSeconds: round(gap.fromSeconds),
    seconds: round(gap.seconds),
    concealedSeconds: round(gap.concealedSeconds),
  };
}

async function versions(ffmpegBin: string): Promise<RecordingReport['madeWith']> {
  const version = async (path: URL): Promise<string> =>
    (JSON.parse(await readFile(path, 'utf8')) as { readonly version: string }).version;
  return {
    parley: await version(new URL('../../package.json', import.meta.url)),
    node: process.version,
    ffmpeg: await ffmpegVersion(ffmpegBin),
    decoder: `opus-decoder ${await version(new URL('package.json', import.meta.resolve('opus-decoder')))}`,
  };
}

/** Left by a process that was killed. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(UNFINISHED)) await rm(join(folder, name), { force: true });
  }
}

async function removeOtherVersions(folder: string, kept: readonly string[]): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^(?:master|listening)-v\d+\.\w+$/.test(name) && !kept.includes(name)) {
      await rm(join(folder, name), { force: true });
    }
  }
}
