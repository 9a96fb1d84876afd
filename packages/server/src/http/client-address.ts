// The address that a request comes from, as far as proxies are trusted: for HTTP and for the handshakes of sockets.
import type { IncomingMessage } from 'node:http'
import proxyAddr from '@fastify/proxy-addr'
import { parseAddress } from '../core/address.ts'
import type { HttpSettings } from './settings.ts'

/** Whether whoever is at the address, that many hops away, says the truth about who came to it. Fastify takes it as `trustProxy`. */
export type ProxyTrust = (address: string | undefined, hop: number) => boolean

/** Proxies are known by their address, however the one before them wrote it down. */
export function proxyTrust(setting: HttpSettings['trustProxy']): ProxyTrust {
  if (typeof setting === 'boolean') return () => setting
  const names = typeof setting === 'string' ? setting.split(',').map((name) => name.trim()) : [...setting]
  const trusts = proxyAddr.compile(names)
  return (address, hop) => trusts(parseAddress(address ?? '') ?? '', hop)
}

/** What is no address is never taken for one: then it is that of the peer. Empty for a connection that is gone already. */
export function clientAddress(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  trusts: ProxyTrust,
): string {
  // The types of the library do without the two parts that it reads.
  const hops = proxyAddr.all(request as IncomingMessage, trusts)
  return parseAddress(hops.at(-1) ?? '') ?? parseAddress(request.socket.remoteAddress ?? '') ?? ''
}
