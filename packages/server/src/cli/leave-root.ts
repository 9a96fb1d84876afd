// A server that is started as root prepares its folders, takes a uid that nobody else has, and is root no more before it reads anything
// that it did not write itself (ADR 25). Where that cannot be, it stays root and says why.
import {
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  realpathSync,
  rmdirSync,
  statSync,
} from 'node:fs'
import { flushCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import {
  type Account,
  giveDataFolder,
  isGivenDataFolder,
  isReserved,
  keptAccount,
  ownerOf,
  reserveAccount,
} from '../embedded/postgres.ts'
import { createLogs } from '../observability/logs.ts'
import type { Config } from './config.ts'
import { OperatorFault } from './operator-fault.ts'
import { databaseObstacle, portObstacle } from './root-obstacles.ts'

/** As whom this process goes on. `decoder` is for the process that decodes pictures, and for nothing else. */
export type Standing =
  | { readonly kind: 'plain' }
  /** Whatever shall have the decoder's uid must be started before `leaveRoot`. */
  | { readonly kind: 'leaves'; readonly server: Account; readonly decoder: Account }
  | { readonly kind: 'stays'; readonly decoder: Account; readonly why: string }

const projectRoot = join(import.meta.dirname, '../../../..')

/** Enough of what the server reads later to know that it can read the rest. */
const samples = [
  'package.json',
  'packages/server/src/main.ts',
  'packages/server/src/files/picture-process.ts',
  'packages/protocol/src/index.ts',
  'node_modules/fastify/package.json',
  'node_modules/sharp/package.json',
]

/** What Parley keeps in a data folder. One that holds anything else is not given away. */
const ownNames =
  /^(decoder|files|postgres(\.new|\.log(\.1)?|\.password(\.new)?)?|secret(\.[\da-f]{12})?|server\.(lock(-journal)?|pid)|lost\+found)$/

/** Prepares the folders and takes the uid. The lines on the terminal tell what the operator should know. */
export async function settle(config: Config): Promise<Standing> {
  const standing = await standingOf(config)
  if (standing.kind === 'stays') console.warn(`parley: runs as root, since ${standing.why}`)
  return standing
}

/** Everything that needs root is done by now. There is no way back. */
export function leaveRoot(standing: Standing): void {
  if (standing.kind === 'leaves') becomeAccount(standing.server)
}

/** For good. Only root can. */
export function becomeAccount({ uid, gid }: Account): void {
  // What Node made of the TypeScript files is root's, so that only root says what root runs at the next start.
  flushCompileCache()
  process.setgroups?.([gid])
  process.setgid?.(gid)
  process.setuid?.(uid)
}

async function standingOf(config: Config): Promise<Standing> {
  if (process.getuid?.() !== 0) return { kind: 'plain' }
  const { dataDir } = config
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const server = keptAccount(dataDir) ?? reserveAccount()
  const kept = ownerOf(join(dataDir, 'decoder'))
  // The folder is in one of the server's, which may have put its own in that place.
  const decoder = kept === undefined || kept.uid === server.uid ? reserveAccount([server.uid]) : kept
  const why = portObstacle(config) ?? databaseObstacle(config) ?? folderObstacle(config, server)
  if (why !== undefined) return stay(dataDir, decoder, why)
  const log = createLogs(config.logLevels).db
  const withCluster = config.databaseUrl === undefined
  if (!isGivenDataFolder(dataDir, server, withCluster)) {
    reclaim(dataDir)
    await giveDataFolder(dataDir, server, {
      withCluster,
      log: (level, message, data) => log[level](data ?? {}, message),
    })
  }
  makeDecoderFolder(dataDir, decoder)
  const fault = writeFault(server, dataDir) ?? writeFault(server, config.filesFolder)
  if (fault !== undefined) return stay(dataDir, decoder, fault)
  return { kind: 'leaves', server, decoder }
}

function stay(dataDir: string, decoder: Account, why: string): Standing {
  if (isReserved(statSync(dataDir).uid)) reclaim(dataDir)
  makeDecoderFolder(dataDir, decoder)
  return { kind: 'stays', decoder, why }
}

/** Its owner says which uid the decoder has: only root could have given it. */
function makeDecoderFolder(dataDir: string, { uid, gid }: Account): void {
  const folder = join(dataDir, 'decoder')
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 })
  if (lstatSync(folder).isDirectory() && lstatSync(folder).uid !== uid) chownSync(folder, uid, gid)
}

/** Before root works in a folder that was given away: nobody else changes it now, and nothing in it leads root elsewhere. */
function reclaim(dataDir: string): void {
  if (statSync(dataDir).uid === 0) return
  chownSync(dataDir, 0, 0)
  const planted = readdirSync(dataDir)
    .map((name) => join(dataDir, name))
    .filter((path) => lstatSync(path).isSymbolicLink() && lstatSync(path).uid !== 0)
  if (planted.length === 0) return
  throw new OperatorFault(
    `PARLEY_DATA_DIR holds links that root did not make: ${planted.join(', ')}. Look at them, and remove them.`,
  )
}

/** What keeps the account from the checkout or the folders; undefined when nothing does. */
function folderObstacle({ dataDir, filesFolder }: Config, account: Account): string | undefined {
  const owner = statSync(dataDir)
  if (owner.uid !== 0 && owner.uid !== account.uid) {
    return `the data folder ${dataDir} belongs to uid ${owner.uid}`
  }
  const foreign = owner.uid === 0 ? readdirSync(dataDir).filter((name) => !ownNames.test(name)) : []
  if (foreign.length > 0) {
    return `${dataDir} holds what is not Parley's (${foreign[0]}); give it a folder of its own with PARLEY_DATA_DIR`
  }
  const isOutside = !`${filesFolder}/`.startsWith(`${dataDir}/`) || isElsewhere(filesFolder)
  if (isOutside && !existsSync(filesFolder)) {
    mkdirSync(filesFolder, { recursive: true, mode: 0o700 })
    chownSync(filesFolder, account.uid, account.gid)
  }
  return as(account, () => readFault(dataDir)) ?? (isOutside ? writeFault(account, filesFolder) : undefined)
}

const isElsewhere = (folder: string): boolean =>
  existsSync(folder) && realpathSync(folder) !== join(realpathSync(dirname(folder)), 'files')

function readFault(dataDir: string): string | undefined {
  for (const path of samples.map((name) => join(projectRoot, name))) {
    const reason = openFault(path)
    if (reason !== undefined)
      return `others cannot read ${projectRoot} (${reason}); move the checkout, or start it as an ordinary user`
  }
  const reason = openFault(process.execPath)
  if (reason !== undefined)
    return `others cannot run ${process.execPath} (${reason}); install Node where they can, or start it as an ordinary user`
  try {
    statSync(dataDir)
    return undefined
  } catch (error) {
    return `others cannot reach the data folder ${dataDir} (${reasonOf(error)})`
  }
}

function openFault(path: string): string | undefined {
  try {
    closeSync(openSync(path, 'r'))
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

/** Whether files can be made there as that account. A folder that is not there yet is made in one that is. */
function writeFault(account: Account, folder: string): string | undefined {
  if (!existsSync(folder)) return undefined
  try {
    as(account, () => rmdirSync(mkdtempSync(join(folder, '.try-'))))
    return undefined
  } catch (error) {
    return `uid ${account.uid} cannot write to ${folder} (${reasonOf(error)}); chown it to ${account.uid}:${account.gid}`
  }
}

/** Does something at once under another uid, and is root again. Nothing else runs meanwhile. */
function as<T>({ uid, gid }: Account, work: () => T): T {
  const groups = process.getgroups?.() ?? []
  process.setgroups?.([gid])
  process.setegid?.(gid)
  process.seteuid?.(uid)
  try {
    return work()
  } finally {
    process.seteuid?.(0)
    process.setegid?.(0)
    process.setgroups?.(groups)
  }
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error)
