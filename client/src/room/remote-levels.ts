/**
 * How loud each of the two is heard here, by the sound itself; where this browser lets nobody analyse it, by what the
 * receiver says of its packets. It only listens; playing is the loudspeakers' business.
 */
import { createMeter, meterShare, type Meter } from './levels.ts';

type Who = 'a' | 'b';

export interface RemoteSound {
  readonly track: MediaStreamTrack;
  readonly receiver: RTCRtpReceiver | null;
}

export interface RemoteLevels {
  /** 0 to 1, linear in decibels; 0 where nothing is received. */
  level(who: Who): number;
}

export function createRemoteLevels(o: {
  /** Null until there is one. */
  readonly context: () => AudioContext | null;
  readonly soundOf: (who: Who) => RemoteSound | null;
}): RemoteLevels {
  const meters: Record<Who, { readonly track: MediaStreamTrack; readonly meter: Meter } | null> = {
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

  return {
    level(who) {
      const sound = o.soundOf(who);
      if (sound === null) {
        meters[who]?.meter.close();
        meters[who] = null;
        return 0;
      }
      const context = o.context();
      const analysed =
        context === null || context.state !== 'running'
          ? -Infinity
          : meterOf(who, sound.track, context).look().rmsDb;
      return meterShare(Math.max(analysed, receivedDb(sound.receiver)));
    },
  };
}

/** W3C WebRTC §5.3: linear, 0 to 1. */
function receivedDb(receiver: RTCRtpReceiver | null): number {
  const level = receiver?.getSynchronizationSources()[0]?.audioLevel ?? 0;
  return level === 0 ? -Infinity : 20 * Math.log10(level);
}
