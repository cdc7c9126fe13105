import { defineConfig } from 'vitest/config';

/** `fast` needs nothing but Node; `stack` needs a tool or a database beside it; `e2e` deploys to a local AWS. */
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
          hookTimeout: 60_000,
          testTimeout: 30_000, // a first CDK synth beside other suites takes more than the default five seconds
        },
      },
      {
        extends: true,
        test: {
          name: 'stack',
          sequence: { groupOrder: 1 }, // after `fast`: two cores cannot do both and keep time
          include: ['test/**/*.stack.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          globalSetup: ['test/e2e/global-setup.ts'],
          include: ['test/e2e/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
