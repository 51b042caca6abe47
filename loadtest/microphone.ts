/**
 * A microphone that never stops: 10 ms of sound every 10 ms by the monotonic clock, silence when there is nothing to
 * say. A late timer is made up for at once, so that sample n always belongs to the moment n/48000 s after the first:
 * that, and not when a timer happened to fire, is when it was spoken.
 */
import { performance } from 'node:perf_hooks';
import { SAMPLE_RATE } from './speech.ts';
import { RTCAudioSource } from './webrtc.ts';

const frameMs = 10;
const frameSamples = (SAMPLE_RATE / 1_000) * frameMs;

export interface Microphone {
  readonly track: ReturnType<InstanceType<typeof RTCAudioSource>['createTrack']>;
  /** Speaks this from the next frame on. Answers when its first sample is spoken, ms of `performance.now()`. */
  speak(sound: Int16Array): number;
  /** The latest that a frame was handed over after it was due, ms. */
  worstLatenessMs(): number;
  /** Idempotent. */
  stop(): void;
}

export function createMicrophone(): Microphone {
  const source = new RTCAudioSource();
  const track = source.createTrack();
  const beganAt = performance.now();
  let frames = 0;
  let speech: { readonly sound: Int16Array; readonly fromFrame: number } | null = null;
  let worstLatenessMs = 0;

  function nextFrame(): Int16Array {
    const samples = new Int16Array(frameSamples);
    if (speech !== null) {
      const at = (frames - speech.fromFrame) * frameSamples;
      samples.set(speech.sound.subarray(at, at + frameSamples));
    }
    return samples;
  }

  // A frame can be handed over once its last sample has been spoken.
  const timer = setInterval(() => {
    const now = performance.now();
    while (beganAt + (frames + 1) * frameMs <= now) {
      worstLatenessMs = Math.max(worstLatenessMs, now - (beganAt + (frames + 1) * frameMs));
      source.onData({
        samples: nextFrame(),
        sampleRate: SAMPLE_RATE,
        bitsPerSample: 16,
        channelCount: 1,
        numberOfFrames: frameSamples,
      });
      frames++;
    }
  }, frameMs / 2);

  return {
    track,
    speak(sound) {
      speech = { sound, fromFrame: frames };
      return beganAt + frames * frameMs;
    },
    worstLatenessMs: () => worstLatenessMs,
    stop() {
      clearInterval(timer);
      track.stop();
    },
  };
}
