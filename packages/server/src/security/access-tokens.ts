// Access tokens: JWTs (RFC 7519) in the profile of RFC 9068, signed and checked with one algorithm and one key. They are not
// revocable by themselves; whether their session still lives is the session guard's business.
import { createSecretKey } from 'node:crypto'
import { type Id, idPattern } from '@parley/protocol'
// Not from 'jose' itself, which loads the encryption too.
import { JOSEError } from 'jose/errors'
import { SignJWT } from 'jose/jwt/sign'
import { jwtVerify } from 'jose/jwt/verify'
import type { AccessClaims, AccessTokens, Clock } from '../core/ports.ts'
import { deriveKey } from './keys.ts'

const algorithm = 'HS256'
const hmac = { name: 'HMAC', hash: 'SHA-256' }
const type = 'at+jwt'
const issuer = 'parley'
const audience = 'parley-api'
const lifetimeSeconds = 15 * 60

/** Longer texts are not looked at: a genuine token has about 350 characters. */
const maxLength = 1024

const idRegExp = new RegExp(idPattern)
const isId = (value: unknown): value is Id => typeof value === 'string' && idRegExp.test(value)

/**
 * Tokens of the server that holds the secret. The header's `alg`, `kid`, `jwk` and the like choose nothing: there is one
 * algorithm and one key.
 */
export function createAccessTokens(secret: string, clock: Clock): AccessTokens {
  // The form in which it is used: jose would make it anew for every token.
  const key = createSecretKey(deriveKey(secret, 'access-tokens')).toCryptoKey(hmac, false, ['sign', 'verify'])
  return {
    lifetimeSeconds,
    sign({ userId, sessionId, generation }, options = { lifetimeSeconds }) {
      const now = Math.floor(clock.now().getTime() / 1000)
      return new SignJWT({ sid: sessionId, gen: generation })
        .setProtectedHeader({ alg: algorithm, typ: type })
        .setSubject(userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(now)
        .setExpirationTime(now + options.lifetimeSeconds)
        .sign(key)
    },
    async verify(token) {
      if (token.length > maxLength) return null
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          typ: type,
          issuer,
          audience,
          requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          currentDate: clock.now(),
        })
        return claimsOf(payload)
      } catch (error) {
        if (error instanceof JOSEError) return null
        throw error
      }
    },
  }
}

interface Payload {
  readonly sub?: string
  readonly sid?: unknown
  readonly gen?: unknown
}

function claimsOf({ sub, sid, gen }: Payload): AccessClaims | null {
  if (!isId(sub) || !isId(sid)) return null
  return { userId: sub, sessionId: sid, generation: typeof gen === 'number' ? gen : 0 }
}
