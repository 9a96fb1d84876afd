// Finds the links in a text. The text itself is never interpreted: what is not a link stays as it is.
// Where a link begins and ends is linkify-it's matter (ADR 24); whether it may be opened, and how it is shown, is decided here.
import { LinkifyIt, REBuilder } from 'linkify-it'
import { isDeceptiveHost } from './link-host.ts'

export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  /** `shown` is the text, unless its host could be taken for another one: that is shown in ASCII then. */
  | { readonly kind: 'link'; readonly text: string; readonly shown: string; readonly href: string }

const allowedProtocols: ReadonlySet<string> = new Set(['http:', 'https:', 'mailto:'])

class Grammar extends REBuilder {
  /** What nobody sees ends a link: marks of direction, spaces without a width. */
  override get_text_separators(): RegExp {
    return /[><`|\uff5c\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/
  }

  /** A scheme may follow these and punctuation. */
  override get_schema_search(): RegExp {
    const before = `^|(?!_)(?:[=~^$]|${this.get_text_separators().source}|${this.src_ZPCc})`
    this.cache.schema_search ??= new RegExp(`(${before})(${this.get_schema_names().source})`, 'gi')
    return this.cache.schema_search
  }

  /** Titles in Chinese and Japanese have brackets of full width. */
  override get_path_extra(): RegExp {
    return new RegExp(`${this.nestedPairRE('（', '）', 1)}|`)
  }
}

const finder = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: true, urlAuth: true, rebuilder: new Grammar() })
  .add('ftp:')
  .add('//')
const address = `${finder.re.get_url_host_port().source}${finder.re.get_path().source}`
/** `www.` is an address by custom, without a scheme. */
const afterWww = new RegExp(`(?=[^\\s./]+\\.)${address}`, 'iy')
finder.add('www.', {
  validate(text, start) {
    afterWww.lastIndex = start
    return afterWww.exec(text)?.[0].length ?? 0
  },
})

/**
 * Between a letter that cannot belong to the address and its beginning: scripts without spaces write one after the other.
 * linkify-it wants a space or punctuation there.
 */
const seam =
  /(?<=[^\0-\x7f])(?=(?:https?:\/\/|mailto:|www\.))|(?<=[^\0-\x7f]:?|(?:^|\s)(?!mailto:)\w{1,30}:)(?=[\w.+-]{1,64}@[\w-])/giu

/** Addresses within an address of another kind lead elsewhere than they say. */
const wrapper = /(?:blob|filesystem|view-source):$/i

/** A domain of the highest level is either ASCII or has no ASCII letters: what follows it is the next word. */
const asciiTopLevel = /^(?:https?:\/\/)?[^/?#]*\.[a-z]{2,63}(?=[^\0-\x7f][^./?#:]*(?:[/?#:]|$))/iu

/** Where the link ends: not in the next word, nor in the stars that make a text bold elsewhere. */
function cut(found: string): string {
  const link = asciiTopLevel.exec(found)?.[0] ?? found
  let end = link.length
  while (link[end - 1] === '*') end -= 1
  return link.slice(0, end)
}

function withScheme(link: string): string {
  if (/^(?:https?:\/\/|mailto:)/i.test(link)) return link
  return link.toLowerCase().startsWith('www.') ? `https://${link}` : `mailto:${link}`
}

/** The host as it was written; of an e-mail address what follows the @. */
const hostIn = (link: string): string =>
  /^(?:https?:\/\/|mailto:)?(?:[^@/?#]*@)?(\[[^\]]*\]|[^/?#:]*)/i.exec(link)?.[1] ?? ''

/** The address that a link leads to, or null if it is not one that the app opens. */
export function hrefOf(link: string): string | null {
  const full = withScheme(link)
  if (!URL.canParse(full)) return null
  const url = new URL(full)
  if (!allowedProtocols.has(url.protocol)) return null
  if (url.protocol === 'mailto:') return url.href
  // Neither a name before the host nor one that turns into another one when it is read says where the link leads.
  if (url.hostname === '' || url.username !== '' || url.password !== '') return null
  const dots = (host: string) => host.split('.').length
  return dots(url.hostname) === dots(hostIn(full)) ? url.href : null
}

/** The host of a deceptive link in ASCII (punycode). */
function shownAs(link: string): string {
  const host = hostIn(link)
  if (!isDeceptiveHost(host) || !URL.canParse(`https://${host}`)) return link
  const at = link.indexOf(host)
  return `${link.slice(0, at)}${new URL(`https://${host}`).hostname}${link.slice(at + host.length)}`
}

interface Found {
  readonly index: number
  readonly link: string
}

function* findIn(text: string): Iterable<Found> {
  let from = 0
  const ends = [...text.matchAll(seam)].map((match) => match.index)
  for (const end of [...ends, text.length]) {
    for (const match of finder.match(text.slice(from, end)) ?? [])
      yield { index: from + match.index, link: match.raw }
    from = end
  }
}

/** The text in pieces; joined, they are the text again. */
export function linkify(text: string): Segment[] {
  const segments: Segment[] = []
  let done = 0
  for (const { index, link: found } of findIn(text)) {
    const link = cut(found)
    const href = hrefOf(link)
    const hidden =
      text[index + link.length] === '@' || wrapper.test(text.slice(Math.max(0, index - 12), index))
    if (href === null || hidden) continue
    if (index > done) segments.push({ kind: 'text', text: text.slice(done, index) })
    segments.push({ kind: 'link', text: link, shown: shownAs(link), href })
    done = index + link.length
  }
  if (done < text.length) segments.push({ kind: 'text', text: text.slice(done) })
  return segments
}
