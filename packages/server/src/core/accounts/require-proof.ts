// A right follows the deed, not the door: what would give the account away needs a fresh proof that its owner is there.
import type { Actor } from '../actor.ts'
import { AppError } from '../errors.ts'
import type { Clock, Stores } from '../ports.ts'
import { type ConfirmPorts, confirmPassword } from './confirm-password.ts'
import type { AccountRecord } from './store.ts'

/** What nobody may do who merely has a token of the account. */
export const deeds = ['change_password', 'change_username', 'change_email', 'deactivate', 'delete'] as const
export type Deed = (typeof deeds)[number]

/** A door's contract, and what it promises without a field for the password. */
interface Contract {
  readonly door: string
  readonly deeds: readonly Deed[]
}

export interface PasswordProof {
  readonly kind: 'password'
  readonly password: string | undefined
}

export type Proof =
  | PasswordProof
  /** The contract cannot carry one: the login that it made itself stands for it. */
  | { readonly kind: 'contract'; readonly contract: Contract }

/** What is to be looked at again under the account's lock. */
export type Proven = ProvenPassword | { readonly kind: 'session' }

export interface ProvenPassword {
  readonly kind: 'password'
  /** The hash that it fitted. */
  readonly passwordHash: string
}

export interface ProofPorts extends ConfirmPorts {
  readonly clock: Clock
}

/**
 * Asked by every command that is such a deed. Throws `password_required` where none is given, or the session is not of that contract's
 * own login, or the contract does not promise the deed; `wrong_credentials`, `rate_limited`, `unauthenticated` as confirmPassword does.
 */
export async function requireProof(
  ports: ProofPorts,
  actor: Actor,
  wanted: readonly Deed[],
  proof: PasswordProof,
): Promise<ProvenPassword>
export async function requireProof(
  ports: ProofPorts,
  actor: Actor,
  wanted: readonly Deed[],
  proof: Proof,
): Promise<Proven>
export async function requireProof(
  ports: ProofPorts,
  actor: Actor,
  wanted: readonly Deed[],
  proof: Proof,
): Promise<Proven> {
  switch (proof.kind) {
    case 'password':
      if (proof.password === undefined) throw new AppError('password_required')
      return { kind: 'password', passwordHash: await confirmPassword(ports, actor, proof.password) }
    case 'contract': {
      const { door, deeds } = proof.contract
      const session = await ports.storage.stores.sessions.find(actor.sessionId)
      if (session?.userId !== actor.userId) throw new AppError('session_revoked')
      if (session.door !== door || !wanted.every((deed) => deeds.includes(deed))) {
        throw new AppError('password_required')
      }
      return { kind: 'session' }
    }
  }
}

/**
 * Under the lock of the account, which changes of the password take too: neither a former password nor a session that such a change
 * ended proves anything any more. Throws `wrong_credentials` or `session_revoked`.
 */
export async function requireStillProven(
  { clock }: Pick<ProofPorts, 'clock'>,
  stores: Pick<Stores, 'sessions'>,
  { sessionId }: Actor,
  locked: Pick<AccountRecord, 'passwordHash'>,
  proven: Proven,
): Promise<void> {
  switch (proven.kind) {
    case 'password':
      if (locked.passwordHash !== proven.passwordHash) throw new AppError('wrong_credentials')
      return
    case 'session':
      if (!(await stores.sessions.isLive(sessionId, clock.now()))) throw new AppError('session_revoked')
  }
}
