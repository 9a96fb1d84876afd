// Installs the dependencies when they are missing or not those of package-lock.json, and finds the Node they bring.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { exclusively } from './exclusively.mjs'
import { packageProgram, root, runForeground, Stop } from './project.mjs'

const stamp = join(root, 'node_modules', '.parley-install')
const lockFile = join(root, 'package-lock.json')
const machine = `${process.platform}-${process.arch}`
/** The oldest Node that runs TypeScript as it is. */
const oldestNode = [22, 18]

/**
 * Makes sure that everything in package-lock.json is installed, with the tools for building and testing. Takes a
 * millisecond and starts no process when it is. One that runs a server is content with an installation without them.
 *
 * @param {{ withTools?: boolean }} [options]
 */
export async function ensureInstalled({ withTools = true } = {}) {
  if (isInstalled(withTools)) return
  await exclusively('install', async () => {
    if (isInstalled(withTools)) return
    console.log('Installing dependencies (only the first time and after updates)')
    await install()
    writeFileSync(stamp, wantedMark(true))
  })
}

/** Node 24 as the dependencies bring it; the Node that runs this if that one is missing but can do the work. */
export function node24() {
  const bundled = packageProgram(process.platform === 'win32' ? 'node/bin/node.exe' : 'node/bin/node')
  if (existsSync(bundled)) return bundled
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath
  throw new Stop(
    `Parley needs Node ${oldestNode.join('.')} or later, and this is ${process.versions.node}. The dependency that ` +
      'brings its own Node is not complete (were install scripts switched off?): install a newer Node, or run npm rebuild node.',
  )
}

/** The environment in which `node` is that Node, also for programs that start it by name. */
export function node24Environment() {
  const separator = process.platform === 'win32' ? ';' : ':'
  return { PATH: [join(node24(), '..'), process.env.PATH ?? ''].join(separator) }
}

function isInstalled(withTools) {
  const found = existsSync(stamp) ? readFileSync(stamp, 'utf8') : undefined
  if (found === wantedMark(true) || (!withTools && found === wantedMark(false))) return true
  // Carried here from another system, with programs that do not run on this one.
  if (found !== undefined && !found.includes(machine)) return false
  const how = installedByHand()
  if (how === 'not') return false
  writeMark(how === 'whole')
  return how === 'whole' || !withTools
}

/** Names the lock file's content, the machine, and whether the tools are there. */
function wantedMark(tools) {
  const lock = existsSync(lockFile) ? readFileSync(lockFile) : ''
  const hash = createHash('sha256').update(lock).digest('hex')
  return `${hash} ${machine} ${tools ? 'whole' : 'without tools'}\n`
}

/** In an image that was built to run and not to change there is nothing to note. */
function writeMark(tools) {
  try {
    writeFileSync(stamp, wantedMark(tools))
  } catch (error) {
    if (!['EACCES', 'EROFS', 'EPERM'].includes(error.code)) throw error
  }
}

/** Compares what npm says it installed with what the lock file asks for: `whole`, `without tools` or `not`. */
function installedByHand() {
  const note = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(note) || !existsSync(lockFile)) return 'not'
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages
  const found = JSON.parse(readFileSync(note, 'utf8')).packages
  const same = Object.entries(found).every(([path, { version }]) => wanted[path]?.version === version)
  const missing = Object.keys(wanted).filter((path) => path !== '' && !(path in found))
  // Packages for other systems, and those that nothing here asks for, may be in the lock file alone.
  const needed = missing.filter((path) => {
    const { optional, devOptional, peer, extraneous } = wanted[path]
    return !optional && !devOptional && !peer && !extraneous
  })
  if (!same || needed.some((path) => !wanted[path].dev)) return 'not'
  return needed.length === 0 ? 'whole' : 'without tools'
}

/**
 * Exactly what the lock file says; if npm cannot do that, the same with what the lock file lacks. (npm writes no entry
 * for the packages of other systems that it could not look up, and then calls its own lock file incomplete.)
 */
async function install() {
  let code = existsSync(lockFile) ? await npm('ci', '--loglevel=silent') : 1
  if (code !== 0 && code < 128) {
    console.log('npm ci did not succeed, so npm install is tried')
    code = await npm('install', '--no-save', '--loglevel=error')
  }
  if (code !== 0) {
    throw new Stop(
      `The dependencies could not be installed: npm ended with code ${code}. ` +
        'Look at its messages above; often it is the network, and starting again is enough.',
    )
  }
}

function npm(...command) {
  // Also where NODE_ENV=production would leave out the tools.
  const args = [...command, '--include=dev', '--no-audit', '--no-fund']
  const running = process.env.npm_execpath
  if (running?.endsWith('npm-cli.js')) return runForeground(process.execPath, [running, ...args])
  return runForeground(process.platform === 'win32' ? 'npm.cmd' : 'npm', args)
}
