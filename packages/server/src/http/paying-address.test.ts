// What counts as one address, and whose it is behind a proxy.
import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { clientAddresses, payingAddress, trustedProxies } from './paying-address.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['not an address', 'not an address'],
])('L3: %s counts as %s', (ip, counted) => {
  expect(payingAddress(ip)).toBe(counted)
})

const requestOf = (remoteAddress: string, forwarded?: string) =>
  ({
    socket: { remoteAddress },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as unknown as IncomingMessage

test.each([
  [false, '10.0.0.1'],
  [true, '198.51.100.1'],
  [['10.0.0.0/8'], '203.0.113.9'],
  ['loopback', '10.0.0.1'],
] as const)('L3: where proxies are %s, a forwarded request is of %s', (trustProxy, address) => {
  const request = requestOf('10.0.0.1', '198.51.100.1, 203.0.113.9')
  expect(clientAddresses(trustProxy)(request)).toBe(address)
})

test('L3: a proxy is who is listed', () => {
  const isProxy = trustedProxies(['loopback', '10.0.0.0/8'])
  expect(['127.0.0.1', '10.1.2.3', '192.0.2.1'].map(isProxy)).toEqual([true, true, false])
})
