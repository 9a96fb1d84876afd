// The Nodes that the SDK promises to run on. The project's own is there; the older two are installed when they are first needed, and kept.
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../architecture/sources.ts'
import { run } from './run.ts'

/** npm's package `node` brings the program of its version. */
const installed = { 20: '20.20.2', 22: '22.23.3' } as const
export type NodeVersion = keyof typeof installed | 24

const kept = join(root, '.cache', 'nodes')
const program = ['node_modules', 'node', 'bin', 'node']

/** The path of the program. Rejects with what npm says when it cannot be installed: a promise that is not tried is not kept. */
export async function nodeProgram(version: NodeVersion): Promise<string> {
  if (version === 24) return join(root, ...program)
  const folder = join(kept, installed[version])
  if (!existsSync(join(folder, ...program))) await install(installed[version], folder)
  return join(folder, ...program)
}

/** Aside, and put in its place whole: another run of the tests may do the same. */
async function install(version: string, folder: string): Promise<void> {
  await mkdir(kept, { recursive: true })
  const aside = await mkdtemp(join(kept, 'installing-'))
  try {
    const manifest = { name: 'nodes', private: true, allowScripts: { node: true } }
    await writeFile(join(aside, 'package.json'), JSON.stringify(manifest))
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--save-exact']
    await run('npm', ['install', ...options, `node@${version}`], aside)
    if (!existsSync(join(aside, ...program))) throw new Error(`npm installed no program of Node ${version}`)
    await rename(aside, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}
