// Internet addresses as texts: which texts are one, how each is written, and which of them count as one for limits.

const octet = '(?:\\d|[1-9]\\d|1\\d\\d|2[0-4]\\d|25[0-5])'
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`)
const isIPv4 = (text: string): boolean => ipv4.test(text)
/** With or without a zone; the URL standard reads what RFC 4291 §2.2 writes. */
const isIPv6 = (text: string): boolean =>
  /^[\da-f:.]+(?:%[\w.~-]+)?$/i.test(text) && URL.canParse(`http://[${text.replace(/%.*/, '')}]/`)

/**
 * The address in the text, in its one spelling (RFC 5952; IPv4 as such where it came mapped into IPv6, RFC 4291 §2.5.5.2; without
 * a zone). Takes a port after it, as some proxies write it: `203.0.113.51:4711`, `[2001:db8::1]:443`. Null for anything else.
 */
export function parseAddress(text: string): string | null {
  if (isIPv4(text)) return text
  const [, bracketed] = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text) ?? []
  if (bracketed !== undefined) return isIPv6(bracketed) ? spelled(bracketed) : null
  if (isIPv6(text)) return spelled(text)
  const [, before] = /^([\d.]+):\d{1,5}$/.exec(text) ?? []
  return before !== undefined && isIPv4(before) ? before : null
}

/**
 * What a limit counts as one: an IPv4 address, and of IPv6 the /64 that one customer or machine has to choose from (RFC 6177).
 * Whatever is no address is one and the same.
 */
export function networkOf(address: string): string {
  if (isIPv4(address)) return address
  if (!isIPv6(address)) return 'unknown'
  return `${groupsOf(spelled(address)).slice(0, 4).join(':')}::/64`
}

/** Expects what `isIPv6` takes. */
function spelled(address: string): string {
  const [withoutZone = ''] = address.split('%')
  const { hostname } = new URL(`http://[${withoutZone}]/`)
  const text = hostname.slice(1, -1)
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(text) ?? []
  if (high === undefined || low === undefined) return text
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)]
  return [a >> 8, a & 0xff, b >> 8, b & 0xff].join('.')
}

/** The eight groups of the one spelling. */
function groupsOf(address: string): string[] {
  const [head = '', tail = ''] = address.split('::')
  const [before, after] = [head, tail].map((part) => (part === '' ? [] : part.split(':')))
  const known = (before?.length ?? 0) + (after?.length ?? 0)
  const zeros = Array.from({ length: 8 - known }, () => '0')
  return [...(before ?? []), ...zeros, ...(after ?? [])]
}
