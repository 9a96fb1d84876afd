// Which texts are addresses, and which addresses count as one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { networkOf, parseAddress } from './address.ts'

describe('A14: an address has one spelling', () => {
  test.each([
    ['203.0.113.51', '203.0.113.51'],
    ['203.0.113.51:4711', '203.0.113.51'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:0DB8:0:0::0001', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[2001:DB8::1]:443', '2001:db8::1'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[fe80::1%25eth0]:80', 'fe80::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['[::ffff:192.0.2.1]:8080', '192.0.2.1'],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toBe(address)
  })

  test.each([
    '',
    'unknown',
    '_hidden',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.51:',
    '203.0.113.51:123456',
    '203.0.113.51:http',
    '010.0.0.1',
    '2001:db8::1::2',
    '[2001:db8::1',
    '[203.0.113.51]:80',
    '[2001:db8::1]443',
    '"[2001:db8::1]:443"',
    '192.0.2.1, 192.0.2.2',
    "192.0.2.1'; DROP TABLE sessions",
  ])('%s is none', (text) => {
    expect(parseAddress(text)).toBeNull()
  })

  test('and is an address by itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        const address = parseAddress(text)
        if (address !== null) expect(parseAddress(address)).toBe(address)
      }),
    )
  })
})

describe('A14: for limits', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::9', '2001:db8:0:0::/64'],
    ['2001:db8:1:3::9', '2001:db8:1:3::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', 'unknown'],
    ['nonsense', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  test('addresses that share their first 64 bits are one, and others are not', () => {
    const half = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 })
    const textOf = (...groups: readonly number[][]) =>
      groups
        .flat()
        .map((group) => group.toString(16))
        .join(':')
    fc.assert(
      fc.property(half, half, half, half, (prefix, other, first, second) => {
        // What is mapped IPv4 is no IPv6 address here.
        fc.pre(prefix.some((group) => group !== 0) && other.some((group) => group !== 0))
        expect(networkOf(textOf(prefix, first))).toBe(networkOf(textOf(prefix, second)))
        const isSame = prefix.join() === other.join()
        expect(networkOf(textOf(prefix, first)) === networkOf(textOf(other, first))).toBe(isSame)
      }),
    )
  })
})
