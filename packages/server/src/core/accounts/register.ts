// Makes an account and its first session.
import { type CreateAccountPorts, insertAccount, type NewAccountInput } from './create-account.ts'
import { type ClientInfo, type Login, type LoginPorts, loginOf, startSession } from './login-session.ts'

export type RegisterPorts = LoginPorts & CreateAccountPorts

/**
 * Throws `registration_closed`, `already_exists` (username or email, however they are written), `invalid_request` when both are
 * missing or a name will not do, `weak_password`, `rate_limited`.
 */
export async function register(
  ports: RegisterPorts,
  input: NewAccountInput,
  client: ClientInfo,
): Promise<Login> {
  const { me, session } = await insertAccount(
    ports,
    input,
    { ip: client.ip, passwordRule: 'own' },
    async (stores, me) => ({
      me,
      session: await startSession(ports, stores, me.id, client),
    }),
  )
  return loginOf(ports, me, session, client)
}
