// npm run abuse: has hostile accounts do their worst beside an innocent person. Arguments go to it.
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled()
  return runForeground(node24(), ['tests/abuse/main.ts', ...process.argv.slice(2)])
})
