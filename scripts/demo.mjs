// npm run demo: fills the server of this data folder with people, chats and messages. Arguments go to it.
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled()
  return runForeground(node24(), ['packages/server/src/main.ts', 'demo', ...process.argv.slice(2)])
})
