// The real program as a process of its own, in a folder of its own, so that no `.env` is read but one that the test gives it.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from './build-context.ts'

export interface Program {
  readonly child: ChildProcess
  /** What it has written so far, to both outputs. */
  output(): string
  readonly ended: Promise<number | null>
}

export interface Surroundings {
  readonly identity?: { readonly uid: number; readonly gid: number }
  readonly main?: string
  /** Node, if not the one of the tests. */
  readonly node?: string
  readonly input?: string
  /** The text of the `.env` in its folder; without it there is none. */
  readonly envFile?: string
}

export const mainOf = (root: string) => join(root, 'packages/server/src/main.ts')

/** With these variables and no others but PATH. */
export function startProgram(
  args: readonly string[],
  environment: Record<string, string>,
  { identity, main = mainOf(projectRoot), node = process.execPath, input, envFile }: Surroundings = {},
): Program {
  const cwd = realpathSync(mkdtempSync(join(tmpdir(), 'parley-cwd-')))
  if (envFile !== undefined) writeFileSync(join(cwd, '.env'), envFile)
  const child = spawn(node, [main, ...args], {
    cwd: identity === undefined ? cwd : '/',
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...identity,
  })
  child.stdin?.end(input)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  }
  const ended = once(child, 'close').then(([code]) => {
    rmSync(cwd, { recursive: true, force: true })
    return code as number | null
  })
  return { child, output: () => output, ended }
}

/** Runs it to its end. */
export async function runProgram(
  args: readonly string[],
  environment: Record<string, string>,
  surroundings: Surroundings = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const program = startProgram(args, environment, surroundings)
  const code = await program.ended
  return { code, output: program.output() }
}
