// What people and machines read who come to the repository (guides, templates, the workflow, editor settings) agrees with what works here.
import { parseYaml } from '@redocly/openapi-core'
import { describe, expect, test } from 'vitest'
import { usage } from '../../packages/server/src/cli/usage.ts'
import { foreignPrograms } from '../../packages/server/src/storage/sources/recognise.ts'
import { readDocuments, readText, readTree } from './tree.ts'

interface Manifest {
  readonly version: string
  readonly scripts?: Readonly<Record<string, string>>
  readonly engines?: { readonly node?: string }
  readonly dependencies?: Readonly<Record<string, string>>
}

const tree = readTree()
const manifest: Manifest = JSON.parse(readText('package.json'))
/** Such as 24. */
const ownMajor = manifest.dependencies?.node?.split('.')[0] ?? ''
/** Such as 20.19. */
const oldest = manifest.engines?.node?.replace('>=', '') ?? ''

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>
  readonly permissions: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, { readonly container?: string; readonly steps: readonly Step[] }>>
}

const workflow = parseYaml(readText('.github/workflows/ci.yml')) as Workflow
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)

/** Commands that a document shows: lines of its blocks of shell, and what stands in backticks. Without their remarks. */
function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(([, block = '']) => block.split('\n'))
  const spans = [...text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/`([^`\n]+)`/g)].map(
    ([, span = '']) => span,
  )
  return [...blocks, ...spans].map((line) => line.replace(/\s+#.*/, '').trim())
}

/** What `parley` understands, as its own help says. */
const understood = {
  commands: [...usage.matchAll(/^ {2}(\w+)/gm)].map(([, name = '']) => name),
  ofUser: [...usage.matchAll(/^ {2}user (\w+)/gm)].map(([, name = '']) => name),
  options: [...usage.matchAll(/--[\w-]+/g)].map(([name]) => name),
}

/** What follows `parley` in a command, in this checkout or in the image; null for another command. */
const parleyWords = (command: string): string[] | null =>
  /^(?:npm run parley --|(?:docker compose exec parley )?parley) (.+)$/.exec(command)?.[1]?.split(/\s+/) ??
  null

/** What is wrong about the words after `parley`. What is in capitals, or an ellipsis, stands for something else. */
function parleyFault(words: readonly string[]): string | undefined {
  const [command = '', sub = '…'] = words
  if (!understood.commands.includes(command)) return `no such command: ${command}`
  if (command === 'user' && sub !== '…' && !understood.ofUser.includes(sub))
    return `no such command: user ${sub}`
  const option = words.find((word) => word.startsWith('--') && !understood.options.includes(word))
  if (option !== undefined) return `no such option: ${option}`
  const from = words[words.indexOf('--from') + 1] ?? '…'
  const isNamed = words.includes('--from') && !/^(…|[A-Z]+)$/.test(from)
  return isNamed && !foreignPrograms.some((name) => name === from) ? `no such program: ${from}` : undefined
}

/** What is wrong about a command that runs something of this project; null if nothing is, or if it runs something else. */
function faultOf(command: string): string | null {
  const [program = '', verb = '', ...rest] = command.split(/\s+/)
  const files = rest.filter((word) => word.includes('/') && !word.startsWith('-'))
  const fault = parleyFault(parleyWords(command) ?? ['help'])
  if (fault !== undefined) return `${command}: ${fault}`
  if (program === 'npm') {
    const script = verb === 'run' ? rest[0] : verb
    const builtIn = ['ci', 'install', 'rebuild', 'pack'].includes(verb)
    if (!builtIn && manifest.scripts?.[script ?? ''] === undefined) return `${command}: no such script`
    if (verb === 'test' && files.some((file) => !isThere(file))) return `${command}: no such file`
  }
  if (['node', 'bash'].includes(program) && verb.includes('/') && !isThere(verb))
    return `${command}: no such file`
  return null
}

const isThere = (path: string): boolean => tree.includes(path) || tree.includes(`${path}/`)

describe('the workflow', () => {
  test('runs what .ci/run runs, for every change, and may change nothing', () => {
    expect(Object.keys(workflow.on).sort()).toEqual(['pull_request', 'push'])
    expect(steps.map(({ run }) => run)).toContain('bash .ci/run')
    expect(workflow.permissions).toEqual({ contents: 'read' })
    for (const { steps: own } of Object.values(workflow.jobs)) {
      expect(own[0]?.uses).toMatch(/^actions\/checkout@v\d+$/)
      expect(own.filter(({ uses, run }) => (uses === undefined) === (run === undefined))).toEqual([])
    }
  })

  test('has no command that does not work here', () => {
    const commands = steps.flatMap(({ run = '' }) => run.split('\n'))
    expect(commands.map(faultOf).filter((fault) => fault !== null)).toEqual([])
  })

  test('runs on the Node of the project, and on the oldest that starts it', () => {
    const versions = steps
      .filter(({ uses }) => uses?.startsWith('actions/setup-node@'))
      .map((step) => step.with?.['node-version'] ?? step.with?.['node-version-file'])
    expect(versions).toEqual(['.nvmrc', oldest])
    expect(workflow.jobs.everything?.container).toMatch(new RegExp(`^node:${ownMajor}-`))
  })
})

describe('the Node versions', () => {
  test('of .nvmrc is that which the dependencies bring', () => {
    expect(readText('.nvmrc')).toBe(`${ownMajor}\n`)
  })

  test('that documents ask for is the oldest of package.json', () => {
    const named = readDocuments().flatMap((path) =>
      [...readText(path).matchAll(/Node(?:\.js)? (?:≥|>=) ?([\d.]+\d)/g)].map(([, version]) => ({
        path,
        version,
      })),
    )
    expect(named.length).toBeGreaterThanOrEqual(4)
    expect(named.filter(({ version }) => version !== oldest)).toEqual([])
  })
})

describe.each(readDocuments())('%s', (document) => {
  test('shows no command that does not work here', () => {
    expect(
      commandsIn(readText(document))
        .map(faultOf)
        .filter((fault) => fault !== null),
    ).toEqual([])
  })
})

test('a command that does not work is found', () => {
  const text =
    '`npm run fly`\n\n```sh\nnpm test -- tests/nothing.ts  # none\nnode scripts/nothing.mjs\nnpm ci\n```\n'
  expect(commandsIn(text).map(faultOf)).toEqual([
    'npm test -- tests/nothing.ts: no such file',
    'node scripts/nothing.mjs: no such file',
    null,
    null,
    'npm run fly: no such script',
  ])
})

test.each([
  ['npm run parley -- import --from windi-messenger --database postgres://x --dry-run', null],
  ['docker compose exec parley parley user passwd ada', null],
  ['parley user …', null],
  ['parley import --from NAME', null],
  ['parley fly', 'no such command: fly'],
  ['npm run parley -- user fly', 'no such command: user fly'],
  ['npm run parley -- import --source x', 'no such option: --source'],
  ['parley import --from windi', 'no such program: windi'],
])('what parley understands: %s', (command, fault) => {
  expect(faultOf(command)).toBe(fault === null ? null : `${command}: ${fault}`)
})

describe('templates for issues', () => {
  const templates = tree.filter((path) => /^\.github\/ISSUE_TEMPLATE\/.+\.yml$/.test(path))

  test.each(templates)('%s has a name, and fields with an id and a label each', (path) => {
    const form = parseYaml(readText(path)) as {
      readonly name: string
      readonly description: string
      readonly body: readonly {
        readonly type: string
        readonly id?: string
        readonly attributes: { readonly label?: string; readonly value?: string }
      }[]
    }
    expect([form.name, form.description]).toEqual([expect.any(String), expect.any(String)])
    const fields = form.body.filter(({ type }) => type !== 'markdown')
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length)
    for (const field of fields) {
      expect(field).toMatchObject({ id: expect.any(String), attributes: { label: expect.any(String) } })
    }
  })

  test('name files of the project that are there', () => {
    const named = templates.flatMap((path) =>
      [...readText(path).matchAll(/\b[\w/.-]+\.md\b/g)].map(([name]) => name),
    )
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((path) => !isThere(path))).toEqual([])
  })
})

test('every package has the version of the whole, and the changelog has it', () => {
  const manifests = tree.filter((path) => /^packages\/[^/]+\/package\.json$/.test(path))
  const versions = manifests.map((path) => (JSON.parse(readText(path)) as Manifest).version)
  expect([...new Set(versions)]).toEqual([manifest.version])
  const headings = [...readText('CHANGELOG.md').matchAll(/^## (\S+)/gm)].map(([, version]) => version)
  expect(headings.slice(0, 2)).toEqual(['Unreleased', manifest.version])
})

test('editors are told to format as Biome does', () => {
  const { formatter } = JSON.parse(readText('biome.json')) as {
    readonly formatter: {
      readonly indentStyle: string
      readonly indentWidth: number
      readonly lineWidth: number
    }
  }
  const [, all = ''] = readText('.editorconfig').split(/^\[(?:\*)\]$/m)
  const settings = Object.fromEntries(
    (all.split(/^\[/m)[0] ?? '')
      .trim()
      .split('\n')
      .map((line) => line.split(' = ')),
  )
  expect(settings).toMatchObject({
    end_of_line: 'lf',
    indent_size: String(formatter.indentWidth),
    indent_style: formatter.indentStyle,
    max_line_length: String(formatter.lineWidth),
  })
})
