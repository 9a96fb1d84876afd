// Builds what others install: packages/protocol and packages/client as JavaScript with declarations, and the client as
// one file for pages without a bundler. The workspace itself runs the sources and needs none of it.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ensureInstalled, node24, node24Environment } from './install.mjs'
import { isMain, packageProgram, root, runForeground, runScript, Stop } from './project.mjs'

const protocol = join(root, 'packages', 'protocol')
const client = join(root, 'packages', 'client')

/** The client is made from the declarations of the protocol, so that is built first. */
export async function buildPackages() {
  await buildProtocol()
  await compile(client)
  await bundle('parley.browser.js', 'es', 'index.js')
  await bundle('parley.global.js', 'iife', 'browser/global.js')
}

export const buildProtocol = () => compile(protocol)

async function compile(folder) {
  const dist = join(folder, 'dist')
  await rm(dist, { recursive: true, force: true })
  const args = [packageProgram('typescript/bin/tsc'), '-p', join(folder, 'tsconfig.build.json')]
  const code = await runForeground(node24(), args, { env: node24Environment() })
  if (code !== 0) throw new Stop(`${folder} could not be compiled: tsc ended with code ${code}`)
  for (const path of await readdir(dist, { recursive: true })) {
    if (path.endsWith('.d.ts')) await nameDeclarations(join(dist, path))
  }
}

/** tsc writes `.js` into the imports of the JavaScript and leaves `.ts` in those of the declarations. */
async function nameDeclarations(path) {
  const text = await readFile(path, 'utf8')
  const named = text.replace(/((?:from|import)[ (]["'])(\.[^"']*)\.ts(["'])/g, '$1$2.js$3')
  await writeFile(path, named)
}

/**
 * @param {string} name of the file in the client's dist
 * @param {'es' | 'iife'} format
 * @param {string} entry of the compiled client
 */
async function bundle(name, format, entry) {
  const { build } = await import('vite')
  await build({
    root: client,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      target: 'es2022',
      sourcemap: true,
      minify: 'oxc',
      // Vite leaves the spaces in a library of modules, for bundlers; this file is for pages that have none.
      rolldownOptions: { output: { minify: true } },
      lib: { entry: join(client, 'dist', entry), formats: [format], name: 'Parley', fileName: () => name },
    },
    resolve: { alias: { '@parley/protocol': join(protocol, 'dist', 'index.js') } },
  })
}

if (isMain(import.meta.filename)) {
  await runScript(async () => {
    await ensureInstalled()
    await buildPackages()
  })
}
