// The form in which a password is hashed and compared.

/**
 * OpaqueString of RFC 8265 (§4.2.2): every space is U+0020, and composed characters are one with what they are composed of. Devices
 * write the same key in either way. Case and compatible forms stay apart.
 */
export const opaqueString = (password: string): string =>
  password.replaceAll(/\p{Zs}/gu, ' ').normalize('NFC')
