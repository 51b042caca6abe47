/** A stock Firefox with a pretended microphone and camera, by WebDriver BiDi. Each launch has a profile of its own. */
import { launch, type Browser } from 'puppeteer-core';

/** @param o.env What it finds in its environment beside the machine's: where sound goes, where home is. */
export function launchFirefox(o: { readonly env?: Readonly<Record<string, string>> } = {}): Promise<Browser> {
  return launch({
    browser: 'firefox',
    executablePath: process.env['FIREFOX_BIN'] ?? '/usr/bin/firefox-esr',
    headless: true,
    env: { ...process.env, ...o.env },
    extraPrefsFirefox: {
      // A tone and a moving picture; without a window there is nobody to ask for leave.
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
    },
  });
}
