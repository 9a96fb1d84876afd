// What of the profile form differs from the account: only that is sent.
import type { EmailVisibility, Me, RouteBody } from '@parley/protocol'

export interface ProfileForm {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly bio: string
  readonly emailVisibility: EmailVisibility
}

type ProfileChange = Omit<RouteBody<'updateMe'>, 'current_password'>

/** An emptied username or e-mail is taken off the account. Null: nothing to save, or no name. */
export function changedProfile(
  me: Pick<Me, 'name' | 'username' | 'email' | 'bio' | 'email_visibility'>,
  form: ProfileForm,
): ProfileChange | null {
  const name = form.name.trim()
  const username = form.username.trim() || null
  const email = form.email.trim() || null
  const bio = form.bio.trim()
  if (name === '') return null
  const body = {
    ...(name === me.name ? {} : { name }),
    ...(username === me.username ? {} : { username }),
    ...(email === me.email ? {} : { email }),
    ...(bio === me.bio ? {} : { bio }),
    ...(form.emailVisibility === me.email_visibility ? {} : { email_visibility: form.emailVisibility }),
  }
  return Object.keys(body).length === 0 ? null : body
}

/** Whether the server asks for the password: what one logs in with changes. */
export const needsPassword = (change: ProfileChange | null): boolean =>
  change !== null && (change.username !== undefined || change.email !== undefined)
