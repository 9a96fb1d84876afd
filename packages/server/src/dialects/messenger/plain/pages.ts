// The pages for browsers without scripts: which of them an address has, and what is around each.

import { AppError } from '../../../core/errors.ts'
import type { DialectContext } from '../../kit/context.ts'
import type { PageVisit } from '../../kit/dialect.ts'
import { fromPage } from '../../kit/pages.ts'
import { loginForm, registerForm } from './account-forms.ts'
import { conversation } from './conversation.ts'
import { Html, html } from './html.ts'
import { overview } from './overview.ts'
import { stylePath } from './style.ts'
import { errorText, type Texts, texts } from './texts.ts'

interface Page {
  readonly title: string
  readonly content: Html
}

/** `/chat/<id>`, `/group/<id>`, and the web app's `/messenger/<id>/<seq>`. */
const chatAddress = /^\/(?:chat|group|messenger)\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?:\/\d+)?$/i

export async function plainPage(context: DialectContext, visit: PageVisit): Promise<string | null> {
  const words = texts[visit.language]
  const page = await pageOf(context, visit, words)
  return page === null ? null : framed(page, visit, words).text
}

async function pageOf(context: DialectContext, visit: PageVisit, words: Texts): Promise<Page | null> {
  const { path, actor } = visit
  if (path === '/') return { title: words.home, content: new Html('') }
  if (path === '/login') return { title: words.login, content: loginForm(words) }
  if (path === '/register') return { title: words.register, content: registerForm(words) }
  const chatId = chatAddress.exec(path)?.[1]?.toLowerCase()
  if (path !== '/messenger' && chatId === undefined) return { title: words.notFound, content: new Html('') }
  if (actor === null)
    return { title: words.login, content: html`<p>${words.loginFirst}</p>${loginForm(words)}` }
  try {
    return chatId === undefined
      ? { title: words.messenger, content: await overview(context, actor, words, visit.query.get('after')) }
      : await conversation(context, actor, chatId, words, skippedIn(visit.query))
  } catch (error) {
    if (!(error instanceof AppError) || !['not_found', 'invalid_cursor'].includes(error.code)) throw error
    return { title: words.notFound, content: new Html('') }
  }
}

/** The newest messages that a page of older ones leaves out. */
const skippedIn = (query: URLSearchParams): number => {
  const skipped = query.get('skip') ?? ''
  return /^[1-9]\d{0,8}$/.test(skipped) ? Number(skipped) : 0
}

function framed({ title, content }: Page, { query, language, actor }: PageVisit, words: Texts): Html {
  const error = errorText(words, query.get('error'))
  const own = html`<a href="/messenger">${words.messenger}</a>
<form method="post" action="/api/v1/auth/logout?${fromPage}"><button class="quiet">${words.logout}</button></form>`
  const strange = html`<a href="/login">${words.login}</a> <a href="/register">${words.register}</a>`
  return html`<link rel="stylesheet" href="${stylePath}">
<div class="plain" lang="${language}">
<header><a href="/">Parley</a> ${actor === null ? strange : own}</header>
<main>
<h1>${title}</h1>
${error === null ? null : html`<p class="error" role="alert">${error}</p>`}
${content}
</main>
<footer class="meta">${words.note}</footer>
</div>`
}
