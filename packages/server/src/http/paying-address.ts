// What counts as one address where addresses pay or are bounded: whoever has one of a /64 in IPv6 has them all.
import type { IncomingMessage } from 'node:http'
import { isIPv6 } from 'node:net'
import proxyAddress from '@fastify/proxy-addr'
import type { HttpSettings } from './settings.ts'

/** An IPv4 address as it is, also when it is mapped into IPv6 (RFC 4291 §2.5.5.2); of an IPv6 address its first four groups. */
export function payingAddress(ip: string): string {
  const plain = ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.toLowerCase().split('::', 2)
  const first = groupsOf(head)
  const last = groupsOf(tail ?? '')
  const missing = tail === undefined ? 0 : 8 - first.length - last.length
  const groups = [...first, ...Array<string>(Math.max(0, missing)).fill('0'), ...last]
  return `${groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

/** A dotted end stands for two groups. */
const groupsOf = (part: string): string[] =>
  part.split(':').flatMap((group) => (group === '' ? [] : group.includes('.') ? ['0', '0'] : [group]))

type TrustProxy = HttpSettings['trustProxy']

/** Whether the peer of a connection speaks for others: what it forwards says for whom. */
export function trustedProxies(trustProxy: TrustProxy): (address: string) => boolean {
  if (typeof trustProxy === 'boolean') return () => trustProxy
  const listed =
    typeof trustProxy === 'string' ? trustProxy.split(',').map((item) => item.trim()) : trustProxy
  const trusts = proxyAddress.compile([...listed])
  return (address) => trusts(address, 0)
}

/** The client's address of a request that no framework has read, as the framework would say it. */
export function clientAddresses(trustProxy: TrustProxy): (request: IncomingMessage) => string {
  const isProxy = trustedProxies(trustProxy)
  return (request) => proxyAddress(request, isProxy)
}
