import { defineConfig } from '@playwright/test';

process.env.MUSTER_ALONE = '1';

/** Figures from a real browser: `make bench-browser`. */
export default defineConfig({
  testDir: 'browser',
  testMatch: '*.bench.ts',
  globalSetup: './browser/server.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 900_000,
  expect: { timeout: 45_000 },
  reporter: [['line']],
  use: { actionTimeout: 45_000, navigationTimeout: 45_000 },
});
