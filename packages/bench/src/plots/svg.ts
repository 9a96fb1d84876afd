// Pieces of SVG for plots that are read on light and dark pages alike: no background, and colours of middle brightness only.

export const ink = '#747c87'
const palette = ['#3b82c4', '#c98a1b', '#2f9e6b', '#d1605e', '#9270ca', '#808b3f'] as const
export const fontSize = 13

export const colour = (index: number): string => palette[index % palette.length] ?? ink

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign)

/** Numbers of coordinates: a tenth of a pixel is enough. */
export const at = (value: number): string => String(Math.round(value * 10) / 10)

export type Anchor = 'start' | 'middle' | 'end'

export const words = (x: number, y: number, text: string, anchor: Anchor = 'start', fill = ink): string =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}" fill="${fill}">${escaped(text)}</text>`

export const heading = (text: string): string =>
  `<text x="0" y="${fontSize + 3}" fill="${ink}" font-size="${fontSize + 2}" font-weight="600">${escaped(text)}</text>`

/** A whole picture. `title` is what is read aloud, and shown on hovering. */
export const picture = (width: number, height: number, title: string, parts: readonly string[]): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at(width)} ${at(height)}" width="${at(width)}" height="${at(height)}" ` +
      `role="img" font-family="system-ui, sans-serif" font-size="${fontSize}">`,
    `<title>${escaped(title)}</title>`,
    ...parts,
    '</svg>\n',
  ].join('\n')

/** The smallest of 1, 2, 2.5, 5 × a power of ten that `value` does not exceed; 1 for nothing. */
export function roundedUp(value: number): number {
  if (value <= 0) return 1
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((one) => value <= one * power) ?? 10
  return step * power
}

/** With three digits that count. */
export const shortNumber = (value: number): string =>
  value.toLocaleString('en', { maximumSignificantDigits: 3 })
