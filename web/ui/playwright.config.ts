import { defineConfig } from '@playwright/test';

/** Tests in a real browser against the real server: `make test-browser`. */
export default defineConfig({
  testDir: 'browser',
  testIgnore: 'net.spec.ts',
  globalSetup: './browser/server.ts',
  outputDir: 'test-results',
  workers: 1,
  // How long a hung test may hang; nothing is asserted about time.
  timeout: 180_000,
  expect: { timeout: 45_000 },
  reporter: [['list']],
  use: { actionTimeout: 45_000, navigationTimeout: 45_000 },
});
