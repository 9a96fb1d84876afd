// Uids that nobody else uses, for a root server to give its work to: no system user is made, and whose they are is kept by the owners of
// the folders, which only root can change.
import { randomInt } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errnoOf } from './errors.ts'

export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * Between the ranges of distributions, of systemd's dynamic users and of containers (systemd's UIDS-GIDS.md calls it unused), and below
 * 65536, which is all that a container with its own users may have.
 */
const range = { first: 60_706, last: 61_183 } as const

/** Root, and `nobody`, whom many programs on a machine share. */
const shared: ReadonlySet<number> = new Set([0, 65_534])

/** As whom the data folder's cluster, or else the folder itself, was served before. Undefined when it was served as nobody in particular. */
export function keptAccount(dataDir: string): Account | undefined {
  return ownerOf(join(dataDir, 'postgres')) ?? ownerOf(dataDir)
}

/** Whoever owns the folder, unless that is root or `nobody`, or there is none. */
export function ownerOf(folder: string): Account | undefined {
  const owner = statSync(folder, { throwIfNoEntry: false })
  if (owner === undefined || shared.has(owner.uid)) return undefined
  return { uid: owner.uid, gid: shared.has(owner.gid) ? owner.uid : owner.gid }
}

/** Whether the uid is of those that are given here. */
export const isReserved = (uid: number): boolean => uid >= range.first && uid <= range.last

/** One that no account, no group and no process has at this moment. By chance, so that two data folders hardly get the same. */
export function reserveAccount(taken: readonly number[] = []): Account {
  const used = new Set([...taken, ...namedIds('/etc/passwd'), ...namedIds('/etc/group'), ...idsOfProcesses()])
  const count = range.last - range.first + 1
  const start = randomInt(count)
  for (let step = 0; step < count; step += 1) {
    const id = range.first + ((start + step) % count)
    if (!used.has(id)) return { uid: id, gid: id }
  }
  throw new Error(`All uids from ${range.first} to ${range.last} are in use`)
}

/**
 * As whom initdb runs, which insists on a name in /etc/passwd: the uid itself where it has one, else a system account that cannot log in
 * and has no process that could meddle, else `nobody`. What it makes belongs to the uid at once afterwards.
 */
export function namedAccount(account: Account): Account {
  const accounts = passwordLines('/etc/passwd').map(([name, , uid, gid, , , shell = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    shell,
  }))
  if (accounts.some(({ uid }) => uid === account.uid)) return account
  const busy = new Set(idsOfProcesses())
  const idle = accounts.find(
    ({ uid, shell }) => uid > 0 && uid < 1000 && /\/(nologin|false)$/.test(shell) && !busy.has(uid),
  )
  return idle === undefined ? { uid: 65_534, gid: 65_534 } : { uid: idle.uid, gid: idle.gid }
}

const passwordLines = (path: string): string[][] =>
  (readIfThere(path) ?? '').split('\n').map((line) => line.split(':'))

const namedIds = (path: string): number[] => passwordLines(path).map(([, , id]) => Number(id))

/** Real, effective, saved and file system ids. The owner of /proc/<pid> would be root for a process that gave root up. */
export function idsOfProcess(pid: number | 'self'): number[] {
  const lines = (readIfThere(`/proc/${pid}/status`) ?? '').matchAll(/^[UG]id:\s+(.*)$/gm)
  return [...lines].flatMap(([, ids = '']) => ids.split(/\s+/).map(Number))
}

function idsOfProcesses(): number[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0)
    .flatMap(idsOfProcess)
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES'].includes(errnoOf(error) ?? '')) return undefined
    throw error
  }
}
