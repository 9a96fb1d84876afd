// Carries out what the Dockerfile says without Docker, with the real npm, and tries what comes of it. An argument names
// the folder for it, which is kept.
import { ensureInstalled, node24, node24Environment } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled()
  const args = ['tests/deployment/main.ts', ...process.argv.slice(2)]
  return runForeground(node24(), args, { env: node24Environment() })
})
