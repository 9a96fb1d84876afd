// A process that makes load: takes commands from its parent, one at a time, and ends with it.
import type { Generator } from './generator.ts'
import type { LoadAnswer, LoadCommand, LoadPlan } from './plan.ts'

const answer = (message: LoadAnswer): void => void process.send?.(message)

/** `create` gets the plan of the `connect` command. */
export function serveLoad(create: (plan: LoadPlan) => Promise<Generator>): void {
  let generator: Generator | null = null

  const obey = async (command: LoadCommand): Promise<void> => {
    switch (command.type) {
      case 'connect':
        generator = await create(command.plan)
        return answer({ type: 'connected' })
      case 'run':
        if (generator === null) throw new Error('run came before connect')
        return answer({ type: 'result', result: await generator.run(command.phase) })
      case 'quit':
        generator?.close()
        process.disconnect()
    }
  }

  process.on('message', (command: LoadCommand) => {
    obey(command).catch((error: unknown) =>
      answer({ type: 'fault', message: error instanceof Error ? error.message : String(error) }),
    )
  })
  // Ctrl-C reaches the whole process group; the parent decides when the generator ends.
  process.on('SIGINT', () => {})
  process.on('disconnect', () => process.exit())
}
