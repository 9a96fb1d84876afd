// The generator seen from the bench: a child process with its own core to use, so that it does not slow the bench or be slowed.
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { LoadAnswer, LoadCommand, LoadPlan, Phase, PhaseResult } from './plan.ts'

export interface LoadProcess {
  /** Rejects with what the generator found wrong. */
  run(phase: Phase): Promise<PhaseResult>
  stop(): Promise<void>
}

/** A program that obeys the commands: it calls serveLoad. */
export interface LoadWorker {
  readonly path: string
  /** Beside the environment of the bench. */
  readonly env: Readonly<Record<string, string>>
}

const generator: LoadWorker = { path: join(import.meta.dirname, 'worker.ts'), env: {} }

/** Starts a generator; resolves when all sockets of the plan are logged in. */
export async function startLoadProcess(plan: LoadPlan, worker = generator): Promise<LoadProcess> {
  const child = fork(worker.path, { execArgv: [], env: { ...process.env, ...worker.env } })
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    if (child.connected) child.send({ type: 'quit' } satisfies LoadCommand)
    else child.kill('SIGKILL')
    await exited
  }
  try {
    await ask(child, { type: 'connect', plan })
  } catch (error) {
    await stop()
    throw error
  }
  return {
    async run(phase) {
      const answer = await ask(child, { type: 'run', phase })
      if (answer.type !== 'result') throw new Error(`The generator answered ${answer.type} to run`)
      return answer.result
    },
    stop,
  }
}

function ask(child: ChildProcess, command: LoadCommand): Promise<LoadAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      child.off('message', heard)
      child.off('exit', ended)
      act()
    }
    const heard = (answer: LoadAnswer): void =>
      settle(() => (answer.type === 'fault' ? reject(new Error(answer.message)) : resolve(answer)))
    const ended = (code: number | null): void =>
      settle(() => reject(new Error(`The generator's process ended with ${code}`)))
    child.on('message', heard)
    child.on('exit', ended)
    child.send(command)
  })
}
