import { defineConfig } from 'vitest/config';

/** Whole-system tests start real workers, ffmpeg and browsers: one file at a time, with time to spare. */
const system = ['server/test/**/*.test.ts', 'worker/test/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,worker,config,setup,loadtest,client}/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...system],
        },
      },
      {
        test: {
          name: 'system',
          include: system,
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
