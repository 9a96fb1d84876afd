// ejabberd with rooms and their archive in PostgreSQL, where the machine has it: started by its command with a configuration of its own.
import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isListening } from '../../../server/src/embedded/endpoint.ts'
import { freePort } from '../../../server/src/embedded/free-port.ts'
import { type Contestant, Unavailable } from '../contestant.ts'
import { xmppRoom } from '../load/xmpp-codec.ts'
import type { Teardown } from '../teardown.ts'
import { type EjabberdPorts, ejabberdConfig } from './ejabberd-config.ts'
import { startPeerDatabase } from './peer-database.ts'
import { createRoomNames } from './room-names.ts'

const host = '127.0.0.1'

const command = 'ejabberdctl'
/** Where packages put the tables of ejabberd. */
const schemas = ['/usr/share/ejabberd/sql/pg.sql', '/opt/ejabberd/sql/pg.sql']
const readyTimeoutMs = 60_000
const stopTimeoutMs = 10_000

export const createEjabberd = (): Contestant => ({
  name: 'ejabberd',
  about:
    'ejabberd: rooms of XEP-0045 whose archive (XEP-0313) is in PostgreSQL, over WebSocket. A message is archived before it is sent ' +
    'to its room. Anonymous logins; presence is not told in rooms, or joining them would cost more than all the load.',
  isSubject: false,
  async start(teardown) {
    const program = await findProgram(command)
    const schema = await readSchema()
    const database = await startPeerDatabase(teardown, 'loopback')
    await loadSchema(database.connection, schema)
    const ports = { web: await freePort(), distribution: await freePort() }
    const begin = performance.now()
    const pid = await startNode(program, ports, ejabberdConfig(ports, database.connection), teardown)
    return {
      codec: 'xmpp',
      host,
      port: ports.web,
      readySeconds: (performance.now() - begin) / 1000,
      processes: { server: pid, database: database.pid },
      ...createRoomNames(xmppRoom),
    }
  },
})

async function findProgram(name: string): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    const isProgram = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isProgram) return path
  }
  throw new Unavailable(`${name} is not installed`)
}

async function readSchema(): Promise<string> {
  for (const path of schemas) {
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text !== null) return text
  }
  throw new Unavailable(`ejabberd's tables for PostgreSQL are in none of ${schemas.join(', ')}`)
}

async function loadSchema(connection: pg.ClientConfig, schema: string): Promise<void> {
  const client = new pg.Client(connection)
  await client.connect()
  await client.query(schema)
  await client.end()
}

/** Resolves with the pid of the node once it serves. */
async function startNode(
  program: string,
  ports: EjabberdPorts,
  config: string,
  teardown: Teardown,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-ejabberd-'))
  teardown.add(() => rm(folder, { recursive: true, force: true }))
  // Started by root, it runs as its own user, who must be able to write there.
  await chmod(folder, 0o777)
  const at = (name: string): string => join(folder, name)
  for (const name of ['logs', 'spool']) {
    await mkdir(at(name))
    await chmod(at(name), 0o777)
  }
  await writeFile(at('ejabberd.yml'), config)
  await writeFile(at('inetrc'), '{lookup, ["file", "native"]}.\n')
  const child = spawnCommand(program, ports, at, await ownUser())
  teardown.add(() => stopNode(at('pid')))
  let ended: string | null = null
  child.once('error', (error) => {
    ended = error.message
  })
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`
  })
  const deadline = performance.now() + readyTimeoutMs
  while (!(await isListening({ host, port: ports.web }))) {
    if (ended !== null || performance.now() > deadline) {
      const texts = ['command.log', 'logs/ejabberd.log'].map((name) =>
        readFile(at(name), 'utf8').catch(() => ''),
      )
      const log = (await Promise.all(texts)).join('')
      throw new Error(`${ended ?? 'it took too long'}\n${log.slice(-2000)}`)
    }
    await sleep(50)
  }
  return Number(await readFile(at('pid'), 'utf8'))
}

/** Started by root, the command becomes this user by `su`, which lowers the number of files that may be open: we do it ourselves. */
async function ownUser(): Promise<{ readonly uid: number; readonly gid: number } | null> {
  if (process.getuid?.() !== 0) return null
  const users = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const [, uid, gid] = /^ejabberd:[^:]*:(\d+):(\d+):/m.exec(users) ?? []
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) }
}

function spawnCommand(
  program: string,
  ports: EjabberdPorts,
  at: (name: string) => string,
  user: { readonly uid: number; readonly gid: number } | null,
): ChildProcess {
  const args = ['--config-dir', at(''), '--config', at('ejabberd.yml'), '--logs', at('logs')]
  const log = openSync(at('command.log'), 'a')
  try {
    return spawn(
      program,
      [...args, '--spool', at('spool'), '--node', 'parley_bench@localhost', 'foreground'],
      {
        ...(user ?? {}),
        stdio: ['ignore', log, log],
        cwd: at('spool'),
        detached: true,
        env: {
          ...process.env,
          // Erlang keeps a file of its own there.
          HOME: at('spool'),
          EJABBERD_PID_PATH: at('pid'),
          ERL_DIST_PORT: String(ports.distribution),
        },
      },
    )
  } finally {
    closeSync(log)
  }
}

/** The command's own process is only its parent. There is nothing to lose: it is killed. */
async function stopNode(pidFile: string): Promise<void> {
  const pid = Number(await readFile(pidFile, 'utf8').catch(() => '0'))
  if (pid === 0) return
  const deadline = performance.now() + stopTimeoutMs
  try {
    for (process.kill(pid, 'SIGKILL'); performance.now() < deadline; process.kill(pid, 0)) await sleep(20)
  } catch {
    // It is gone.
  }
}
