import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/setup/build.ts'],
    setupFiles: ['test/setup/properties.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // Most of the time tests wait, for health checks, bakes and time-outs: three files side by side keep two cores about half busy.
    maxWorkers: 3,
    // Tests that feel real time share two cores with whatever else the machine does: CI gives a failed one a second chance, and names it.
    retry: process.env['CI'] ? 1 : 0,
    reporters: ['default', './test/setup/retried.ts'],
  },
});
