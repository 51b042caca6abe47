/**
 * A real WebRTC stack for Node: libwebrtc by @roamhq/wrtc, driven by mediasoup-client as if this were a browser.
 *
 * Surprise: when a process that used it ends by itself, libwebrtc is torn down under its own threads and the process
 * dies of SIGSEGV. Whoever imports this must end with `process.exit`.
 */
import wrtc from '@roamhq/wrtc';

// What mediasoup-client's handler takes from the browser.
Object.assign(globalThis, {
  MediaStream: wrtc.MediaStream,
  MediaStreamTrack: wrtc.MediaStreamTrack,
  RTCPeerConnection: wrtc.RTCPeerConnection,
});

export const { RTCAudioSink, RTCAudioSource } = wrtc.nonstandard;
/** mediasoup-client's name for the dialect that this libwebrtc speaks. */
export const HANDLER = 'Chrome111';

export interface AudioFrame {
  readonly samples: Int16Array;
  readonly sampleRate: number;
}
