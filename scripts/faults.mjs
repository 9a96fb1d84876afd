// npm run faults: runs the server under kills, partitions and storms. Arguments go to it.
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled()
  return runForeground(node24(), ['tests/faults/main.ts', ...process.argv.slice(2)])
})
