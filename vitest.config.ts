import { defineConfig } from 'vitest/config';

/** `fast` needs nothing but Node; `stack` deploys to a local AWS and opens real sockets, one file at a time. */
export default defineConfig({
  test: {
    env: { CI: '1' }, // a missing golden fails instead of being written
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/**/*.stack.test.ts'],
          testTimeout: 30_000, // a first CDK synth beside other suites takes more than the default five seconds
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          sequence: { groupOrder: 1 }, // after `fast`: two cores cannot do both and keep time
          include: ['test/e2e/**/*.test.ts', 'test/**/*.stack.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
