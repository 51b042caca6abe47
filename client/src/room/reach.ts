/**
 * Whether packets get through from here, tried for real: for each way a short-lived transport is built that knows only
 * that way, until it stands. Nothing is heard: what it would carry is silence, and it is never announced.
 */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { types } from 'mediasoup-client';
import type { Request } from './connection.ts';

export type Way = 'yes' | 'no' | 'unknown';
export interface Reach {
  readonly udp: Way;
  readonly tcp: Way;
}

/** What one attempt came to. */
export type Tried = 'through' | 'stopped' | 'untried';

/** A network that answers does so in well under a second; a lost first packet is asked again after one. */
const WITHIN_MS = 3000;

/**
 * One way that is closed while the other is open is closed indeed; when neither answers it may as well be the house or
 * the moment.
 */
export function judge(udp: Tried, tcp: Tried): Reach {
  const way = (own: Tried, other: Tried): Way => {
    if (own === 'through') return 'yes';
    return own === 'stopped' && other === 'through' ? 'no' : 'unknown';
  };
  return { udp: way(udp, tcp), tcp: way(tcp, udp) };
}

export interface ReachTest {
  readonly found: ReadonlySignal<Reach | 'untried' | 'testing'>;
  /** Once found, it stays. */
  start(): void;
  /** At once: from here on the seat's transports belong to others. Idempotent. */
  stop(): void;
}

export function createReachTest(o: {
  readonly request: Request;
  /** Silence to build a transport for. Null: it can't be tried now. */
  readonly silence: () => MediaStreamTrack | null;
}): ReachTest {
  const found = signal<Reach | 'untried' | 'testing'>('untried');
  let stopping: AbortController | null = null;

  async function attempt(
    device: types.Device,
    protocol: 'udp' | 'tcp',
    stopped: AbortSignal,
  ): Promise<Tried> {
    const track = o.silence();
    if (stopped.aborted || track === null) return 'untried';
    const answer = await o.request('media:create-transport', { direction: 'send' });
    if (!answer.ok || stopped.aborted) return 'untried';
    const options = answer.value as types.TransportOptions;
    const iceCandidates = options.iceCandidates.filter((candidate) => candidate.protocol === protocol);
    if (iceCandidates.length === 0) return 'untried';
    const transport = device.createSendTransport({ ...options, iceCandidates });
    try {
      return await new Promise<Tried>((resolve) => {
        setTimeout(() => resolve('stopped'), WITHIN_MS);
        stopped.addEventListener('abort', () => resolve('untried'), { once: true });
        transport.on('connect', ({ dtlsParameters }, done, failed) => {
          if (stopped.aborted) return;
          void o
            .request('media:connect-transport', { transportId: transport.id, dtlsParameters })
            .then(({ ok }) => (ok ? done() : failed(new Error('the house did not connect'))));
        });
        // Left open on purpose: the house never hears of a producer, so that nobody can be heard by a test.
        transport.on('produce', () => {});
        transport.on('connectionstatechange', (state) => {
          if (state === 'connected') resolve('through');
          if (state === 'failed') resolve('stopped');
        });
        transport.produce({ track, stopTracks: false }).catch(() => resolve('untried'));
      });
    } finally {
      transport.close();
      track.stop();
    }
  }

  async function run(stopped: AbortSignal): Promise<Reach | 'untried'> {
    const { createDevice } = await import('./media/device.ts');
    const answer = await o.request('media:capabilities', {});
    if (!answer.ok) return judge('untried', 'untried');
    const device = await createDevice(answer.value.rtpCapabilities as types.RtpCapabilities);
    // One after the other: a seat has one sending transport.
    const udp = await attempt(device, 'udp', stopped);
    const tcp = await attempt(device, 'tcp', stopped);
    return stopped.aborted ? 'untried' : judge(udp, tcp);
  }

  return {
    found,
    start() {
      if (found.value !== 'untried') return;
      found.value = 'testing';
      const mine = new AbortController();
      stopping = mine;
      const settle = (reach: Reach | 'untried'): void => {
        if (stopping === mine) found.value = reach;
      };
      run(mine.signal).then(settle, () => settle(judge('untried', 'untried')));
    },
    stop() {
      stopping?.abort();
      stopping = null;
      if (found.value === 'testing') found.value = 'untried';
    },
  };
}
