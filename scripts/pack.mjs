// What npm runs around `npm pack` and `npm publish` of a package: `prepare` before, `restore` after. In between the
// package's manifest is the one that others get: what `publishConfig` says of exports and the like stands in its place.
// (pnpm and Yarn do that by themselves; npm does not.)
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { buildPackages, buildProtocol } from './build-packages.mjs'
import { ensureInstalled } from './install.mjs'
import { isMain, root, runScript, Stop } from './project.mjs'

/** Fields of `publishConfig` that are npm's own settings and no fields of a manifest. */
const settings = new Set(['access', 'tag', 'registry', 'provenance'])
/** Fields that mean something in the workspace only. */
const workspaceOnly = ['private', 'scripts', 'devDependencies', 'publishConfig']

/** The manifest that others get. */
export function publishedManifest(manifest) {
  const { publishConfig = {}, ...rest } = manifest
  const replaced = Object.entries(publishConfig).filter(([name]) => !settings.has(name))
  const published = { ...rest, ...Object.fromEntries(replaced) }
  for (const name of workspaceOnly) delete published[name]
  return published
}

/** Where the workspace's manifest waits; what an interrupted packing left there is still the one to go back to. */
const kept = (folder) => join(root, '.cache', 'pack', `${basename(folder)}.package.json`)

async function prepare(folder) {
  await restore(folder)
  await ensureInstalled()
  await (basename(folder) === 'protocol' ? buildProtocol() : buildPackages())
  const path = join(folder, 'package.json')
  const text = await readFile(path, 'utf8')
  await mkdir(dirname(kept(folder)), { recursive: true })
  await writeFile(kept(folder), text)
  await writeFile(path, `${JSON.stringify(publishedManifest(JSON.parse(text)), null, 2)}\n`)
}

async function restore(folder) {
  if (existsSync(kept(folder))) await rename(kept(folder), join(folder, 'package.json'))
}

if (isMain(import.meta.filename)) {
  await runScript(async () => {
    const [command] = process.argv.slice(2)
    // npm runs the scripts of a package in its folder.
    if (command === 'prepare') await prepare(process.cwd())
    else if (command === 'restore') await restore(process.cwd())
    else throw new Stop('Say `prepare` or `restore`; npm does, around `npm pack`.')
  })
}
