// Builds the web app into packages/web/dist when its sources have changed.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import { exclusively } from './exclusively.mjs'
import { ensureInstalled, node24, node24Environment } from './install.mjs'
import { isMain, packageProgram, root, runForeground, runScript, Stop } from './project.mjs'

const web = join(root, 'packages', 'web')
const dist = join(web, 'dist')
/** Outside the app's folder, which Vite's development server watches. */
const workshop = join(root, '.cache', 'web')
const stamp = join(dist, '.parley-build')
const sources = ['packages/web', 'packages/client/src', 'packages/protocol/src', 'package-lock.json']
const leftOut = new Set(['node_modules', 'dist', '.cache'])
const compressible = /\.(js|css|html|svg|json|webmanifest|wasm)$/
/** Below this a packed copy saves no packet. In bytes. */
const worthPacking = 1024

/** Takes some tens of milliseconds when nothing has changed. */
export async function ensureBuilt() {
  if (isBuilt(sourceMark())) return
  await exclusively('build', async () => {
    const mark = sourceMark()
    if (isBuilt(mark)) return
    console.log('Building the web app (only the first time and after changes)')
    await build(mark)
  })
}

const isBuilt = (mark) => existsSync(stamp) && readFileSync(stamp, 'utf8') === mark

/** Built aside and swapped in whole, so that neither an interrupted build nor a running server sees half of it. */
async function build(mark) {
  const fresh = join(workshop, 'fresh')
  const old = join(workshop, 'before')
  await rm(workshop, { recursive: true, force: true })
  const args = ['build', '--outDir', fresh, '--emptyOutDir', '--logLevel', 'warn']
  const code = await runForeground(node24(), [packageProgram('vite/bin/vite.js'), ...args], {
    cwd: web,
    env: node24Environment(),
  })
  if (code !== 0) throw new Stop(`The web app could not be built: vite ended with code ${code}`)
  await packFiles(fresh)
  await writeFile(join(fresh, '.parley-build'), mark)
  if (existsSync(dist)) await rename(dist, old)
  await rename(fresh, dist)
  await rm(workshop, { recursive: true, force: true })
}

/** Puts packed copies beside the files, which the server sends to browsers that take them. */
async function packFiles(folder) {
  await Promise.all(
    filesIn(folder)
      .filter((path) => compressible.test(path) && statSync(path).size >= worthPacking)
      .map(async (path) => {
        const content = await readFile(path)
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content))
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }))
      }),
  )
}

/** Names the content of everything that goes into the app. */
function sourceMark() {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((source) => filesIn(join(root, source)))) {
    if (/\.test\.tsx?$/.test(path)) continue
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesIn(path) {
  if (!existsSync(path)) return []
  if (statSync(path).isFile()) return [path]
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => !leftOut.has(entry.name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => filesIn(join(path, entry.name)))
}

if (isMain(import.meta.filename)) {
  await runScript(async () => {
    await ensureInstalled()
    await ensureBuilt()
  })
}
