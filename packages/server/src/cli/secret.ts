// The server's secret where the operator gives none: made once, kept in the data folder, read by the owner alone.
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { OperatorFault } from './operator-fault.ts'

const minLength = 32

/**
 * The secret of this data folder, the same for ever after. Two servers that start at once get the same one.
 *
 * @throws OperatorFault if the file is there but too short to be a secret: replacing it would sign everybody out
 */
export function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'secret')
  const secret = readIfThere(path) ?? createSecret(dataDir, path)
  if (secret.length < minLength) {
    throw new OperatorFault(
      `${path} is damaged: it must hold at least ${minLength} characters. Restore it from a backup, or delete it ` +
        'to get a new one, which signs everybody out.',
    )
  }
  return secret
}

function createSecret(dataDir: string, path: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const secret = randomBytes(32).toString('base64url')
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  try {
    writeDurably(unfinished, `${secret}\n`)
    // Unlike a rename this never replaces the secret of a server that was faster.
    linkSync(unfinished, path)
    return secret
  } catch (error) {
    const faster = isErrno(error, 'EEXIST') ? readIfThere(path) : undefined
    if (faster === undefined) throw error
    return faster
  } finally {
    rmSync(unfinished, { force: true })
  }
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return undefined
    throw error
  }
}

const isErrno = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code
