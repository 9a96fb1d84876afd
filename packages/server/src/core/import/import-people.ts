// Takes people: each gets an account with the former login and password, or is the person of an account that is here.
import { emailPattern, fits, type Id, isVisible, limits } from '@parley/protocol'
import { nameFrom } from '../accounts/create-account.ts'
import { isHiddenAddress } from '../people/emails.ts'
import type { Stores } from '../ports.ts'
import { cleanLine } from '../text/clean-text.ts'
import { cutText } from '../text/cut-text.ts'
import { findTaken, type ImportStep, inBatch, noteTaken } from './import-step.ts'
import type { ImportReason } from './report.ts'
import type { ForeignPerson } from './source.ts'
import type { ImportedAccount } from './store.ts'
import { usernameCandidates } from './usernames.ts'

const emailShape = new RegExp(emailPattern, 'u')

/** A person on the way to an account. */
interface Newcomer {
  readonly person: ForeignPerson
  readonly id: Id
  readonly name: string
  readonly email: string | null
  /** Those that are left to try; none where the email is the login. */
  usernames: readonly string[]
  readonly passwordHash: string
  /** What of the person could not be kept. */
  readonly changes: readonly ImportReason[]
}

interface Outcome {
  readonly taken: Map<string, Id>
  readonly remarks: { readonly key: string; readonly reason: ImportReason }[]
  known: number
}

/** `unknownHash` is one that no password fits. */
export async function importPeople(
  step: ImportStep,
  people: readonly ForeignPerson[],
  unknownHash: string,
): Promise<void> {
  const { taken, remarks, known } = await inBatch(step, (stores) =>
    takePeople(step, stores, people, unknownHash),
  )
  step.report.counts.person.known += known
  step.report.counts.person.added += taken.size
  for (const { key, reason } of remarks) step.report.remark('person', key, reason)
}

async function takePeople(
  step: ImportStep,
  stores: Stores,
  people: readonly ForeignPerson[],
  unknownHash: string,
): Promise<Outcome> {
  const former = await findTaken(
    step,
    stores,
    'person',
    people.map(({ key }) => key),
  )
  const outcome: Outcome = { taken: new Map(), remarks: [], known: former.size }
  const newcomers = people
    .filter(({ key }) => !former.has(key))
    .map((person) => newcomerOf(step, person, unknownHash))
  let waiting = newcomers.filter(
    ({ person, email, usernames }) => isGone(person) || email !== null || usernames.length > 0,
  )
  for (const { person } of newcomers.filter((one) => !waiting.includes(one)))
    outcome.remarks.push({ key: person.key, reason: 'no_login' })
  while (waiting.length > 0) waiting = await insertThem(step, stores, waiting, outcome)
  await noteTaken(step, stores, 'person', outcome.taken)
  return outcome
}

/** Gives those who are to be tried with another username. */
async function insertThem(
  step: ImportStep,
  stores: Stores,
  newcomers: readonly Newcomer[],
  { taken, remarks }: Outcome,
): Promise<Newcomer[]> {
  const emails = newcomers.flatMap(({ email }) => email ?? [])
  const inserted = step.options.dryRun
    ? new Set<Id>()
    : await stores.imports.insertAccounts(newcomers.map(accountOf))
  // Looked at afterwards: two of the newcomers may have the same email.
  const owners = await stores.imports.emailOwners(emails)
  const again: Newcomer[] = []
  for (const one of newcomers) {
    const { key } = one.person
    const owner = one.email === null ? undefined : owners.get(one.email)
    if (inserted.has(one.id) || (step.options.dryRun && owner === undefined)) {
      taken.set(key, one.id)
      for (const reason of one.changes) remarks.push({ key, reason })
      if (one.person.username !== null && one.usernames[0] !== one.person.username)
        remarks.push({ key, reason: 'username_changed' })
    } else if (owner !== undefined) {
      if (step.options.matchEmails) taken.set(key, owner)
      else remarks.push({ key, reason: 'email_taken' })
    } else if (one.usernames.length > 1) {
      again.push({ ...one, usernames: one.usernames.slice(1) })
    } else {
      remarks.push({ key, reason: 'username_taken' })
    }
  }
  return again
}

const isGone = ({ goneAt }: ForeignPerson): boolean => goneAt !== undefined && goneAt !== null

function newcomerOf({ ports }: ImportStep, person: ForeignPerson, unknownHash: string): Newcomer {
  // As others see a deleted account (A9).
  if (isGone(person))
    return {
      person,
      id: ports.ids.next(),
      name: '',
      email: null,
      usernames: [],
      passwordHash: '',
      changes: [],
    }
  const email = person.email !== null && isUsableEmail(person.email) ? person.email : null
  const usernames = person.username === null ? [] : usernameCandidates(person.username)
  const cleaned = cleanLine(person.name.toWellFormed())
  const name = cutText(cleaned, limits.nameMax)
  const isNamed = isVisible(name)
  const isKnownHash = person.passwordHash !== null && ports.passwords.knows(person.passwordHash)
  const changes: ImportReason[] = []
  if (email === null && person.email !== null) changes.push('email_dropped')
  if (!isNamed || name !== cleaned) changes.push('name_changed')
  if (!isKnownHash) changes.push('password_unknown')
  return {
    person,
    id: ports.ids.next(),
    name: isNamed ? name : nameFrom(usernames[0] ?? email ?? ''),
    email,
    usernames,
    passwordHash: (isKnownHash ? person.passwordHash : null) ?? unknownHash,
    changes,
  }
}

const isUsableEmail = (email: string): boolean =>
  emailShape.test(email) && fits(email, limits.emailMax) && email.isWellFormed() && !isHiddenAddress(email)

const accountOf = ({ person, id, name, email, usernames, passwordHash }: Newcomer): ImportedAccount => ({
  id,
  username: usernames[0] ?? null,
  email,
  name,
  bio: '',
  locale: 'en',
  passwordHash,
  createdAt: person.createdAt,
  goneAt: person.goneAt ?? null,
})
