import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    pool: 'forks', // native packages keep state per process
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['test/build.setup.ts'],
    reporters: ['default', './scripts/test-reporter.mjs'],
  },
});
