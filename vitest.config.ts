import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    pool: 'forks', // native packages keep state per process
    maxWorkers: 2,
    testTimeout: 180_000, // a browser and Electron on two cores that do something else besides
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    globalSetup: ['test/build.setup.ts'],
    reporters: ['default', './scripts/test-reporter.mjs'],
  },
});
