// People over HTTP.
import { idPattern } from '@parley/protocol'
import { deleteAccount } from '../../core/accounts/delete-account.ts'
import { getMe } from '../../core/accounts/get-me.ts'
import { getUser } from '../../core/accounts/get-user.ts'
import { listUsers } from '../../core/accounts/list-users.ts'
import { updateMe } from '../../core/accounts/update-me.ts'
import { AppError } from '../../core/errors.ts'
import type { Handlers } from '../call.ts'

export const userHandlers = {
  async getMe({ ports }, { actor }) {
    return { status: 200, body: { user: await getMe(ports, actor) } }
  },

  async updateMe({ ports }, { actor, body }) {
    const { current_password: password, ...change } = body
    const user = await updateMe(ports, actor, change, { kind: 'password', password })
    return { status: 200, body: { user } }
  },

  async deleteMe({ ports }, { actor, body, cookies }) {
    await deleteAccount(ports, actor, { kind: 'password', password: body.password })
    cookies.clear()
    return { status: 204, body: null }
  },

  async listUsers({ ports }, { actor, query }) {
    const { ids, ...search } = query
    const page = await listUsers(ports, actor, ids === undefined ? search : { ...search, ids: readIds(ids) })
    return { status: 200, body: page }
  },

  async getUser({ ports }, { actor, params }) {
    return { status: 200, body: { user: await getUser(ports, actor, params.user_id) } }
  },
} satisfies Partial<Handlers>

const idRegExp = new RegExp(idPattern)

/** The schema of the query sees the list as one text, so its parts are looked at here. */
function readIds(list: string): string[] {
  const ids = list.split(',')
  if (ids.every((id) => idRegExp.test(id))) return ids
  throw new AppError('invalid_request', {
    errors: [{ path: '/ids', message: 'must be ids with commas in between' }],
  })
}
