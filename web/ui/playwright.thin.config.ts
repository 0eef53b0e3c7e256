import { defineConfig } from '@playwright/test';

/** A browser behind a thin line: `make bench-thin` sets it up and says where everything is. */
export default defineConfig({
  testDir: 'browser',
  testMatch: 'thin.figures.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 600_000,
  expect: { timeout: 60_000 },
  reporter: [['line']],
  use: { actionTimeout: 60_000, navigationTimeout: 60_000, ignoreHTTPSErrors: true },
});
