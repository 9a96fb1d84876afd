// Starts the real server on a real database, for tests of what users see.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, type AppSettings, startApp } from '../src/composition/app.ts'
import { testDatabase } from './harness-database.ts'
import { type Overrides, testSettings } from './settings.ts'

export interface TestServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string
  readonly app: App
  readonly settings: AppSettings
  /** Stops the server and starts another at the same address, on the same database and files; `app` is that one then. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** A server of its own with a database of its own. Rate limits are off and every answer is checked against its schema. */
export async function startTestServer(overrides: Overrides = {}): Promise<TestServer> {
  const database = await testDatabase()
  const filesFolder = await mkdtemp(join(tmpdir(), 'parley-files-'))
  const settings = testSettings({ database: database.connection, filesFolder, ...overrides })
  let app = await startApp(settings)
  const { port } = app
  return {
    url: `http://127.0.0.1:${port}`,
    get app() {
      return app
    },
    settings,
    async restart() {
      await app.stop()
      app = await startApp({ ...settings, port })
    },
    async stop() {
      await app.stop()
      await database.drop()
      await rm(filesFolder, { recursive: true, force: true })
    },
  }
}
