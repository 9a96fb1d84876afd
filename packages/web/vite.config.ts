// How the app is built and served in development. In production the Parley server serves `dist` itself.
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin } from 'vite'

const server = process.env.PARLEY_DEV_SERVER ?? 'http://127.0.0.1:8000'

/** What belongs to the server; everything else is a page of the app. */
const serverPaths = ['/docs', '/redoc', '/openapi.json', '/asyncapi.json', '/healthz']

/** A file that the service worker keeps. `revision` is null where the address changes with the content. */
interface AppFile {
  readonly url: string
  readonly revision: string | null
}

/** What a device keeps of the app: all but what only installing it takes, and the worker itself. */
async function appFiles(folder: string): Promise<AppFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((name) => !/^icons\/|^manifest\.webmanifest$/.test(name))
    .sort()
  return await Promise.all(
    names.map(async (name) => ({
      url: name === 'index.html' ? '/' : `/${name}`,
      revision: name.startsWith('assets/') ? null : hashOf(await readFile(join(folder, name))),
    })),
  )
}

const hashOf = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 16)

/** Builds the service worker when the files are there that it keeps. It has one address, whatever is in it. */
function serviceWorker(): Plugin {
  let outDir = ''
  return {
    name: 'parley:service-worker',
    apply: 'build',
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir)
    },
    async closeBundle() {
      await build({
        configFile: false,
        root,
        publicDir: false,
        logLevel: 'warn',
        define: { __APP_FILES__: JSON.stringify(await appFiles(outDir)) },
        build: {
          outDir,
          emptyOutDir: false,
          target: 'es2023',
          rolldownOptions: {
            input: join(root, 'src/service-worker/service-worker.ts'),
            output: { format: 'iife', entryFileNames: 'service-worker.js' },
          },
        },
      })
    },
  }
}

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root,
  base: '/',
  plugins: [react(), serviceWorker()],
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
