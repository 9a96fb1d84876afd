// Finds the links in a text. The text itself is never interpreted: what is not a link stays as it is.

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly href: string }

const allowedProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

/**
 * Candidates only: an address with an allowed scheme, `www.` with a host, or an e-mail address. Every quantifier is over
 * a class that the next part excludes, so that long hostile texts cost linear time.
 */
const candidate =
  /(?<![\p{L}\p{N}_@/:.-])(?:(?:https?:\/\/|mailto:)[^\s<>"]+|www\.[\p{L}\p{N}-]+\.[^\s<>"]+|[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8})/giu

const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '»': '«', '”': '“' }

const count = (text: string, character: string) => text.split(character).length - 1

/** Punctuation at the end belongs to the sentence, a closing bracket only if it was opened outside the link. */
function trimEnd(link: string): string {
  let end = link.length
  while (end > 0) {
    const last = link.charAt(end - 1)
    const open = closing[last]
    const loose = open !== undefined && count(link.slice(0, end), last) > count(link.slice(0, end), open)
    if (!loose && !/[.,!?:;'"*…’]/u.test(last)) break
    end -= 1
  }
  return link.slice(0, end)
}

/** The address that a link leads to, or null if it is not one that the app opens. */
export function hrefOf(link: string): string | null {
  const withScheme = /^(?:https?:\/\/|mailto:)/i.test(link)
    ? link
    : link.toLowerCase().startsWith('www.')
      ? `https://${link}`
      : `mailto:${link}`
  if (!URL.canParse(withScheme)) return null
  const url = new URL(withScheme)
  if (!allowedProtocols.has(url.protocol)) return null
  if (url.protocol !== 'mailto:' && url.hostname === '') return null
  return url.href
}

/** The text in pieces; joined, they are the text again. */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = []
  let done = 0
  for (const match of text.matchAll(candidate)) {
    const link = trimEnd(match[0])
    const href = hrefOf(link)
    if (href === null) continue
    if (match.index > done) segments.push({ kind: 'text', text: text.slice(done, match.index) })
    segments.push({ kind: 'link', text: link, href })
    done = match.index + link.length
  }
  if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) })
  return segments
}
