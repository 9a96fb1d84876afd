// npm run parley: the server's command line in this checkout. Arguments go to it: npm run parley -- user list
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled({ withTools: false })
  return runForeground(node24(), [
    'packages/server/src/main.ts',
    ...(process.argv.length > 2 ? process.argv.slice(2) : ['help']),
  ])
})
