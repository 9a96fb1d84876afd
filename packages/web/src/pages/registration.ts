// What the registration form checks before it asks the server, and what it sends.
import { codePointLength, limits, type RouteBody, usernamePattern } from '@parley/protocol'

export interface RegistrationForm {
  readonly name: string
  readonly username: string
  readonly email: string
  readonly password: string
}

type RegistrationFault = 'required' | 'usernameInvalid' | 'emailInvalid' | 'passwordShort' | 'tooLong'
export type RegistrationFaults = Partial<Record<keyof RegistrationForm, RegistrationFault>>

const usernameShape = new RegExp(usernamePattern, 'u')

/** In code points. */
const longest: Readonly<Record<keyof RegistrationForm, number>> = {
  name: limits.nameMax,
  username: limits.usernameMax,
  email: limits.emailMax,
  password: limits.passwordMax,
}

/** The same rules as `Username`, `Email` and `Password` of the protocol. Username or e-mail is enough. */
export function registrationFaults(form: RegistrationForm): RegistrationFaults {
  const username = form.username.trim()
  const email = form.email.trim()
  const faults: RegistrationFaults = {}
  if (username === '' && email === '') faults.username = 'required'
  else if (
    username !== '' &&
    (codePointLength(username) < limits.usernameMin || !usernameShape.test(username))
  )
    faults.username = 'usernameInvalid'
  if (email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email)) faults.email = 'emailInvalid'
  if (codePointLength(form.password) < limits.passwordMin) faults.password = 'passwordShort'
  for (const name of Object.keys(longest) as (keyof RegistrationForm)[]) {
    const text = name === 'password' ? form[name] : form[name].trim()
    if (codePointLength(text) > longest[name]) faults[name] = 'tooLong'
  }
  return faults
}

/** Fields left empty are not sent: the server refuses empty texts. */
export function registrationBody(form: RegistrationForm, locale: 'en' | 'ru'): RouteBody<'register'> {
  const trimmed = { name: form.name.trim(), username: form.username.trim(), email: form.email.trim() }
  return {
    ...(trimmed.name === '' ? {} : { name: trimmed.name }),
    ...(trimmed.username === '' ? {} : { username: trimmed.username }),
    ...(trimmed.email === '' ? {} : { email: trimmed.email }),
    password: form.password,
    locale,
  }
}
