// Faults in the words of whoever has to mend them: one line, with the variable or folder and what to do. What is not known here is a fault
// of the program and shows its stack.
import { AppError } from '../composition/operator.ts'
import { EmbeddedPostgresError } from '../embedded/postgres.ts'
import { AnotherServerError } from '../storage/server-lock.ts'
import { UnfitDatabaseError } from '../storage/unfit-database.ts'
import { type Config, ConfigError } from './config.ts'
import { databaseFault } from './database-faults.ts'
import { OperatorFault } from './operator-fault.ts'

/** Undefined for what the operator can do nothing about. `config` is undefined where it could not be read. */
export function tellFault(error: unknown, config: Config | undefined): string | undefined {
  if (error instanceof ConfigError) return error.message
  if (error instanceof AppError) return appFault(error)
  const isWorded =
    error instanceof OperatorFault ||
    error instanceof EmbeddedPostgresError ||
    error instanceof UnfitDatabaseError ||
    error instanceof AnotherServerError
  if (isWorded) return oneLine(wordedFault(error, config))
  if (!(error instanceof Error) || config === undefined) return undefined
  const told = listenFault(error, config) ?? folderFault(error, config) ?? databaseFault(error, config)
  return told === undefined ? undefined : oneLine(told)
}

const oneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .join(' – ')

function appFault({ data, message }: AppError): string {
  const faults = (data.errors ?? []).map(({ path, message }) => `${path.slice(1)} ${message}`)
  return faults.length === 0 ? message : faults.join('; ')
}

function wordedFault(error: Error, config: Config | undefined): string {
  const isFull =
    error instanceof EmbeddedPostgresError && /No space left on device|ENOSPC/.test(error.message)
  return isFull && config !== undefined ? fullDisk(config.dataDir, 'PARLEY_DATA_DIR') : error.message
}

const fullDisk = (folder: string, variable: string): string =>
  `The disk of ${folder} (${variable}) is full: free some space, or move the folder to a larger disk`

/** An error of Node's file system or network. */
interface SystemError extends Error {
  readonly code?: string
  readonly syscall?: string
  readonly path?: string
  readonly port?: number
  readonly hostname?: string
}

function listenFault(error: SystemError, config: Config): string | undefined {
  const { host, port, metrics, dialects } = config
  if (error.syscall === 'getaddrinfo' && error.hostname === host)
    return `HOST is ${host}, which cannot be found: write an address`
  if (error.syscall !== 'listen') return undefined
  const dialect = Object.entries(dialects.ports).find(([, own]) => own === error.port)
  const variable =
    error.port === port
      ? 'PORT'
      : error.port === metrics?.port
        ? 'PARLEY_METRICS_PORT'
        : `PARLEY_DIALECT_PORTS for ${dialect?.[0] ?? 'a dialect'}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `${variable} is ${error.port}, where another program listens already: stop it, or take another port`
    case 'EACCES':
      return `${variable} is ${error.port}, where only root may listen: take a port from 1024 on`
    case 'EADDRNOTAVAIL':
      return `HOST is ${host}, which is no address of this machine: 0.0.0.0 stands for all of them`
    default:
      return undefined
  }
}

function folderFault({ code, path }: SystemError, { dataDir, filesFolder }: Config): string | undefined {
  if (path === undefined) return undefined
  const isIn = (folder: string) =>
    path === folder || path.startsWith(`${folder}/`) || folder.startsWith(`${path}/`)
  const [folder, variable] =
    isIn(filesFolder) && !isIn(dataDir)
      ? [filesFolder, 'PARLEY_FILES_URL']
      : isIn(dataDir)
        ? [dataDir, 'PARLEY_DATA_DIR']
        : []
  if (folder === undefined || variable === undefined) return undefined
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return `${variable} is ${folder}, where uid ${process.getuid?.()} may not write (${path}): give it the folder, or name another`
    case 'EROFS':
      return `${variable} is ${folder}, on a file system that is read-only: name another folder`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${variable} is ${folder}, and ${path} is not a folder: name another`
    case 'ENOSPC':
      return fullDisk(folder, variable)
    default:
      return undefined
  }
}
