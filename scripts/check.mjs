// npm run check: types, lint and format, what is unused, architecture. All of them run, so that one run tells everything.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, node24, node24Environment } from './install.mjs'
import { isMain, packageProgram, root, runForeground, runScript } from './project.mjs'

/** Name and Node arguments of each check that needs no test run. */
const checks = [
  ['types', [packageProgram('typescript/bin/tsc'), '-p', '.']],
  ['types of the web app', [packageProgram('typescript/bin/tsc'), '-p', 'packages/web']],
  ['lint and format', [packageProgram('@biomejs/biome/bin/biome'), 'check', '.']],
  ['what is unused', [packageProgram('knip/bin/knip.js'), '--no-progress']],
]
const architecture = ['architecture', [packageProgram('vitest/vitest.mjs'), 'run', 'tests/architecture']]

/**
 * Runs the checks and resolves with the names of those that failed.
 *
 * @param {{ withArchitecture: boolean }} options the architecture is also part of every whole test run
 * @returns {Promise<string[]>}
 */
export async function runChecks({ withArchitecture }) {
  const failed = []
  for (const [name, args] of withArchitecture ? [...checks, architecture] : checks) {
    if (name === 'types of the web app' && !existsSync(join(root, 'packages', 'web', 'tsconfig.json')))
      continue
    console.log(`Checking ${name}`)
    const code = await runForeground(node24(), args, { env: node24Environment() })
    if (code !== 0) failed.push(name)
    // Ctrl-C ends the whole run, not one check of it.
    if (code >= 128) break
  }
  return failed
}

if (isMain(import.meta.filename)) {
  await runScript(async () => {
    await ensureInstalled()
    const failed = await runChecks({ withArchitecture: true })
    console.log(failed.length === 0 ? 'All checks passed' : `Failed: ${failed.join(', ')}`)
    return failed.length === 0 ? 0 : 1
  })
}
