// The forms to log in and to register.
import { limits } from '@parley/protocol'
import { fromPage } from '../../kit/pages.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts.ts'

export const loginForm = (
  words: Texts,
): Html => html`<form method="post" action="/api/v1/auth/login?${fromPage}">
<label>${words.email} <input name="email" maxlength="${limits.emailMax}" autocomplete="username" required></label>
<label>${words.password} <input type="password" name="password" maxlength="${limits.passwordMax}" autocomplete="current-password" required></label>
<button>${words.login}</button>
</form>
<p><a href="/register">${words.register}</a></p>`

export const registerForm = (
  words: Texts,
): Html => html`<form method="post" action="/api/v1/users/register?${fromPage}">
<label>${words.name} <input name="name" maxlength="${limits.nameMax}" autocomplete="name" required></label>
<label>${words.email} <input type="email" name="email" maxlength="${limits.emailMax}" autocomplete="username" required></label>
<label>${words.password} (${words.passwordHint}) <input type="password" name="password" minlength="${limits.passwordMin}" maxlength="${limits.passwordMax}" autocomplete="new-password" required></label>
<button>${words.register}</button>
</form>
<p><a href="/login">${words.login}</a></p>`
