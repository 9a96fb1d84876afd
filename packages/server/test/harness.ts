// Starts the real server on a real database, for tests of what users see.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppSettings, startApp } from '../src/composition/app.ts'
import { dialectNames } from '../src/composition/dialect-doors.ts'
import { optimisations } from '../src/composition/tuning.ts'
import { parseLogLevels } from '../src/observability/logs.ts'
import { testDatabase } from './harness-database.ts'

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly app: App
  readonly settings: AppSettings
  stop(): Promise<void>
}

type Overrides = Partial<Omit<AppSettings, 'http' | 'policy' | 'database'>> & {
  readonly http?: Partial<AppSettings['http']>
  readonly policy?: Partial<AppSettings['policy']>
}

/** A server of its own with a database of its own. Rate limits are off and every answer is checked against its schema. */
export async function startTestServer(overrides: Overrides = {}): Promise<TestServer> {
  const database = await testDatabase()
  const filesFolder = await mkdtemp(join(tmpdir(), 'parley-files-'))
  const logLevels = parseLogLevels(process.env.PARLEY_TEST_LOG ?? 'silent')
  if (logLevels === null) throw new Error('PARLEY_TEST_LOG is not a list of log levels')
  const settings: AppSettings = {
    host: '127.0.0.1',
    port: 0,
    secret: 'a secret of the tests, 32 characters or more',
    filesFolder,
    rateLimits: 'off',
    writeInterval: 25,
    tuning: optimisations,
    logLevels,
    dialects: { enabled: dialectNames, ports: {} },
    ...overrides,
    database: database.connection,
    policy: { registration: 'open', demo: false, testData: false, ...overrides.policy },
    http: {
      trustProxy: false,
      publicUrl: null,
      allowedOrigins: [],
      webRoot: null,
      checkAnswers: true,
      ...overrides.http,
    },
  }
  const app = await startApp(settings)
  return {
    url: `http://127.0.0.1:${app.port}`,
    app,
    settings,
    async stop() {
      await app.stop()
      await database.drop()
      await rm(filesFolder, { recursive: true, force: true })
    },
  }
}
