// What is not here: 404, or 405 with `Allow` where another method would be. Who followed a wrong link in a browser gets a page.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../core/errors.ts'

/** Sends a page that says that there is nothing at this address. */
type SendPage = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

declare module 'fastify' {
  interface FastifyInstance {
    /** For browsers that followed a wrong link; null where there are no pages. */
    pageOfWrongLinks: SendPage | null
  }
}

interface KnownPath {
  readonly pattern: RegExp
  readonly methods: Set<string>
}

/**
 * Answers requests that no route takes. Known paths are learnt from the routes that are registered after this call; those with a
 * wildcard do not count. The body of such a request is not read.
 */
export function answerUnknownRoutes(server: FastifyInstance): void {
  server.decorate('pageOfWrongLinks', null)
  const known = new Map<string, KnownPath>()
  server.addHook('onRoute', ({ url, method }) => {
    if (url.includes('*')) return
    const pattern = pathPattern(url)
    const entry = known.get(pattern.source) ?? { pattern, methods: new Set() }
    known.set(pattern.source, entry)
    for (const name of [method].flat()) entry.methods.add(name)
  })
  const refuse = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const path = request.url.split('?', 1)[0] ?? ''
    const entries = [...known.values()].filter((entry) => entry.pattern.test(path))
    const methods = new Set(entries.flatMap((entry) => [...entry.methods]))
    if (methods.size === 0 && server.pageOfWrongLinks !== null && isWrongLink(request)) {
      return server.pageOfWrongLinks(request, reply.code(404))
    }
    if (methods.size === 0 || methods.has(request.method)) throw new AppError('not_found')
    reply.header('allow', [...methods].sort().join(', '))
    throw new AppError('method_not_allowed')
  }
  server.addHook('onRequest', async (request, reply) => {
    if (request.is404) return refuse(request, reply)
  })
  // For handlers that find out by themselves that there is nothing to send.
  server.setNotFoundHandler(refuse)
}

/** A browser shows what comes as a page. Below these paths are programs' addresses, which answer programs alike in every client. */
export const isWrongLink = ({ method, url, headers }: FastifyRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  (headers.accept?.includes('text/html') ?? false) &&
  !/^\/(api|compat|assets)\//.test(url)

/** `/chats/:chat_id` as a pattern for whole paths, with or without a slash at the end. */
function pathPattern(url: string): RegExp {
  const segments = url.split('/').filter((segment) => segment !== '')
  const parts = segments.map((part) => (part.startsWith(':') ? '[^/]+' : part.replaceAll('.', '\\.')))
  return new RegExp(`^/${parts.join('/')}/?$`)
}
