// P15 P16: the real program in the folder of another one, whose `.env` is still there, and on its database.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { freePort } from '../../packages/server/src/embedded/free-port.ts'
import { type ForeignProgram, foreignPrograms } from '../../packages/server/src/storage/sources/recognise.ts'
import { foreignTables } from '../../packages/server/test/foreign-tables.ts'
import { emptyDatabase, testDatabase } from '../../packages/server/test/harness-database.ts'
import { emptyFolder, runProgram, startProgram } from './program.ts'

const patience = { timeout: 60_000 }
const secret = 'secret of this test'

/** As their examples have them. */
const envFiles: Readonly<Record<ForeignProgram, string>> = {
  'chat-application': `SECRET_KEY="${secret}"\nACCESS_TOKEN_EXPIRE_MINUTES=30\nBACKEND_CORS_ORIGINS=["*"]\n`,
  'messenger-api': `# Database settings
POSTGRES_HOST=localhost\nPOSTGRES_USER=postgres\nPOSTGRES_PASSWORD="${secret}"\nPOSTGRES_DB=messenger\nPOSTGRES_PORT=5432\nPOOL_SIZE=20
ACCESS_TOKEN_EXPIRE_MINUTES=30\nREFRESH_TOKEN_EXPIRE_DAYS=7\nALGORITHM=HS256\nSECRET_KEY="${secret}"\nREFRESH_SECRET_KEY="${secret}"
PROJECT_NAME=Messenger\nVERSION=1.0.0\nAPI_V1_STR=/api/v1\n`,
  'windi-messenger': `SERVER_HOST="127.0.0.1"\n
POSTGRES_HOST="postgres"\nPOSTGRES_PORT=5432\nPOSTGRES_USER="user"\nPOSTGRES_PASSWORD="${secret}"\nPOSTGRES_DB="windi-messenger"\n
JWT_SECRET_KEY="${secret}"\nJWT_ALGORITHM="HS256"\nJWT_ACCESS_TOKEN_EXPIRES_MINUTES=30\n`,
  messenger: `DB_HOST=postgres\nDB_PORT=5432\nDB_NAME=messenger\nDB_USER=user\nDB_PASSWORD="${secret}"\n
SECURITY_SECRET_KEY="${secret}"\nSECURITY_ALGORITHM=HS256\nSECURITY_ACCESS_TOKEN_EXPIRE_MINUTES=15\nSECURITY_REFRESH_TOKEN_EXPIRE_DAYS=7\n`,
  'chat-backend': `SECRET_KEY="${secret}"\nALGORITHM=HS256\nACCESS_TOKEN_EXPIRE_MINUTES=30\n`,
}

const told = (output: string): string[] =>
  output.split('\n').filter((line) => line.startsWith('parley: settings of'))

test.each(foreignPrograms)('P15 P16: on the settings and the database of %s', patience, async (program) => {
  const foreign = await emptyDatabase()
  onTestFinished(foreign.drop)
  const client = new pg.Client(foreign.connection)
  await client.connect()
  await client.query(foreignTables[program])
  await client.end()
  const url = connectionUrl(foreign.connection).replace(/^postgres(ql)?:/, 'postgresql+asyncpg:')
  const envFile = `${envFiles[program]}\nDATABASE_URL=${url}\n`
  const environment = { PORT: String(await freePort()), PARLEY_DATA_DIR: emptyFolder(), LOG_LEVEL: 'silent' }
  const { code, output } = await runProgram(['serve'], environment, { envFile })
  expect(code).toBe(1)
  expect(told(output)).toHaveLength(1)
  const set = [...envFiles[program].matchAll(/^([A-Z_\d]+)=/gm)].map(([, name = '']) => name)
  expect(set.filter((name) => !told(output)[0]?.includes(name))).toEqual([])
  expect(output).toContain(`\nparley: The database is that of ${program}: `)
  expect(output).toContain(`parley import --from ${program}`)
  expect(output).not.toContain(secret)
})

test(
  'P15: its port is taken where Parley’s is not set, and a server without such settings says nothing',
  patience,
  async () => {
    const own = await testDatabase()
    onTestFinished(own.drop)
    const port = await freePort()
    const environment = {
      DATABASE_URL: connectionUrl(own.connection),
      PARLEY_DATA_DIR: emptyFolder(),
      LOG_LEVEL: 'silent',
    }
    const outputOf = async (envFile: string) => {
      const program = startProgram(['serve'], environment, { envFile })
      const ready = Promise.withResolvers<void>()
      program.child.stdout?.on('data', () => program.output().includes('Parley is ready') && ready.resolve())
      await Promise.race([ready.promise, program.ended])
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).then(({ status }) => status)
      program.child.kill('SIGTERM')
      await program.ended
      return { answer, output: program.output() }
    }
    const left = await outputOf(`SERVER_HOST=127.0.0.1\nSERVER_PORT=${port}\n`)
    expect(left.answer).toBe(200)
    expect(told(left.output)).toEqual([
      'parley: settings of windi-messenger: SERVER_HOST stands for HOST; SERVER_PORT stands for PORT. See docs/moving/windi-messenger.md',
    ])
    const example = readFileSync(join(import.meta.dirname, '../../.env.example'), 'utf8')
    const plain = await outputOf(`${example}\nHOST=127.0.0.1\nPORT=${port}\n`)
    expect(plain.answer).toBe(200)
    expect(plain.output).not.toMatch(/^parley: settings/m)
  },
)
