// Ends the session of a refresh token: for whoever logs out when the access token is over already.
import { AppError } from '../errors.ts'
import type { Clock, KeyedHash } from '../ports.ts'
import type { CommitPorts } from '../transaction.ts'
import { type ClientInfo, requireClaimed } from './login-session.ts'
import { isGenuine, parseRefreshToken } from './refresh-token.ts'
import { revokeSession } from './revoke-session.ts'

export interface LogOutPorts extends CommitPorts {
  readonly clock: Clock
  readonly refreshKey: KeyedHash
}

/**
 * Takes any genuine token of the session, whatever its generation: whoever has one can end the session in any case. One that is over
 * stays so. Throws `invalid_refresh_token`, `other_account`.
 */
export async function logOut(ports: LogOutPorts, text: string, client: ClientInfo): Promise<void> {
  const token = parseRefreshToken(text)
  const session = token === null ? null : await ports.storage.stores.sessions.find(token.sessionId)
  if (token === null || session === null || !isGenuine(ports.refreshKey, token, session.refreshSalt)) {
    throw new AppError('invalid_refresh_token')
  }
  requireClaimed(client, session.userId)
  await revokeSession(ports, { userId: session.userId, sessionId: session.id }, session.id)
}
