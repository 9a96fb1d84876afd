// How the app is built and served in development. In production the Parley server serves `dist` itself.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

const server = process.env.PARLEY_DEV_SERVER ?? 'http://127.0.0.1:8000'

/** What belongs to the server; everything else is a page of the app. */
const serverPaths = ['/docs', '/redoc', '/openapi.json', '/asyncapi.json', '/healthz']

const encodings = { br: promisify(brotliCompress), gz: promisify(gzip) }

/** Leaves `.br` and `.gz` beside every script and style sheet; the server sends what the browser takes. */
function compressed(): Plugin {
  return {
    name: 'parley:compressed',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      const files = Object.values(bundle).filter((file) => /\.(?:js|css)$/.test(file.fileName))
      await Promise.all(
        files.flatMap((file) => {
          const content = file.type === 'chunk' ? file.code : file.source
          return Object.entries(encodings).map(async ([suffix, encode]) =>
            writeFile(join(dir, `${file.fileName}.${suffix}`), await encode(content)),
          )
        }),
      )
    },
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/',
  plugins: [react(), compressed()],
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
      output: {
        codeSplitting: {
          groups: [
            // One file for what every page needs, instead of a dozen small ones. A group takes along what its modules
            // import, so dialogs (and with them Base UI) must not be in it.
            {
              name: 'base',
              test: /\/web\/src\/(?:client|dates|session|theme|i18n\/i18n|people\/use|ui\/(?:avatar|button|error))/,
            },
            {
              name: 'react',
              test: /\/node_modules\/(?:react|react-dom|scheduler|use-sync-external-store)\//,
            },
          ],
        },
      },
    },
  },
})
