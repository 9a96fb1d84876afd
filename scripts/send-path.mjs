// node scripts/send-path.mjs: prints the files of the project that run while a server takes one message and delivers it.
import { ensureInstalled, node24 } from './install.mjs'
import { runForeground, runScript } from './project.mjs'

await runScript(async () => {
  await ensureInstalled()
  return runForeground(node24(), ['tests/architecture/send-path.ts'])
})
