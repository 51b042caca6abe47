/**
 * The recording's samples, block by block: both speakers on the one timeline. Deterministic: the same packets give the
 * same samples, bit for bit. Memory does not grow with the length of the conversation.
 */
import { PARTICIPANT_SEATS, type ParticipantSeat } from '../../server/domain/conversation.ts';
import { positionOf } from './align.ts';
import { createOpusDecoder, type Decoder } from './decoder.ts';
import type { Gap, Placement } from './layout.ts';
import { secondsOf } from './align.ts';
import { LOOK_AHEAD_SAMPLES, SAMPLE_RATE } from './opus.ts';
import type { Track } from './packets.ts';
import { resample, TAPS_AFTER, TAPS_BEFORE } from './resample.ts';
import { createTrackSound, FADE_SAMPLES, type TrackSound } from './sound.ts';

export const BLOCK_SAMPLES = 5 * SAMPLE_RATE;

export interface Scene {
  readonly placements: Readonly<Record<ParticipantSeat, readonly Placement[]>>;
  /** In samples; silence in all voices, faded at its edges. */
  readonly pauses: readonly { readonly from: number; readonly to: number }[];
  readonly totalSamples: number;
}

export interface Rendering {
  /** Interleaved samples: speaker `a` left, `b` right. Each block is valid until the next one is asked for. */
  readonly blocks: AsyncGenerator<Float32Array<ArrayBuffer>, void, void>;
  /** Packets that the decoder refused; complete when the blocks are. */
  readonly undecodable: readonly Gap[];
}

export function render(scene: Scene): Rendering {
  const undecodable: Gap[] = [];
  return { blocks: renderBlocks(scene, undecodable), undecodable };
}

async function* renderBlocks(
  scene: Scene,
  undecodable: Gap[],
): AsyncGenerator<Float32Array<ArrayBuffer>, void, void> {
  const voices = PARTICIPANT_SEATS.map((seat) => createVoice(seat, scene.placements[seat], undecodable));
  const silences = [
    { from: Number.NEGATIVE_INFINITY, to: 0 },
    ...scene.pauses,
    { from: scene.totalSamples, to: Number.POSITIVE_INFINITY },
  ];
  const interleaved = new Float32Array(2 * BLOCK_SAMPLES);
  try {
    for (let from = 0; from < scene.totalSamples; from += BLOCK_SAMPLES) {
      const count = Math.min(BLOCK_SAMPLES, scene.totalSamples - from);
      const sounds: Float32Array[] = [];
      for (const voice of voices) {
        const sound = await voice.render(from, count);
        for (const silence of silences) silenceOut(sound, from, silence);
        sounds.push(sound);
      }
      const [a, b] = sounds;
      if (a === undefined || b === undefined) return;
      for (let index = 0; index < count; index += 1) {
        interleaved[2 * index] = a[index] as number;
        interleaved[2 * index + 1] = b[index] as number;
      }
      yield interleaved.subarray(0, 2 * count);
    }
  } finally {
    for (const voice of voices) voice.close();
  }
}

/** Half of each voice, which cannot clip unless a voice does. */
export function monoOf(voices: Float32Array): Float32Array<ArrayBuffer> {
  const mono = new Float32Array(voices.length / 2);
  for (let n = 0; n < mono.length; n += 1) {
    mono[n] = ((voices[2 * n] as number) + (voices[2 * n + 1] as number)) / 2;
  }
  return mono;
}

interface Voice {
  /** Samples `from` to `from + count` of the recording; valid until the next call. */
  render(from: number, count: number): Promise<Float32Array>;
  close(): void;
}

/** One participant. A decoder lives while its track does; pieces of two tracks never mix. */
function createVoice(seat: ParticipantSeat, placements: readonly Placement[], undecodable: Gap[]): Voice {
  const block = new Float32Array(BLOCK_SAMPLES);
  let at = 0;
  let begun = -1;
  let open: { readonly track: Track; readonly decoder: Decoder; readonly sound: TrackSound } | null = null;

  const close = (): void => {
    if (open === null) return;
    for (const { piece, index } of open.sound.undecodable) {
      const from = (open.track.timestamp[index] ?? 0) - LOOK_AHEAD_SAMPLES;
      const fromSeconds = secondsOf(piece, from);
      const seconds = secondsOf(piece, from + (open.track.samples[index] ?? 0)) - fromSeconds;
      undecodable.push({ seat, cause: 'undecodable', fromSeconds, seconds, concealedSeconds: seconds });
    }
    open.decoder.close();
    open = null;
  };

  const soundOf = async (track: Track): Promise<TrackSound> => {
    if (open !== null && open.track === track) return open.sound;
    close();
    const decoder = await createOpusDecoder();
    open = { track, decoder, sound: createTrackSound(track, decoder) };
    return open.sound;
  };

  return {
    close,
    async render(from, count) {
      const sound = block.subarray(0, count).fill(0);
      const end = from + count;
      for (
        let placement = placements[at];
        placement !== undefined && placement.from < end;
        placement = placements[at]
      ) {
        const first = Math.max(from, placement.from);
        const last = Math.min(end, placement.to);
        if (first < last) {
          const source = await soundOf(placement.track);
          if (begun !== at) source.begin(placement.piece);
          begun = at;
          renderPlacement(placement, source, first, last, sound, from);
        }
        if (placement.to > end) break;
        at += 1;
      }
      return sound;
    },
  };
}

/** Samples `first` to `last` of the recording, into `block`, which begins at `from`. */
function renderPlacement(
  placement: Placement,
  source: TrackSound,
  first: number,
  last: number,
  block: Float32Array,
  from: number,
): void {
  const { piece } = placement;
  const begins = positionOf(piece, first / SAMPLE_RATE) + LOOK_AHEAD_SAMPLES;
  const ends = positionOf(piece, (last - 1) / SAMPLE_RATE) + LOOK_AHEAD_SAMPLES;
  const start = Math.floor(begins) - TAPS_BEFORE;
  // One more on each side: rounding may move a position across a sample.
  const signal = source.read(start - 1, Math.floor(ends) + TAPS_AFTER + 2);
  resample(signal, begins - start + 1, 1 - piece.drift, block, first - from, last - first);
  fadeEdges(block, from, first, last, placement);
}

function fadeEdges(
  block: Float32Array,
  from: number,
  first: number,
  last: number,
  edges: { readonly from: number; readonly to: number },
): void {
  const fade = (sample: number): void => {
    const away = Math.min(sample - edges.from, edges.to - 1 - sample) + 0.5;
    block[sample - from] = (block[sample - from] ?? 0) * Math.min(1, away / FADE_SAMPLES);
  };
  const inTo = Math.min(last, edges.from + FADE_SAMPLES);
  for (let sample = first; sample < inTo; sample += 1) fade(sample);
  const outFrom = Math.max(first, inTo, edges.to - FADE_SAMPLES);
  for (let sample = outFrom; sample < last; sample += 1) fade(sample);
}

/** Nothing between `from` and `to`, and 5 ms of fading before and after. */
function silenceOut(
  block: Float32Array,
  blockFrom: number,
  silence: { readonly from: number; readonly to: number },
): void {
  const first = Math.max(0, silence.from - FADE_SAMPLES - blockFrom);
  const last = Math.min(block.length, silence.to + FADE_SAMPLES - blockFrom);
  for (let index = first; index < last; index += 1) {
    const sample = blockFrom + index;
    const away = sample < silence.from ? silence.from - sample - 0.5 : sample - silence.to + 0.5;
    block[index] = away <= 0 ? 0 : (block[index] ?? 0) * (away / FADE_SAMPLES);
  }
}
