// Lines over sizes: how a cost grows. The sizes stand at equal distances, which is a logarithmic scale for powers of ten.
import { at, colour, escaped, fontSize, heading, ink, picture, roundedUp, shortNumber, words } from './svg.ts'

export interface LinePlot {
  readonly title: string
  readonly sizes: readonly string[]
  readonly lines: readonly Line[]
}

export interface Line {
  readonly label: string
  /** One for each size; null where there is none. */
  readonly values: readonly (number | null)[]
}

const width = 720
const height = 320
const field = { left: 60, right: 450, top: 40, bottom: height - 32 }
const steps = 4
/** Below this distance names at the lines' ends would cover each other. */
const nameDistance = fontSize + 3

export function renderLines({ title, sizes, lines }: LinePlot): string {
  const largest = Math.max(...lines.flatMap(({ values }) => values.map((value) => value ?? 0)))
  const limit = roundedUp(largest)
  const y = (value: number): number => field.bottom - (value / limit) * (field.bottom - field.top)
  const x = (index: number): number =>
    field.left + (sizes.length === 1 ? 0 : (index / (sizes.length - 1)) * (field.right - field.left))
  return picture(width, height, title, [
    heading(title),
    ...Array.from({ length: steps + 1 }, (_, step) => renderGrid((limit * step) / steps, y)),
    ...sizes.map((size, index) => words(x(index), field.bottom + fontSize + 6, size, 'middle')),
    ...lines.map((line, index) => renderLine(line, colour(index), x, y)),
    ...renderNames(lines, y),
  ])
}

const renderGrid = (value: number, y: (value: number) => number): string =>
  `<path d="M${field.left} ${at(y(value))}H${field.right}" stroke="${ink}" stroke-opacity="${value === 0 ? 1 : 0.3}"/>\n` +
  words(field.left - 8, y(value) + 4, shortNumber(value), 'end')

function renderLine(
  { label, values }: Line,
  stroke: string,
  x: (index: number) => number,
  y: (value: number) => number,
): string {
  const points = values.flatMap((value, index) =>
    value === null ? [] : [{ x: x(index), y: y(value), value }],
  )
  const path = points.map((point) => `${at(point.x)} ${at(point.y)}`).join('L')
  const dots = points.map(
    (point) =>
      `<circle cx="${at(point.x)}" cy="${at(point.y)}" r="4" fill="${stroke}"><title>${shortNumber(point.value)}</title></circle>`,
  )
  return `<g aria-label="${escaped(label)}"><path d="M${path}" fill="none" stroke="${stroke}" stroke-width="2"/>${dots.join('')}</g>`
}

/** Each beside its line's end, the lower ones moved down where they would touch. */
function renderNames(lines: readonly Line[], y: (value: number) => number): string[] {
  const ends = lines
    .map(({ label, values }, index) => ({ label, index, y: y(values.findLast((one) => one !== null) ?? 0) }))
    .toSorted((a, b) => a.y - b.y)
  let free = field.top
  return ends.map(({ label, index, y: wanted }) => {
    const place = Math.max(wanted + 4, free)
    free = place + nameDistance
    return words(field.right + 12, place, label, 'start', colour(index))
  })
}
