// Makes an account and its first session.
import { personIn } from '../people/find-people.ts'
import { type CreateAccountPorts, insertAccount, type NewAccountInput } from './create-account.ts'
import { createDeviceToken, type DeviceLogin, type DevicePorts } from './device-token.ts'
import { type ClientInfo, type LoginPorts, loginOf, type PersonLogin, startSession } from './login-session.ts'

export type RegisterPorts = LoginPorts & DevicePorts & CreateAccountPorts

/**
 * Throws `registration_closed`, `already_exists` (username or email, however they are written), `invalid_request` when both are
 * missing or a name will not do, `weak_password`, `rate_limited`.
 */
export async function register(
  ports: RegisterPorts,
  input: NewAccountInput,
  client: ClientInfo,
): Promise<DeviceLogin> {
  const { account, session } = await insertAccount(
    ports,
    input,
    { ip: client.ip, passwordRule: 'own' },
    async (stores, account) => ({
      account,
      session: await startSession(ports, stores, account.me.id, client),
    }),
  )
  const made = await loginOf(ports, account.me, session, client)
  return { ...made, deviceToken: createDeviceToken(ports.deviceKey, account) }
}

/**
 * `register` for contracts that answer with the person, read in the transaction that makes the account: nothing is left to fail after it. The
 * password may be weak where the operator allows it.
 */
export async function registerPerson(
  ports: LoginPorts & CreateAccountPorts,
  input: NewAccountInput,
  client: ClientInfo,
): Promise<PersonLogin> {
  const rules = { ip: client.ip, passwordRule: 'contract' } as const
  const { me, person, session } = await insertAccount(ports, input, rules, async (stores, account) => ({
    me: account.me,
    person: await personIn(stores, account.me.id),
    session: await startSession(ports, stores, account.me.id, client),
  }))
  const { accessToken } = await loginOf(ports, me, session, client)
  return { person, accessToken }
}
