// Who may call what a contract has for making test accounts, whose passwords are written in its document.
import type { Policy } from '../../core/ports.ts'
import { type Caller, isOnOwnMachine } from '../../http/own-machine.ts'
import { DialectError } from './errors.ts'

/** Where test data may not be made its accounts are accounts like any other. */
export const allowsTestData = ({ testData }: Pick<Policy, 'testData'>, request: Caller): boolean =>
  testData === 'everyone' || (testData === 'own machine' && isOnOwnMachine(request))

/** Throws a refusal in the contract's shape, which says how test data may be had (P6). */
export function requireTestData(policy: Pick<Policy, 'testData'>, request: Caller): void {
  if (allowsTestData(policy, request)) return
  throw new DialectError(
    403,
    "Test data is made for callers on the server's own machine, while registration is open and no public address is set; PARLEY_DEMO=1 allows it to everyone",
  )
}
