// A module that works in a process of its own and is asked things over the channel to it, one at a time.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Teardown } from './teardown.ts'

export interface Remote<Question, Answer> {
  /** Rejects with the words of what the module threw, or when its process ends. */
  ask(question: Question): Promise<Answer>
}

type Reply<Answer> = { readonly answer: Answer } | { readonly fault: string }

/** Runs the module at `path`, which calls `serveRemote`. The teardown ends it; `launcher` goes before the command line. */
export function startRemote<Question, Answer>(
  path: string,
  teardown: Teardown,
  launcher: readonly string[] = [],
): Remote<Question, Answer> {
  const [program = '', ...args] = [...launcher, process.execPath, path]
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  teardown.add(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.disconnect()
    await exited
  })
  return { ask: (question) => ask<Question, Answer>(child, question) }
}

function ask<Question, Answer>(child: ChildProcess, question: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off('message', heard)
      child.off('exit', ended)
      act()
    }
    const heard = (reply: Reply<Answer>): void =>
      settle(() => ('fault' in reply ? reject(new Error(reply.fault)) : resolve(reply.answer)))
    const ended = (code: number | null): void =>
      settle(() => reject(new Error(`The process that was asked ended with ${code}`)))
    child.on('message', heard)
    child.on('exit', ended)
    child.send(question as object, (error) => error !== null && settle(() => reject(error)))
  })
}

/** Answers the parent's questions until it goes away. */
export function serveRemote<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  const reply = (message: Reply<Answer>): void => void process.send?.(message)
  process.on('message', (question: Question) => {
    answer(question).then(
      (value) => reply({ answer: value }),
      (error: unknown) => reply({ fault: error instanceof Error ? error.message : String(error) }),
    )
  })
  // Ctrl-C reaches the whole process group; the parent decides when this process ends.
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit())
}
