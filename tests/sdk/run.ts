// Runs programs to their end, and says everything that they said if it was a bad one.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

/** A program that takes longer, in milliseconds, is killed: it hangs. */
const patience = 240_000
/** Of the npm that runs the tests, and about its project. */
const foreign = /^npm_(lifecycle|package|config_local_prefix|config_workspace)/

/** Called with every line of the output; what it returns is written to the input. */
export type Answer = (line: string) => string | undefined

/** Resolves with the standard output; rejects unless the program ends by itself with code 0. */
export function run(program: string, args: string[], cwd: string, answer?: Answer): Promise<string> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)))
  const child = spawn(program, args, { cwd, env })
  const killer = setTimeout(() => child.kill('SIGKILL'), patience)
  const said = listen(child, answer)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      clearTimeout(killer)
      if (code === 0) resolve(said.output)
      else
        reject(
          new Error(
            `${program} ${args.join(' ')} ended with ${code ?? signal}\n${said.output}${said.errors}`,
          ),
        )
    })
  })
}

function listen(child: ChildProcessWithoutNullStreams, answer: Answer = () => undefined) {
  const said = { output: '', errors: '' }
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.output += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const reply = answer(line)
      if (reply !== undefined) child.stdin.write(reply)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.errors += text
  })
  return said
}
