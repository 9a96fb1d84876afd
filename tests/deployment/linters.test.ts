// What the linters of their formats say of the Dockerfile and of compose.yaml.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DCLinter } from 'dclint'
import { validate } from 'dockerfile-utils'
import { expect, onTestFinished, test } from 'vitest'
import { projectRoot } from './build-context.ts'
import { filledText } from './compose.ts'

test('the Dockerfile is without fault', () => {
  expect(validate(readFileSync(join(projectRoot, 'Dockerfile'), 'utf8'))).toEqual([])
})

test('compose.yaml, with its variables filled in, is without fault', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-compose-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'compose.yaml')
  writeFileSync(path, filledText())
  // The project is called after its folder, so that two of them can run side by side.
  const rules = { 'require-project-name-field': 0 } as const
  const [result] = new DCLinter({ rules, quiet: false, debug: false, exclude: [] }).lintFiles([path], false)
  expect(result?.messages).toEqual([])
})
