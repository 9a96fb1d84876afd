// Where requests come from, behind proxies that write it down in their own ways.
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from 'vitest'
import { clientAddress, proxyTrust } from './client-address.ts'

/** Of a request from that peer, with that `X-Forwarded-For`. */
function addressOf(
  trust: Parameters<typeof proxyTrust>[0],
  peer: string | undefined,
  forwarded?: string,
): string {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  const socket = { remoteAddress: peer } as IncomingMessage['socket']
  return clientAddress({ headers, socket }, proxyTrust(trust))
}

const proxies = ['10.0.0.0/8', 'loopback', '2001:db8:ffff::/48']

describe('A14: the address of a client', () => {
  test.each([
    ['nobody is trusted', false, '192.0.2.1', '203.0.113.51', '192.0.2.1'],
    ['the peer is no proxy', proxies, '192.0.2.1', '203.0.113.51', '192.0.2.1'],
    ['a proxy', proxies, '10.0.0.5', '203.0.113.51', '203.0.113.51'],
    ['a proxy, seen mapped into IPv6', proxies, '::ffff:10.0.0.5', '203.0.113.51', '203.0.113.51'],
    ['a proxy, seen mapped in upper case', proxies, '::FFFF:10.0.0.5', '203.0.113.51', '203.0.113.51'],
    ['a proxy that writes ports', proxies, '10.0.0.5', '203.0.113.51:4711', '203.0.113.51'],
    ['a proxy that writes brackets', proxies, '10.0.0.5', '[2001:db8::1]:443', '2001:db8::1'],
    ['two proxies', proxies, '10.0.0.5', '203.0.113.51, 10.0.0.6', '203.0.113.51'],
    ['two proxies, both with ports', proxies, '10.0.0.5', '203.0.113.51:1, 10.0.0.6:2', '203.0.113.51'],
    ['a proxy of IPv6 in brackets', proxies, '::1', '203.0.113.51, [2001:db8:ffff::2]:9', '203.0.113.51'],
    ['what the client made up before', proxies, '10.0.0.5', '1.1.1.1, 203.0.113.51', '203.0.113.51'],
    ['made up behind what is no address', proxies, '10.0.0.5', '1.1.1.1, unknown', '10.0.0.5'],
    ['no address', proxies, '10.0.0.5', 'unknown', '10.0.0.5'],
    ['nothing', proxies, '10.0.0.5', '', '10.0.0.5'],
    ['no header', proxies, '10.0.0.5', undefined, '10.0.0.5'],
    ['everybody is trusted', true, '192.0.2.1', '203.0.113.51:80, 198.51.100.7', '203.0.113.51'],
    ['everybody is trusted, and lies', true, '192.0.2.1', '<script>', '192.0.2.1'],
    ['a list as one text', '10.0.0.5, 10.0.0.6', '10.0.0.6', '203.0.113.51', '203.0.113.51'],
    ['a connection that is gone', false, undefined, undefined, ''],
  ] as const)('%s', (_, trust, peer, forwarded, address) => {
    expect(addressOf(trust, peer, forwarded)).toBe(address)
  })
})
