// The web app under the addresses of a contract with pages.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../../core/actor.ts'
import { AppError } from '../../core/errors.ts'
import type { Log } from '../../core/ports.ts'
import type { Authenticator } from '../../http/authenticate.ts'
import { type CookiePolicy, cookieNames, readCredentials, schemeOf } from '../../http/credentials.ts'
import type { DialectContext } from './context.ts'
import type { DialectPages } from './dialect.ts'
import type { DialectError } from './errors.ts'
import type { DialectRoute } from './route.ts'

/** The app's own addresses are served anyway. */
const isOfTheApp = (path: string): boolean => /^\/(?:login|register|messenger)?$/.test(path)

/** Those addresses that the web app does not have by itself, for the router. */
export const appAddresses = ({ addresses }: DialectPages): string[] =>
  Object.keys(addresses)
    .filter((path) => !isOfTheApp(path))
    .map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1'))

/** Leads from the contract's addresses below the base to those of the main web app. */
export function redirectPages(scope: FastifyInstance, base: string, { addresses }: DialectPages): void {
  for (const [path, target] of Object.entries(addresses)) {
    const url = `${base}${path}`.replaceAll(/\{(\w+)\}/g, ':$1').replace(/\/$/, '')
    scope.get(url, async (request, reply) =>
      reply.code(302).header('location', filled(target, request)).send(),
    )
  }
}

/** In the addresses of the forms of plain pages. */
export const fromPage = 'from=page'

/** Where a refused form of a plain page leads, below the base, if its route says so; whoever else sends one gets the error itself. */
export function pageAfterRefusal(
  { refusedTo }: DialectRoute,
  error: AppError | DialectError,
  request: FastifyRequest,
): string | null {
  if (refusedTo === undefined || !request.url.split('?')[1]?.split('&').includes(fromPage)) return null
  const code = error instanceof AppError ? error.code : 'invalid_request'
  return `${filled(refusedTo(code), request)}?error=${code}`
}

function filled(path: string, { params }: FastifyRequest): string {
  const values = params as Record<string, string>
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''))
}

interface DecoratorDeps {
  readonly context: DialectContext
  readonly name: string
  readonly pages: DialectPages
  readonly sessions: Authenticator
  readonly policy: CookiePolicy
  readonly log: Log
}

/** What the plain content of a page costs the visitor. */
const pageCost = 4

/** The plain content of a page inside `noscript`. Does not reject: with scripts the app works without it. */
export function pageDecorator(deps: DecoratorDeps): (request: FastifyRequest) => Promise<string | null> {
  return async (request) => {
    try {
      request.actor = await visitorOf(deps, request)
      const payer = request.server.charges.payerOf(request)
      if (payer.take(pageCost) !== 'allowed') return null
      const [path = '/', search = ''] = request.url.split('?', 2)
      const html = await deps.pages.plain(deps.context, {
        path: path.length > 1 ? path.replace(/(?<!\/)\/+$/, '') || '/' : path,
        query: new URLSearchParams(search),
        language: languageOf(request),
        actor: request.actor,
      })
      return html === null ? null : `<noscript>${html}</noscript>`
    } catch (error) {
      deps.log.error({ err: error, dialect: deps.name }, 'the plain content of a page was not made')
      return null
    }
  }
}

async function visitorOf(
  { sessions, policy }: DecoratorDeps,
  request: FastifyRequest,
): Promise<Actor | null> {
  try {
    const credentials = readCredentials(
      request.headers,
      cookieNames(policy, schemeOf(policy, request.protocol)),
    )
    return credentials.kind === 'none' ? null : await sessions.authenticate(credentials.accessToken)
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** Russian where the browser puts it before English (RFC 9110 §12.5.4, without weights: browsers sort by them). */
function languageOf({ headers }: FastifyRequest): 'en' | 'ru' {
  const known = /\b(en|ru)\b/i.exec(headers['accept-language'] ?? '')?.[1]
  return known?.toLowerCase() === 'ru' ? 'ru' : 'en'
}
