/**
 * How loud each of the two is heard here. It only listens; playing is the loudspeakers' business.
 */
import { createMeter, meterShare, type Meter } from './levels.ts';

type Who = 'a' | 'b';

export interface RemoteSound {
  readonly track: MediaStreamTrack;
  readonly receiver: RTCRtpReceiver | null;
}

export interface RemoteLevels {
  /**
   * 0 to 1, linear in decibels, by the sound itself; where nothing can be analysed, by what its packets say. 0 where
   * nothing is received.
   */
  level(who: Who): number;
  /** 0 to 1, linear, by what the packets say: works wherever the sound itself does. */
  loudness(who: Who): number;
}

/** With nothing to hear Opus sends a packet every 400 ms (RFC 7587 §3.1.3); after longer nobody is sending. */
const STALE_AFTER_MS = 600;

export function createRemoteLevels(o: {
  /** Null until there is one. */
  readonly context: () => AudioContext | null;
  readonly soundOf: (who: Who) => RemoteSound | null;
  /** Milliseconds, by any steady clock. */
  readonly now?: () => number;
}): RemoteLevels {
  const now = o.now ?? ((): number => performance.now());
  const meters: Record<Who, { readonly track: MediaStreamTrack; readonly meter: Meter } | null> = {
    a: null,
    b: null,
  };
  const packets: Record<Who, { readonly rtpTimestamp: number; readonly since: number } | null> = {
    a: null,
    b: null,
  };

  /** The meter of this track; one of a track that was is closed. */
  function meterOf(who: Who, track: MediaStreamTrack, context: AudioContext): Meter {
    const known = meters[who];
    if (known !== null && known.track === track) return known.meter;
    known?.meter.close();
    const meter = createMeter(context, track);
    meters[who] = { track, meter };
    return meter;
  }

  /** Linear, 0 to 1. Browsers go on telling the last packet's level for ten seconds (W3C WebRTC §5.3). */
  function received(who: Who, receiver: RTCRtpReceiver | null): number {
    const source = receiver?.getSynchronizationSources()[0];
    if (source === undefined) return 0;
    const { rtpTimestamp } = source;
    const known = packets[who];
    const since = known !== null && known.rtpTimestamp === rtpTimestamp ? known.since : now();
    packets[who] = { rtpTimestamp, since };
    return now() - since > STALE_AFTER_MS ? 0 : (source.audioLevel ?? 0);
  }

  return {
    level(who) {
      const sound = o.soundOf(who);
      if (sound === null) {
        meters[who]?.meter.close();
        meters[who] = null;
        return 0;
      }
      const context = o.context();
      if (context !== null && context.state === 'running')
        return meterShare(meterOf(who, sound.track, context).look().rmsDb);
      return meterShare(20 * Math.log10(received(who, sound.receiver)));
    },
    loudness(who) {
      return Math.min(1, Math.sqrt(received(who, o.soundOf(who)?.receiver ?? null)) * 1.4);
    },
  };
}
