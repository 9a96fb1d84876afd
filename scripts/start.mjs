// npm start: installs and builds what is missing, then runs the server. Arguments go to it.
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled({ withTools: false })
  await ensureBuilt()
  return runForeground(node24(), ['packages/server/src/main.ts', 'serve', ...process.argv.slice(2)])
})
