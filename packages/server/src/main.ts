// The command line: parley serve | migrate | demo.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigError } from './cli/config.ts'
import { demoNames } from './composition/dialect-demos.ts'
import { EmbeddedPostgresError } from './embedded/postgres.ts'

const usage = `Usage: parley <command>

  serve              run the messenger (the default)
  migrate            bring the database to this version, then exit
  demo               fill the messenger with people, chats and messages, then exit
    --seed N         with others
    --like NAME      with the few of ${demoNames.join(' or ')}

Configuration comes from the environment and from .env; see README.md.`

/** What the command line may say to `demo`, as it was written. */
interface Options {
  readonly seed?: string
  readonly like?: string
}

/** Each loads what it needs, and no more. */
const commands: Record<string, (options: Options) => Promise<void>> = {
  serve: async () => (await import('./cli/serve.ts')).runServe(),
  migrate: async () => (await import('./cli/migrate.ts')).runMigrate(),
  demo: async (options) => {
    const { demoOptions, runDemo } = await import('./cli/demo.ts')
    await runDemo(demoOptions(options))
  },
}

async function main(): Promise<void> {
  const envFile = join(process.cwd(), '.env')
  if (existsSync(envFile)) process.loadEnvFile(envFile)
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string' }, like: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  const run = commands[positionals[0] ?? 'serve']
  if (values.help || run === undefined || positionals.length > 1) {
    console.log(usage)
    process.exitCode = values.help ? 0 : 2
    return
  }
  await run(values)
}

/** What the operator can mend is told in one line; anything else with its stack. */
main().catch(async (error: unknown) => {
  const { ParleyError } = await import('@parley/client')
  const { AnotherServerError } = await import('./storage/server-lock.ts')
  const expected =
    error instanceof ConfigError ||
    error instanceof EmbeddedPostgresError ||
    error instanceof AnotherServerError ||
    error instanceof ParleyError ||
    isListenError(error)
  console.error(expected ? `parley: ${error.message}` : error)
  process.exitCode = 1
})

function isListenError(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    ['EADDRINUSE', 'EACCES', 'EADDRNOTAVAIL'].includes(String(error.code))
  )
}
