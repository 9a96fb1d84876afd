// `parley demo`: fills the running messenger, or the data folder when none is running, with people, chats and messages.
import { ConnectionError, Parley } from '@parley/client'
import type { RouteAnswer } from '@parley/protocol'
import { startApp } from '../composition/app.ts'
import { demoNames } from '../composition/dialect-demos.ts'
import { operatorKey } from '../security/keys.ts'
import { type Config, ConfigError, loadConfig } from './config.ts'
import { settleWithDecoder } from './decoder.ts'
import { type Database, openDatabase, secretOf, settingsOf } from './serve.ts'

type Report = RouteAnswer<'seedDemo'>

export interface DemoOptions {
  readonly seed?: number
  /** The dialect whose test data is written in place of the large demo. */
  readonly like?: string
}

/** From the command line. Throws `ConfigError`. */
export function demoOptions({ seed, like }: { readonly seed?: string; readonly like?: string }): DemoOptions {
  if (like !== undefined) {
    if (!demoNames.includes(like)) throw new ConfigError([`--like must be one of ${demoNames.join(', ')}`])
    if (seed !== undefined) throw new ConfigError(['--seed has no meaning with --like'])
    return { like }
  }
  if (seed === undefined) return {}
  if (!/^\d{1,6}$/.test(seed)) throw new ConfigError(['--seed must be a whole number up to 999999'])
  return { seed: Number(seed) }
}

export async function runDemo(options: DemoOptions): Promise<void> {
  const config = loadConfig(process.env)
  const body = { ...options, operator_key: operatorKey(secretOf(config)) }
  const report = await seedRunning(config, body)
  tell(
    report ?? (await seedStopped(config, body)),
    report === null ? 'Start it with: npm start' : 'It is running.',
  )
}

type Body = DemoOptions & { readonly operator_key: string }

/** Null when no server answers at the configured port. */
async function seedRunning(config: Config, body: Body): Promise<Report | null> {
  try {
    return await Parley.seedDemo({ url: `http://127.0.0.1:${config.port}` }, body)
  } catch (error) {
    if (error instanceof ConnectionError) return null
    throw error
  }
}

/** Serves on a free port for as long as it takes. */
async function seedStopped(config: Config, body: Body): Promise<Report> {
  const decoder = await settleWithDecoder(config)
  let database: Database | undefined
  try {
    database = await openDatabase(config)
    const launchPictures = await decoder.launch
    const settings = { ...settingsOf(config, database), launchPictures }
    const app = await startApp({ ...settings, host: '127.0.0.1', port: 0 })
    try {
      return await Parley.seedDemo({ url: `http://127.0.0.1:${app.port}` }, body)
    } finally {
      await app.stop()
    }
  } finally {
    decoder.close()
    await database?.stop()
  }
}

function tell(report: Report, next: string): void {
  const { users, chats, messages, logins } = report
  console.log(
    messages === 0
      ? 'The demo data is there already.'
      : `Wrote ${users} people, ${chats} chats and ${messages} messages.`,
  )
  console.log(`${next} Log in as one of these:`)
  for (const login of logins.slice(0, 4))
    console.log(`  ${login.username} / ${login.password}   ${login.name}`)
}
