import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores, real processes and real load: files run side by side only where they measure nothing.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
