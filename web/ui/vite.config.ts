import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env.MUSTER_URL ?? 'http://127.0.0.1:8230';

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: '../dist',
    // public/placeholder.txt is copied back, so that the committed file (go:embed needs one) survives a build.
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200,
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: server },
      '/ws': { target: server, ws: true },
    },
  },
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx'],
  },
});
