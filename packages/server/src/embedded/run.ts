// Runs one of PostgreSQL's programs to its end, under its identity and with an environment that carries no secrets.
import { spawn } from 'node:child_process'
import type { Identity } from './identity.ts'

/**
 * Only these pass: PG* variables would redirect the programs, and whoever shares PostgreSQL's uid can read the
 * environment of its processes. LD_PRELOAD lets the benchmarks put a slow disk under it.
 */
const passed = ['PATH', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'TMPDIR', 'SystemRoot', 'TEMP', 'TMP']

/** The environment of every PostgreSQL process: English messages, times in UTC. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = { LC_ALL: 'C', TZ: 'UTC' }
  for (const name of passed) if (process.env[name] !== undefined) environment[name] = process.env[name]
  return environment
}

export type RunResult = { code: number; output: string }

/** Resolves with the exit code (-1 for a signal) and everything written; rejects if the program cannot be started. */
export function run(
  program: string,
  args: string[],
  options: { identity: Identity; cwd: string; input?: string },
): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: postgresEnvironment(),
      windowsHide: true,
      ...options.identity,
    })
    let output = ''
    const collect = (chunk: string) => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, output }))
    // A program that ends before it has read its input is reported by its exit code, not by the broken pipe.
    child.stdin.on('error', () => {}).end(options.input ?? '')
  })
}
