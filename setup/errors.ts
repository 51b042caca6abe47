/** Something a person can mend; the message is a whole sentence for them, and is shown without a stack. */
export class SetupError extends Error {
  override readonly name: string = 'SetupError';
}

/** Debian packages that this user may not install. Collected over all steps, and told in one sentence. */
export class MissingPackagesError extends SetupError {
  override readonly name = 'MissingPackagesError';
  readonly packages: readonly string[];

  constructor(packages: readonly string[]) {
    super(
      `Not on this machine, and only root can install it: ${packages.join(', ')}. ` +
        `As root, run: apt-get install --no-install-recommends ${packages.join(' ')}`,
    );
    this.packages = packages;
  }
}
