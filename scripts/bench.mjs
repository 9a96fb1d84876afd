// npm run bench: runs the benchmarks. Arguments go to them.
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled()
  return runForeground(node24(), ['packages/bench/src/main.ts', ...process.argv.slice(2)])
})
