// The report in the documentation: its tables between markers of docs/performance.md, so that the words around them stay, and its
// plots beside it.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BenchRun } from './bench-run.ts'
import { type Plot, plotsOf } from './plots/run-plots.ts'
import type { Progress } from './progress.ts'
import { type ReportParts, reportParts } from './report.ts'

const plotFolder = 'performance'

/** `folder` is that of the documentation. Parts without markers in the document are reported and left out. */
export async function writeDocument(run: BenchRun, folder: string, progress: Progress): Promise<void> {
  const plots = plotsOf(run)
  await mkdir(join(folder, plotFolder), { recursive: true })
  for (const { file, svg } of plots) await writeFile(join(folder, plotFolder, file), svg)
  const path = join(folder, 'performance.md')
  const parts = reportParts(run, (scenario) => plotLinks(plots, scenario))
  const document = (await readFile(path, 'utf8').catch(() => null)) ?? emptyDocument(parts)
  const { text, missing } = fillDocument(document, parts)
  for (const name of missing)
    progress(`${path} has no place for ${name}: it needs ${opening(name)} and ${closing(name)}`)
  await writeFile(path, text)
  progress(`wrote ${path} and ${plots.length} plots`)
}

const plotLinks = (plots: readonly Plot[], scenario: string): string =>
  plots
    .filter((plot) => plot.of === scenario)
    .map(({ file, title }) => `![${title}](${plotFolder}/${file})`)
    .join('\n\n')

const opening = (name: string): string => `<!-- bench: ${name} -->`
const closing = (name: string): string => `<!-- /bench: ${name} -->`

export interface FilledDocument {
  readonly text: string
  /** Parts that the document has no markers for. */
  readonly missing: readonly string[]
}

/** Puts each part between its two markers, in place of what stood there. */
export function fillDocument(document: string, parts: ReportParts): FilledDocument {
  let text = document
  const missing: string[] = []
  for (const [name, part] of Object.entries(parts)) {
    const from = text.indexOf(opening(name))
    const to = text.indexOf(closing(name), from)
    if (from < 0 || to < 0) missing.push(name)
    else
      text = `${text.slice(0, from)}${opening(name)}\n\n${part === '' ? 'Not measured.' : part}\n\n${text.slice(to)}`
  }
  return { text, missing }
}

const emptyDocument = (parts: ReportParts): string =>
  `# Performance\n\n${Object.keys(parts)
    .map((name) => `${opening(name)}\n${closing(name)}`)
    .join('\n\n')}\n`
