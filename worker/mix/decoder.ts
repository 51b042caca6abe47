/** libopus (the WASM build of `opus-decoder`), one instance a track: what it gives depends on what it had before. */
import { OpusDecoder } from 'opus-decoder';

export interface Decoder {
  /** Mono at 48 kHz, stereo packets folded by libopus; null when it refused the packet. */
  decode(packet: Uint8Array): Float32Array | null;
  close(): void;
}

/** opus-decoder copies a packet into room for one channel at 256 kbit/s and 120 ms, unchecked. */
const MAX_PACKET_BYTES = 3840;

export async function createOpusDecoder(): Promise<Decoder> {
  const decoder = new OpusDecoder({ channels: 1, streamCount: 1, coupledStreamCount: 0 });
  await decoder.ready;
  return {
    decode(packet) {
      if (packet.length === 0 || packet.length > MAX_PACKET_BYTES) return null;
      const decoded = decoder.decodeFrame(packet);
      const samples = decoded.channelData[0];
      return samples === undefined || decoded.errors.length > 0 || decoded.samplesDecoded === 0
        ? null
        : samples;
    },
    close() {
      decoder.free();
    },
  };
}
