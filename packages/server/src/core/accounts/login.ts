// Starts a session for someone who knows the password.
import { AppError } from '../errors.ts'
import { personIn } from '../people/find-people.ts'
import type { Stores } from '../ports.ts'
import { requireAddressRate } from '../rate-limits.ts'
import { type CommitPorts, commit } from '../transaction.ts'
import { checkPassword, type Guesser, type PasswordPorts } from './check-password.ts'
import { accountUpdated } from './deactivate-account.ts'
import { createDeviceToken, type DeviceLogin, type DevicePorts, knownDevice } from './device-token.ts'
import { type ClientInfo, type LoginPorts, loginOf, type PersonLogin, startSession } from './login-session.ts'
import type { AccountRecord } from './store.ts'

interface Credentials {
  readonly login: string
  readonly password: string
}

export interface PasswordLoginPorts extends LoginPorts, DevicePorts, CommitPorts, PasswordPorts {}

/**
 * Makes a deactivated account active again. Throws `wrong_credentials` for an unknown login and for a wrong password alike, after the same work, so that neither answer
 * nor time tells which accounts exist; `account_disabled` only to whoever knows the password; `rate_limited` per address and per account,
 * see checkPassword.
 */
export async function login(
  ports: PasswordLoginPorts,
  input: Credentials,
  client: ClientInfo,
): Promise<DeviceLogin> {
  return (await logIn(ports, input, client, async () => null)).login
}

/** `login` for contracts that answer with the person, read in the transaction that makes the session: nothing is left to fail after it. */
export async function loginPerson(
  ports: PasswordLoginPorts,
  input: Credentials,
  client: ClientInfo,
): Promise<PersonLogin> {
  const { login, shown } = await logIn(ports, input, client, (stores, { me }) => personIn(stores, me.id))
  return { person: shown, accessToken: login.accessToken }
}

/** `show` is part of the transaction. */
async function logIn<T>(
  ports: PasswordLoginPorts,
  input: Credentials,
  client: ClientInfo,
  show: (stores: Stores, account: Pick<AccountRecord, 'me'>) => Promise<T>,
): Promise<{ readonly login: DeviceLogin; readonly shown: T }> {
  const { accounts } = ports.storage.stores
  const account = await accounts.findByLogin(input.login)
  const guesser = guesserOf(ports, account, client)
  // A known device is not kept out by others at its address.
  if (guesser.kind === 'stranger') requireAddressRate(ports.rateLimiter, 'loginByAddress', client.ip)
  const target =
    account === null
      ? ({ kind: 'nobody', loginKey: accounts.loginKey(input.login) } as const)
      : ({ kind: 'account', account } as const)
  const matches = await checkPassword(ports, target, input.password, guesser)
  if (account === null || !matches) throw new AppError('wrong_credentials')
  // A hash that came from another program serves once.
  const passwordHash = ports.passwords.isForeign(account.passwordHash)
    ? await ports.passwords.hash(input.password, `account ${account.me.id}`)
    : account.passwordHash
  const made = await commit(ports, async (stores, emit) => {
    // Under the lock that a change of password takes too: a login with the former password must not outlive the change.
    const present = await stores.accounts.lock(account.me.id)
    if (present?.passwordHash !== account.passwordHash) return null
    if (present.disabledAt !== null) throw new AppError('account_disabled')
    if (passwordHash !== account.passwordHash) await stores.accounts.update(present.me.id, { passwordHash })
    if (present.deactivatedAt !== null) {
      await stores.accounts.setDeactivated(present.me.id, null)
      emit(accountUpdated(present.me))
    }
    const session = await startSession(ports, stores, present.me.id, client)
    const shown = await show(stores, present)
    return { login: await loginOf(ports, present.me, session, client), shown }
  })
  if (made === null) {
    // Another login may just have replaced the former hash; the password is compared with what is there now.
    if (passwordHash !== account.passwordHash) return logIn(ports, input, client, show)
    throw new AppError('wrong_credentials')
  }
  const known =
    guesser.kind === 'device' && passwordHash === account.passwordHash ? client.deviceToken : undefined
  const deviceToken = known ?? createDeviceToken(ports.deviceKey, { ...account, passwordHash })
  return { login: { ...made.login, deviceToken }, shown: made.shown }
}

function guesserOf({ deviceKey }: DevicePorts, account: AccountRecord | null, client: ClientInfo): Guesser {
  const { deviceToken, ip } = client
  const device = account && deviceToken !== undefined ? knownDevice(deviceKey, account, deviceToken) : null
  return device === null ? { kind: 'stranger', address: ip } : { kind: 'device', device }
}
