import { existsSync } from 'node:fs';
import { findCommand } from './command.ts';
import type { SetupContext } from './context.ts';
import { SetupError } from './errors.ts';
import { ensurePackages } from './packages.ts';

const commands = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Where the browser is not on PATH. */
const places = [
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Answers the path of a Chromium (or Chrome) for the browser tests: CHROMIUM_BIN, else the system's. */
export async function ensureChromium(context: SetupContext): Promise<string> {
  const given = process.env['CHROMIUM_BIN'];
  if (given) {
    if (existsSync(given)) return given;
    throw new SetupError(
      `CHROMIUM_BIN is ${given}, and there is nothing: correct it, or unset it to have one found.`,
    );
  }
  await ensurePackages([{ debianPackage: 'chromium', present: () => find() !== undefined }], context);
  return find() as string;
}

function find(): string | undefined {
  return commands.map(findCommand).find(Boolean) ?? places.find((place) => existsSync(place));
}
