// What makes this device known at the next login, so that others who guess wrongly cannot lock its owner out (rule A15). A device token
// belongs to an account of a server and outlives the session that it came with. It is kept below the server and every name of the account.
import type { AuthAnswer } from '@parley/protocol'
import { DeviceStoreError } from '../errors.ts'
import { createPatience } from '../patience.ts'
import type { Report } from '../report.ts'
import type { Clock, DeviceStore } from '../types.ts'

export interface KnownDevicePorts {
  readonly store: DeviceStore
  /** Of the server: what it gave is shown to no other. */
  readonly origin: string
  readonly clock: Clock
  readonly report: Report
}

export interface KnownDevice {
  /** What the server gave at the last login of whoever is called so; undefined if nothing is kept. Never rejects. */
  tokenOf(login: string): Promise<string | undefined>
  /** Keeps what a login gave, if it gave something. `login`: as it was typed; undefined after a registration. Never rejects. */
  keep(answer: AuthAnswer, login: string | undefined): Promise<void>
}

export const createKnownDevice = ({ store, origin, clock, report }: KnownDevicePorts): KnownDevice => {
  const ask = createPatience(clock)
  /** As it is written: which other spellings are the same name only the server says (A12). By one that is not kept the device is not known. */
  const keyOf = (login: string) => `parley.device ${origin} ${login}`
  const failed = (action: string, cause: unknown) =>
    report(new DeviceStoreError(`The device store could not ${action} what it was asked to`, { cause }))

  return {
    tokenOf: async (login) => {
      try {
        return (await ask(async () => store.getItem(keyOf(login)))) || undefined
      } catch (error) {
        failed('read', error)
        return undefined
      }
    },
    keep: async ({ user, device_token: token }, login) => {
      if (token === undefined) return
      const names = [login, user.username, user.email].filter((name) => typeof name === 'string')
      try {
        for (const key of new Set(names.map(keyOf))) await ask(async () => store.setItem(key, token))
      } catch (error) {
        failed('keep', error)
      }
    },
  }
}
