import { findCommand, runCommand, type Outcome } from './command.ts';
import type { SetupContext } from './context.ts';
import { MissingPackagesError, SetupError } from './errors.ts';
import { lockFile, withLock } from './lock.ts';

/** Something of the system's: how to see that it is there, and Debian's package that brings it. */
export type SystemNeed = {
  readonly debianPackage: string;
  readonly present: () => boolean | Promise<boolean>;
};

/** What the rest of the world looks like to `ensurePackages`; tests give another. */
export type System = {
  readonly hasApt: () => boolean;
  readonly isRoot: () => boolean;
  readonly apt: (args: readonly string[], onLine: (line: string) => void) => Promise<Outcome>;
};

const thisSystem: System = {
  hasApt: () => findCommand('apt-get') !== undefined,
  isRoot: () => process.getuid?.() === 0,
  apt: (args, onLine) =>
    // The time-out is for another apt that is at work, as on a machine that has just been switched on.
    runCommand('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' },
      onLine,
    }),
};

export function commandNeed(command: string, debianPackage = command): SystemNeed {
  return { debianPackage, present: () => findCommand(command) !== undefined };
}

/** A library with its header files, as pkg-config knows it. */
export function libraryNeed(name: string, debianPackage: string): SystemNeed {
  return {
    debianPackage,
    present: async () => (await runCommand('pkg-config', ['--exists', name])).code === 0,
  };
}

/**
 * Sees to it that everything named is on the machine: installs it as root on a
 * Debian, and otherwise touches nothing and says what is missing.
 */
export async function ensurePackages(
  needs: readonly SystemNeed[],
  { cacheDir, say }: Pick<SetupContext, 'cacheDir' | 'say'>,
  system: System = thisSystem,
): Promise<void> {
  const missing = await missingOf(needs);
  if (missing.length === 0) return;
  if (!system.hasApt()) {
    throw new SetupError(
      `Not on this machine: ${missing.join(', ')} (these are Debian's names). ` +
        `Install it with this system's package manager, then run the same command again.`,
    );
  }
  if (!system.isRoot()) throw new MissingPackagesError(missing);

  await withLock(
    lockFile(cacheDir, 'packages'),
    () => say('waiting for another set-up'),
    async () => {
      const names = missing.join(' ');
      say(`reading Debian's package lists, for ${names}`);
      // Its failure is not the last word: the lists may be good enough as they are.
      const update = await updateLists(system);
      say(`installing ${names}`);
      const { code, said } = await system.apt(
        ['install', '-y', '--no-install-recommends', ...missing],
        (line) => {
          const unpacked = /^(?:Unpacking|Setting up) (\S+)/.exec(line);
          if (unpacked) say(`installing ${names}: ${unpacked[0].toLowerCase()}`);
        },
      );
      const still = await missingOf(needs);
      if (code !== 0 || still.length > 0) {
        throw new SetupError(
          `Debian's packages could not be installed: ${names}. apt-get ended with ${code} and said:\n` +
            [update.code === 0 ? '' : update.said, said].filter(Boolean).join('\n'),
        );
      }
    },
  );
}

/** The lock of the package lists, unlike dpkg's, cannot be waited for: so ask some times. */
async function updateLists(system: System): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await system.apt(['update', '-q'], () => {});
    if (outcome.code === 0 || attempt === 10 || !outcome.said.includes('Could not get lock')) return outcome;
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}

async function missingOf(needs: readonly SystemNeed[]): Promise<string[]> {
  const missing = new Set<string>();
  for (const need of needs) if (!(await need.present())) missing.add(need.debianPackage);
  return [...missing];
}
