// The command line: parley serve | migrate | demo | user | import | help.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type Config, loadConfig } from './cli/config.ts'
import { leftOverSettings } from './cli/left-over-settings.ts'
import { UsageError, usage } from './cli/usage.ts'

/** Each loads what it needs, and no more. */
const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  async serve(args) {
    refuseWords(args)
    await (await import('./cli/serve.ts')).runServe()
  },
  async migrate(args) {
    refuseWords(args)
    await (await import('./cli/migrate.ts')).runMigrate()
  },
  async demo(args) {
    const { demoOptions, runDemo } = await import('./cli/demo.ts')
    const { values } = parseOptions({
      args: [...args],
      options: { seed: { type: 'string' }, like: { type: 'string' } },
    })
    await runDemo(demoOptions(values))
  },
  async user(args) {
    await (await import('./cli/user.ts')).runUser(args)
  },
  async import(args) {
    await (await import('./cli/import.ts')).runImport(args)
  },
  async help() {
    console.log(usage)
  },
}

function refuseWords([word]: readonly string[]): void {
  if (word !== undefined) throw new UsageError(word)
}

function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error))
  }
}

async function main(): Promise<void> {
  const [name = 'serve', ...args] = process.argv.slice(2)
  if ([name, ...args].some((word) => word === '--help' || word === '-h')) return console.log(usage)
  const run = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (run === undefined) throw new UsageError(name)
  const envFile = join(process.cwd(), '.env')
  if (existsSync(envFile)) process.loadEnvFile(envFile)
  const { adopted, line } = leftOverSettings(process.env)
  Object.assign(process.env, adopted)
  if (name === 'serve' && line !== undefined) console.warn(`parley: ${line}`)
  await run(args)
}

/** What the operator can mend is told in a line; anything else with its stack. */
main().catch(async (error: unknown) => {
  if (error instanceof UsageError) {
    console.error(`parley: not understood: ${error.message}\n\n${usage}`)
    process.exitCode = 2
    return
  }
  const { ParleyError } = await import('@parley/client')
  const { tellFault } = await import('./cli/faults.ts')
  const told = error instanceof ParleyError ? error.message : tellFault(error, readableConfig())
  console.error(told === undefined ? error : `parley: ${told}`)
  process.exitCode = 1
})

function readableConfig(): Config | undefined {
  try {
    return loadConfig(process.env)
  } catch {
    return undefined
  }
}
