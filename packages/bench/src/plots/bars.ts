// Horizontal bars: one per contestant, in one or more parts.
import { at, colour, escaped, fontSize, heading, picture, shortNumber, words } from './svg.ts'

export interface BarPlot {
  /** With the unit. */
  readonly title: string
  /** What the parts of each bar are; no legend for a single one. */
  readonly parts: readonly string[]
  readonly bars: readonly Bar[]
}

interface Bar {
  readonly label: string
  /** One for each part; null where it was not measured. */
  readonly values: readonly (number | null)[]
}

const width = 720
const barsAt = 130
const barsWidth = 500
const headHeight = 30
const legendHeight = 22
const rowHeight = 28
const barHeight = 18

export function renderBars({ title, parts, bars }: BarPlot): string {
  const largest = Math.max(...bars.map(totalOf), Number.MIN_VALUE)
  const top = headHeight + (parts.length > 1 ? legendHeight : 0)
  const scale = barsWidth / largest
  return picture(width, top + bars.length * rowHeight, title, [
    heading(title),
    ...(parts.length > 1 ? renderLegend(parts) : []),
    ...bars.flatMap((bar, row) => renderBar(bar, parts, top + row * rowHeight, scale)),
  ])
}

const totalOf = ({ values }: Bar): number => values.reduce<number>((total, value) => total + (value ?? 0), 0)

function renderLegend(parts: readonly string[]): string[] {
  const y = headHeight + fontSize - 2
  const step = barsWidth / parts.length
  return parts.flatMap((part, index) => [
    `<rect x="${at(barsAt + index * step)}" y="${y - 10}" width="11" height="11" fill="${colour(index)}"/>`,
    words(barsAt + index * step + 17, y, part),
  ])
}

function renderBar(bar: Bar, parts: readonly string[], y: number, scale: number): string[] {
  const textY = y + barHeight / 2 + fontSize / 2 - 2
  let x = barsAt
  const rects = bar.values.map((value, index) => {
    const length = (value ?? 0) * scale
    const says = `${bar.label}${parts.length > 1 ? `, ${parts[index] ?? ''}` : ''}: ${value === null ? '–' : shortNumber(value)}`
    const rect =
      `<rect x="${at(x)}" y="${at(y)}" width="${at(length)}" height="${barHeight}" fill="${colour(index)}">` +
      `<title>${escaped(says)}</title></rect>`
    x += length
    return rect
  })
  return [
    words(barsAt - 10, textY, bar.label, 'end'),
    ...rects,
    words(x + 6, textY, shortNumber(totalOf(bar))),
  ]
}
