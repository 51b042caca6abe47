import { existsSync } from 'node:fs';
import { findCommand } from './command.ts';
import type { SetupContext } from './context.ts';
import { SetupError } from './errors.ts';
import { commandNeed, ensurePackages } from './packages.ts';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Where the browser is not on PATH. */
const places = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const firefoxCommands = ['firefox-esr', 'firefox'];
const firefoxPlaces = ['/Applications/Firefox.app/Contents/MacOS/firefox'];

/** Answers the path of a Chromium (or Chrome) for the browser tests: CHROMIUM_BIN, else the system's. */
export async function ensureChromium(context: SetupContext): Promise<string> {
  const given = givenIn('CHROMIUM_BIN');
  if (given) return given;
  const find = (): string | undefined => findAny(commands, places);
  await ensurePackages([{ debianPackage: 'chromium', present: () => find() !== undefined }], context);
  return find() as string;
}

/**
 * Answers the path of a Firefox for the browser tests: FIREFOX_BIN, else the system's. On Linux also sees to what it
 * needs on a machine without sound and without a network (client/test/null-speaker.ts, server/test/isolated.ts).
 */
export async function ensureFirefox(context: SetupContext): Promise<string> {
  const given = givenIn('FIREFOX_BIN');
  const find = (): string | undefined => given ?? findAny(firefoxCommands, firefoxPlaces);
  const around =
    process.platform === 'linux' ? [commandNeed('pulseaudio'), commandNeed('ip', 'iproute2')] : [];
  await ensurePackages(
    [{ debianPackage: 'firefox-esr', present: () => find() !== undefined }, ...around],
    context,
  );
  return find() as string;
}

function givenIn(variable: string): string | undefined {
  const given = process.env[variable];
  if (!given) return undefined;
  if (existsSync(given)) return given;
  throw new SetupError(
    `${variable} is ${given}, and there is nothing: correct it, or unset it to have one found.`,
  );
}

function findAny(commands: readonly string[], places: readonly string[]): string | undefined {
  return commands.map(findCommand).find(Boolean) ?? places.find((place) => existsSync(place));
}
