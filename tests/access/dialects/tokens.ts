// Tokens that open no door.
import type { Cast } from '../stage.ts'

/** A token whose signature is another's. */
export const forged = (token: string): string => {
  const at = token.lastIndexOf('.') + 1
  return token.slice(0, at) + [...token.slice(at)].reverse().join('')
}

/** By what they are. Those of the owner, who may do everything. */
export const uselessTokens = ({ owner, revoked }: Cast): Readonly<Record<string, string | null>> => ({
  'no token': null,
  'a token that is none': 'nonsense',
  'a forged token': forged(owner.token),
  'a refresh token': owner.refreshToken,
  'the token of a session that was ended': revoked.token,
})
