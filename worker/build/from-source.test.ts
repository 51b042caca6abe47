import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEdits, recipeVersion } from './from-source.ts';

describe('the recipe', () => {
  const worker = join(dirname(findPackageJSON('mediasoup', import.meta.url) ?? ''), 'worker');

  it.each(readEdits())('fits the installed mediasoup: $file', ({ file, find }) => {
    expect(readFileSync(join(worker, file), 'utf8').split(find)).toHaveLength(2);
  });

  it('has a version that can be part of a file name', () => {
    expect(recipeVersion()).toMatch(/^[0-9a-f]{8}$/);
  });
});
