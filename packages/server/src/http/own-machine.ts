// Whether a request was made on the machine that the server runs on, and not passed on by anything.
import type { IncomingHttpHeaders } from 'node:http'

/** Of a request, whichever framework has it. */
export interface Caller {
  readonly headers: IncomingHttpHeaders
  readonly socket?: { readonly remoteAddress?: string | undefined }
}

/** What proxies write about whom they speak for (RFC 7239, RFC 9110 §7.6.3, and what was usual before). */
const forwarding =
  /^(x-forwarded|forwarded$|via$|x-real-ip$|x-client-ip$|x-cluster-client-ip$|true-client-ip$|cf-|fly-|x-envoy-)/

/**
 * By the connection's own address, whatever proxies are trusted. A proxy on the same machine is the one that could pass for it, unless it names
 * itself or its client in a header, or the server by the name that the world calls it by.
 */
export function isOnOwnMachine({ headers, socket }: Caller): boolean {
  if (!isLoopback(socket?.remoteAddress ?? '')) return false
  if (!isLoopbackName(headers.host ?? '')) return false
  return !Object.keys(headers).some((name) => forwarding.test(name))
}

const isLoopback = (address: string): boolean =>
  /^(127\.\d+\.\d+\.\d+|::1)$/.test(address.replace(/^::ffff:/i, ''))

const isLoopbackName = (host: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i.test(host)
