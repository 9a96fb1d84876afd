// npm start: installs and builds what is missing, then runs the server. Arguments go to it.
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { ensureInstalled, node24 } from './install.mjs'
import { root, runForeground, runScript } from './project.mjs'

/** What is set already goes first. */
const environment = {
  // What Node makes of the TypeScript files is kept from one start to the next, so that it need not load a compiler.
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'parley'),
  // glibc would keep freed memory in up to eight places for each core.
  MALLOC_ARENA_MAX: '2',
  ...process.env,
}

await runScript(async () => {
  await ensureInstalled({ withTools: false })
  await ensureBuilt()
  const args = ['packages/server/src/main.ts', 'serve', ...process.argv.slice(2)]
  return runForeground(node24(), args, { env: environment })
})
