// How the app is built and served in development. In production the Parley server serves `dist` itself.
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = process.env.PARLEY_DEV_SERVER ?? 'http://127.0.0.1:8000'

/** What belongs to the server; everything else is a page of the app. */
const serverPaths = ['/docs', '/redoc', '/openapi.json', '/asyncapi.json', '/healthz']

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react()],
  server: {
    proxy: {
      '/api': { target: server, ws: true },
      ...Object.fromEntries(serverPaths.map((path) => [path, { target: server }])),
    },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // The Content-Security-Policy allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2023',
    rolldownOptions: {
      treeshake: {
        // The protocol package is schemas and tables: what nobody imports (the schemas, and with them TypeBox) stays out.
        moduleSideEffects: (id) => !id.includes('/packages/protocol/'),
      },
    },
  },
})
