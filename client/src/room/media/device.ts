/** mediasoup's view of this browser. Loaded when first needed: the lobby does without. */
import { Device, detectDevice, type types } from 'mediasoup-client';
import { Firefox120 } from 'mediasoup-client/handlers/Firefox120';

/** Throws where mediasoup-client does not know the browser. */
export async function createDevice(routerRtpCapabilities: types.RtpCapabilities): Promise<Device> {
  const device =
    detectDevice() === 'Firefox120' ? new Device({ handlerFactory: firefoxWithNack() }) : new Device();
  await device.load({ routerRtpCapabilities });
  return device;
}

/**
 * Firefox can resend Opus packets when asked, but does not offer it; with `nack` among its capabilities 29 of 29 lost
 * packets came back (recording.md §11). mediasoup-client does the same itself for Chrome and Safari.
 */
function firefoxWithNack(): types.HandlerFactory {
  const plain = Firefox120.createFactory({});
  return {
    ...plain,
    async getNativeRtpCapabilities(options) {
      const capabilities = await plain.getNativeRtpCapabilities(options);
      for (const codec of capabilities.codecs ?? []) {
        if (codec.mimeType.toLowerCase() !== 'audio/opus') continue;
        const feedback = codec.rtcpFeedback ?? [];
        if (feedback.some(({ type, parameter }) => type === 'nack' && !parameter)) continue;
        codec.rtcpFeedback = [...feedback, { type: 'nack' }];
      }
      return capabilities;
    },
  };
}
