import { defineConfig } from '@playwright/test';

/** A browser in another network namespace: `make test-net` sets it up and says where everything is. */
export default defineConfig({
  testDir: 'browser',
  testMatch: 'net.spec.ts',
  outputDir: 'test-results',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 45_000 },
  reporter: [['list']],
  use: { actionTimeout: 45_000, navigationTimeout: 45_000 },
});
