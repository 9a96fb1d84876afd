// Where the project is, and how its programs are run. Plain JavaScript for any Node from 20 on: nothing is installed yet.
import { spawn } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** What stops the person at the terminal: a message without a stack. */
export class Stop extends Error {}

/** Ctrl-C arrives twice under npm (from the terminal and from npm), and means one. In milliseconds. */
const sameSignalWithin = 500

/**
 * Runs a program in the foreground and resolves with its exit code (128 + n after signal n). It has a session of its
 * own, so that it gets exactly the signals that are meant: each that this process is sent is passed on once, and this
 * process ends only after the program has.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string | undefined>, signal?: AbortSignal }} [options] aborting `signal`
 *   asks the program to end
 * @returns {Promise<number>}
 */
export function runForeground(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, ...options.env },
      stdio: 'inherit',
      // On Windows this would open a new console window, and signals are different there.
      detached: process.platform !== 'win32',
    })
    const stopForwarding = forwardSignals(child)
    const end = () => child.kill('SIGTERM')
    options.signal?.addEventListener('abort', end, { once: true })
    const finish = () => {
      stopForwarding()
      options.signal?.removeEventListener('abort', end)
    }
    child.once('error', (error) => {
      finish()
      reject(new Stop(`${program} cannot be started: ${error.message}`))
    })
    child.once('exit', (code, signal) => {
      finish()
      resolve(code ?? 128 + (constants.signals[signal] ?? 0))
    })
  })
}

function forwardSignals(child) {
  let last = -Infinity
  const forward = (signal) => {
    if (performance.now() - last < sameSignalWithin) return
    last = performance.now()
    // A closed terminal asks for the same clean end as a service manager.
    child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal)
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  for (const signal of signals) process.on(signal, forward)
  const watch = watchNpm(() => child.kill('SIGTERM'))
  return () => {
    for (const signal of signals) process.off(signal, forward)
    clearInterval(watch)
  }
}

/**
 * npm runs scripts through a shell and passes SIGTERM to that shell, which dies and tells nobody. Under npm, a parent
 * that is gone therefore means a signal.
 */
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return undefined
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    onGone()
  }, 200)
  return watch
}

/**
 * Runs a script's main function; what stops it is told in one line. The exit code is what it returns, or 1.
 *
 * @param {() => Promise<number | undefined>} main
 */
export async function runScript(main) {
  try {
    process.exitCode = (await main()) ?? 0
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}

/**
 * Whether Node was started with this module; give `import.meta.filename`, which has no symbolic links.
 *
 * @param {string} file
 */
export const isMain = (file) => process.argv[1] !== undefined && realpathSync(process.argv[1]) === file

/** A program of an installed package, as a file to be run with Node. */
export const packageProgram = (path) => join(root, 'node_modules', ...path.split('/'))
