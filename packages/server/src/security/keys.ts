// Keys of this server, all derived from its one secret: a key for each purpose, so that none can stand in for another.
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { KeyedHash } from '../core/ports.ts'

/** What a key is for; the names are part of the derivation, so a changed name makes all that the old key signed worthless. */
export type KeyPurpose = 'access-tokens' | 'refresh-tokens' | 'devices' | 'message-keys' | 'operator'

/** 32 bytes by HKDF-SHA-256 (RFC 5869) from the server's secret. */
export function deriveKey(secret: string, purpose: KeyPurpose): Buffer {
  return Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'utf8'), '', `parley/${purpose}`, 32))
}

/** HMAC-SHA-256 with the key for that purpose. */
export function createKeyedHash(secret: string, purpose: KeyPurpose): KeyedHash {
  const key = deriveKey(secret, purpose)
  return { digest: (text) => createHmac('sha256', key).update(text, 'utf8').digest() }
}

/** What the command line shows to a running server: only who can read the server's secret can make it. */
export const operatorKey = (secret: string): string => deriveKey(secret, 'operator').toString('base64url')

/** Compared in constant time. */
export function isOperatorKey(secret: string, candidate: string): boolean {
  const [expected, given] = [Buffer.from(operatorKey(secret)), Buffer.from(candidate)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}
