// What must be undone when the bench ends, however it ends.

export interface Teardown {
  add(undo: () => Promise<void>): void
  /** Undoes everything, the latest first. What fails is reported and does not stop the rest. */
  run(): Promise<void>
}

export function createTeardown(report: (line: string) => void): Teardown {
  const steps: (() => Promise<void>)[] = []
  return {
    add: (undo) => void steps.push(undo),
    async run() {
      for (let undo = steps.pop(); undo !== undefined; undo = steps.pop()) {
        await undo().catch((error: unknown) => report(`cleaning up failed: ${error}`))
      }
    },
  }
}
