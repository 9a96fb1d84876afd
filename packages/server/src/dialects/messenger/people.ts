// People as the forms of the contract name them: ids or emails, with commas between them.
import { type Id, limits } from '@parley/protocol'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import { findPeople } from '../../core/people/find-people.ts'
import type { Ports } from '../../core/ports.ts'
import { emailKey } from '../../core/text/email-key.ts'
import { wrongValue } from '../kit/errors.ts'

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/

/** Without the actor, once each. Throws `not_found` when one of them is nobody, `invalid_request` for too many. */
export async function othersNamed(ports: Pick<Ports, 'storage'>, actor: Actor, list: string): Promise<Id[]> {
  const names = list
    .split(',')
    .map((name) => name.trim())
    .map((name) => (name.includes('@') ? emailKey(name) : name.toLowerCase()))
    .filter((name) => name !== '')
  if (names.length > limits.membersPerCall) {
    const message = `At most ${limits.membersPerCall} people`
    throw wrongValue('/body/participants', message)
  }
  const known = await findPeople(ports, actor, {
    ids: names.filter((name) => uuid.test(name)),
    emails: names.filter((name) => name.includes('@')),
  })
  // Whoever names an address knows it: what is compared is what was given.
  const ids = new Map(
    known.flatMap(({ id, own_email: email }) => [
      [id, id] as const,
      [email === null ? null : emailKey(email), id] as const,
    ]),
  )
  const found = names.map((name) => {
    const id = ids.get(name)
    if (id === undefined) throw new AppError('not_found')
    return id
  })
  return [...new Set(found)].filter((id) => id !== actor.userId)
}
