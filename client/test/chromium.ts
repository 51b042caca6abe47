/** A real Chromium with a pretended microphone and camera. */
import { chromium, type Browser } from 'playwright-core';

/** @param o.voice A WAV file that the microphone hears, over and over; else it hears beeps. */
export function launch(o: { readonly voice?: string } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...(o.voice === undefined ? [] : [`--use-file-for-fake-audio-capture=${o.voice}`]),
    ],
  });
}
