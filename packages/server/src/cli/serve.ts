// `parley serve`: database, app, and a clean end on signals.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type App, type AppSettings, startApp } from '../composition/app.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../embedded/postgres.ts'
import { processHeap, tuneHeap } from '../observability/heap.ts'
import { createLogs } from '../observability/logs.ts'
import { type Config, loadConfig } from './config.ts'
import { settleWithDecoder } from './decoder.ts'
import { OperatorFault } from './operator-fault.ts'
import { keptSecret } from './secret.ts'

const webRoot = join(import.meta.dirname, '../../../web/dist')

export interface Database {
  readonly connection: AppSettings['database']
  stop(): Promise<void>
}

/** The external PostgreSQL of DATABASE_URL, else the embedded one, which is started. */
export async function openDatabase(config: Config): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    readDatabasePassword(config)
    return { connection: config.databaseUrl, stop: async () => {} }
  }
  const log = createLogs(config.logLevels).db
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: (level, message, data) => log[level](data ?? {}, message),
  })
  return { connection: postgres.connection, stop: () => postgres.stop() }
}

/** Where the driver looks for what the address leaves out. */
function readDatabasePassword({ databasePasswordFile }: Config): void {
  if (databasePasswordFile === undefined) return
  try {
    process.env.PGPASSWORD = readFileSync(databasePasswordFile, 'utf8').trim()
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error
    throw new OperatorFault(
      `PARLEY_DATABASE_PASSWORD_FILE is ${databasePasswordFile}, which cannot be read (${why}): write the password there, for this user to read`,
    )
  }
}

/** The secret is PARLEY_SECRET, else the one of the data folder, which is made if need be. */
export const secretOf = (config: Config): string => config.secret ?? keptSecret(config.dataDir)

export const settingsOf = (config: Config, database: Database): AppSettings => ({
  host: config.host,
  port: config.port,
  ...(config.metrics === undefined ? {} : { metrics: config.metrics }),
  database: database.connection,
  secret: secretOf(config),
  http: {
    trustProxy: config.trustedProxies.length > 0 ? config.trustedProxies : false,
    publicUrl: config.publicUrl,
    allowedOrigins: config.allowedOrigins,
    ownMachineOrigins: config.ownMachineOrigins,
    webRoot,
    checkAnswers: false,
  },
  policy: {
    registration: config.registration,
    demo: config.demo,
    testData: config.testData,
    weakPasswords: config.weakPasswords,
  },
  dialects: config.dialects,
  filesFolder: config.filesFolder,
  fileRules: { quota: config.filesQuota, keptFree: config.filesKeptFree },
  // With a PostgreSQL of the operator's own nothing needs to be in the data folder.
  watchedFolders: [...(config.databaseUrl === undefined ? [config.dataDir] : []), config.filesFolder],
  rateLimits: config.rateLimits,
  writeInterval: config.writeInterval,
  tuning: config.tuning,
  logLevels: config.logLevels,
})

/** Resolves when a signal has ended it. */
export async function runServe(): Promise<void> {
  const config = loadConfig(process.env)
  const stopSignal = nextStopSignal()
  const decoder = await settleWithDecoder(config)
  let database: Database | undefined
  let app: App | undefined
  try {
    database = await openDatabase(config)
    const launchPictures = await decoder.launch
    app = await startApp({ ...settingsOf(config, database), launchPictures })
    console.log(`Parley is ready: ${config.publicUrl ?? `http://localhost:${app.port}`}`)
    for (const [name, port] of Object.entries(app.dialectPorts)) {
      console.log(`  ${name}: http://localhost:${port}`)
    }
    if (config.tuning.includes('heap')) tuneHeap(processHeap())
    await Promise.race([stopSignal, app.displaced])
  } finally {
    await app?.stop()
    decoder.close()
    await database?.stop()
  }
}

/** A second signal ends the process at once. */
function nextStopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve()
        process.once(signal, () => process.exit(130))
      })
    }
  })
}
