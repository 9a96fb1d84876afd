// `parley import`: takes over what another program keeps: people, chats, messages with their files, and what was read.
import { closeSync, openSync, writeSync } from 'node:fs'
import { parseArgs } from 'node:util'
import {
  AppError,
  type ImportCounts,
  type ImportOrder,
  type ImportRemark,
  importFrom,
  importReasons,
  isRefusal,
} from '../composition/importer.ts'
import { sourceNames } from '../storage/sources/source-names.ts'
import { type Config, loadConfig } from './config.ts'
import { contentSettings } from './import-content.ts'
import { OperatorFault } from './operator-fault.ts'
import { withOwnDatabase } from './own-database.ts'
import { UsageError } from './usage.ts'

/** Something was left out: 1 and 2 are the codes of faults. */
const incomplete = 3
const progressMs = 1_000
/** Keys that are shown of each reason. */
const examples = 5

interface Order extends Omit<ImportOrder, 'content'> {
  /** The other program's folder of files. */
  readonly media: string | undefined
  /** Where every remark goes, a line of JSON each. */
  readonly reportFile: string | undefined
}

/** From the command line. Throws UsageError. */
function importOrder(args: readonly string[]): Order {
  const { from: given, database, media, match, report, 'dry-run': dryRun } = parse(args)
  const from = sourceNames.find((name) => name === given)
  if (from === undefined) throw new UsageError(`import --from must be one of ${sourceNames.join(', ')}`)
  if (database === undefined || database === '') throw new UsageError('import needs --database')
  if (match !== undefined && match !== 'email') throw new UsageError('import --match can only be email')
  if (media === '') throw new UsageError('import --media needs a folder')
  return {
    from,
    url: database,
    media,
    matchEmails: match === 'email',
    dryRun: dryRun === true,
    reportFile: report,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        from: { type: 'string' },
        database: { type: 'string' },
        media: { type: 'string' },
        match: { type: 'string' },
        report: { type: 'string' },
        'dry-run': { type: 'boolean' },
      },
    }).values
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'import')
  }
}

/** Sets the exit code where something was left out. Throws `UsageError`, or whatever keeps the work from being done. */
export async function runImport(args: readonly string[]): Promise<void> {
  const order = importOrder(args)
  const config = loadConfig(process.env)
  // Before root is given up.
  const file = order.reportFile === undefined ? null : openReport(order.reportFile)
  const remarks = createRemarks()
  const onRemark = (remark: ImportRemark) => {
    remarks.add(remark)
    if (file !== null) writeSync(file, `${JSON.stringify(remark)}\n`)
  }
  try {
    await withOwnDatabase(config, async (connection, log) => {
      const content = order.media === undefined ? {} : { content: contentSettings(config, order.media) }
      const counts = await orFullDisk(
        config,
        importFrom(connection, { ...order, ...content }, { log, onRemark, onProgress: createProgress() }),
      )
      console.log(reportText(counts, remarks, order.dryRun))
      if (Object.values(counts).some(({ refused }) => refused > 0)) process.exitCode = incomplete
    })
  } finally {
    if (file !== null) closeSync(file)
  }
}

async function orFullDisk<T>({ filesFolder, filesKeptFree }: Config, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'storage_full')) throw error
    throw new OperatorFault(
      `The disk of ${filesFolder} (PARLEY_FILES_URL) has no room for the next file beside the ${filesKeptFree} bytes of PARLEY_FILES_FREE_MIN: make room. What came is kept: begin again`,
    )
  }
}

function openReport(path: string): number {
  try {
    return openSync(path, 'w', 0o600)
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? error.code : error
    throw new OperatorFault(`--report is ${path}, which cannot be written (${why}): name another file`)
  }
}

/** A line at a time on the error output, each second at most. */
function createProgress(): (counts: ImportCounts) => void {
  let next = performance.now() + progressMs
  return ({ person, chat, message, file, read }) => {
    if (performance.now() < next) return
    next = performance.now() + progressMs
    const [people, chats, messages, files, reads] = [person, chat, message, file, read].map(
      ({ added, known, refused }) => added + known + refused,
    )
    console.error(`${people} people, ${chats} chats, ${messages} messages, ${files} files, ${reads} readings`)
  }
}

interface Remarks {
  add(remark: ImportRemark): void
  /** Those of each kind and reason: how many, and the first keys. */
  readonly groups: ReadonlyMap<string, RemarkGroup>
}

interface RemarkGroup {
  readonly first: ImportRemark
  count: number
  readonly keys: string[]
}

function createRemarks(): Remarks {
  const groups = new Map<string, RemarkGroup>()
  return {
    groups,
    add(remark) {
      const name = `${remark.kind} ${remark.reason}`
      const group = groups.get(name) ?? { first: remark, count: 0, keys: [] }
      groups.set(name, group)
      group.count += 1
      if (group.keys.length < examples) group.keys.push(remark.key)
    },
  }
}

const nouns = {
  person: 'people',
  chat: 'chats',
  member: 'members',
  message: 'messages',
  read: 'readings',
  file: 'files',
} as const

function reportText(counts: ImportCounts, { groups }: Remarks, dryRun: boolean): string {
  const verb = dryRun ? 'would come' : 'came'
  const lines = (Object.keys(nouns) as (keyof typeof nouns)[]).map((kind) => {
    const { added, known, refused } = counts[kind]
    return `${nouns[kind]}: ${added} ${verb}, ${known} were here, ${refused} not taken`
  })
  for (const { first, count, keys } of groups.values()) {
    const shown = keys.map((key) => key.replaceAll(/\p{Cc}|\p{Cf}/gu, '?')).join(', ')
    const what = `${count} ${nouns[first.kind]}: ${importReasons[first.reason]}`
    lines.push(
      `${isRefusal(first) ? 'Not taken' : 'Taken'}, ${what} (${shown}${count > keys.length ? ', …' : ''})`,
    )
  }
  return lines.join('\n')
}
