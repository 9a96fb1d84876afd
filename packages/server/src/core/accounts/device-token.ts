// What a device shows to be known at the next login: that somebody logged in on it with the password that the account has now. It opens
// nothing by itself: guesses that come with it are counted apart from those of strangers (OWASP's "device cookies").
// `<nonce>.<mac>` with mac = HMAC(server key, account|nonce|hash of the password): nothing is stored, and a new password forgets all devices.
import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { KeyedHash } from '../ports.ts'
import type { Login } from './login-session.ts'
import type { AccountRecord } from './store.ts'

export interface DevicePorts {
  readonly deviceKey: KeyedHash
}

/** A login, and what makes the device known at the next one. */
export interface DeviceLogin extends Login {
  readonly deviceToken: string
}

interface DeviceAccount {
  readonly me: Pick<AccountRecord['me'], 'id'>
  readonly passwordHash: string
}

const pattern = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/

/** A new device of the account. */
export function createDeviceToken(key: KeyedHash, account: DeviceAccount): string {
  const nonce = randomBytes(16).toString('base64url')
  return `${nonce}.${macOf(key, account, nonce).toString('base64url')}`
}

/** The device that the token names, by a name of its own; null where it is not one of that account. */
export function knownDevice(key: KeyedHash, account: DeviceAccount, token: string): string | null {
  const [, nonce, mac] = pattern.exec(token) ?? []
  if (nonce === undefined || mac === undefined) return null
  return timingSafeEqual(macOf(key, account, nonce), Buffer.from(mac, 'base64url')) ? nonce : null
}

const macOf = (key: KeyedHash, { me, passwordHash }: DeviceAccount, nonce: string): Buffer =>
  key.digest(`${me.id}|${nonce}|${passwordHash}`)
