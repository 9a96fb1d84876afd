// People by integer, email and offset, in PostgreSQL.
import type { Id } from '@parley/protocol'
import type { PeopleStore, Person } from '../core/people/store.ts'
import { isOffered } from './accounts.ts'
import type { Database } from './database.ts'
import { type SqlTime, toTime } from './rows.ts'
import { emailKey } from './text-key.ts'

interface PersonRow extends Omit<Person, 'created_at' | 'deactivated_at' | 'deleted_at'> {
  readonly created_at: SqlTime
  readonly deactivated_at: SqlTime | null
  readonly deleted_at: SqlTime | null
}

const columns =
  'id, number, username, email AS own_email, email_visibility, name, bio, avatar_file_id AS avatar_id, created_at, deactivated_at, deleted_at'

// The inner query walks the index of the numbers, whatever other index its rows would fit.
const listPeople = {
  name: 'people.list',
  text: `
    SELECT ${columns} FROM (SELECT * FROM users WHERE number > 0 ORDER BY number OFFSET 0) registered
    WHERE ${isOffered}
    ORDER BY number
    OFFSET $1 LIMIT $2`,
}

const findPeople = {
  name: 'people.people',
  text: `SELECT ${columns} FROM users WHERE id = ANY ($1::uuid[])`,
}

const findByNumbers = {
  name: 'people.byNumbers',
  text: `SELECT ${columns} FROM users WHERE number = ANY ($1::bigint[])`,
}

const findByEmails = {
  name: 'people.findByEmails',
  text: `
    SELECT ${columns} FROM (SELECT * FROM users WHERE email_key = ANY ($1::text[]) OFFSET 0) addressed
    WHERE $2::uuid IS NULL OR id = $2 OR email_visibility <> 'nobody'`,
}

const findContacts = {
  name: 'people.contactsOf',
  text: 'SELECT p.id FROM unnest($2::uuid[]) AS p (id) WHERE is_contact(p.id, $1)',
}

/** People over a pool or a transaction. */
export function peopleStore(database: Database): PeopleStore {
  return {
    async list({ offset, limit }) {
      return (await database.query<PersonRow>(listPeople, [offset, limit])).map(toPerson)
    },
    async people(userIds: readonly Id[]) {
      return (await database.query<PersonRow>(findPeople, [userIds])).map(toPerson)
    },
    async byNumbers(numbers) {
      return (await database.query<PersonRow>(findByNumbers, [numbers])).map(toPerson)
    },
    async findByEmails(emails, finderId) {
      return (await database.query<PersonRow>(findByEmails, [emails.map(emailKey), finderId])).map(toPerson)
    },
    async contactsOf(viewerId, userIds) {
      return (await database.query<{ id: Id }>(findContacts, [viewerId, userIds])).map(({ id }) => id)
    },
  }
}

const toTimeOrNull = (time: SqlTime | null) => (time === null ? null : toTime(time))

const toPerson = (row: PersonRow): Person => ({
  ...row,
  created_at: toTime(row.created_at),
  deactivated_at: toTimeOrNull(row.deactivated_at),
  deleted_at: toTimeOrNull(row.deleted_at),
})
