// npm run dev: the server, restarted when its sources change, and Vite's own server for the web app before it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ensureInstalled, node24, node24Environment } from './install.mjs'
import { packageProgram, root, runForeground, runScript } from './project.mjs'

const webPort = '5173'

await runScript(async () => {
  await ensureInstalled()
  const settings = join(root, '.env')
  if (existsSync(settings)) process.loadEnvFile(settings)
  const server = process.env.PARLEY_DEV_SERVER ?? `http://127.0.0.1:${process.env.PORT || 8000}`
  const over = new AbortController()
  const run = (args, options) =>
    runForeground(node24(), args, {
      ...options,
      env: { ...node24Environment(), PARLEY_DEV_SERVER: server },
      signal: over.signal,
    }).finally(() => over.abort())
  const codes = await Promise.all([
    run([
      '--watch',
      '--watch-preserve-output',
      'packages/server/src/main.ts',
      'serve',
      ...process.argv.slice(2),
    ]),
    run([packageProgram('vite/bin/vite.js'), '--port', webPort], { cwd: join(root, 'packages', 'web') }),
  ])
  return Math.max(...codes)
})
