// The order of test files: those that take minutes begin first, so that no worker is left alone with one of them at the end.
import { existsSync } from 'node:fs'
import { relative } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** From the project's root, the longest first. Without a cache of former runs Vitest goes by the size of files, and some of these are small. */
const longest = [
  'packages/bench/src/scenarios/studies.test.ts',
  'tests/e2e/device.test.ts',
  'tests/deployment/user-command.test.ts',
  'tests/deployment/decoder.test.ts',
  'tests/model/model.test.ts',
  'tests/deployment/root.test.ts',
  'tests/deployment/start-faults.test.ts',
  'tests/sdk/sdk.test.ts',
  'tests/faults/faults.test.ts',
]

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config
    const gone = longest.find((path) => !existsSync(`${root}/${path}`))
    if (gone !== undefined) throw new Error(`${gone} is named among the longest tests, and is not there`)
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = longest.indexOf(relative(root, moduleId).replaceAll('\\', '/'))
      return place === -1 ? longest.length : place
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
