// Which pages of other origins may call, and what they can read of the answers.
import cors, { type FastifyCorsOptions } from '@fastify/cors'
import { userHeader } from '@parley/protocol/openapi'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isNamedOrigin, type OriginPolicy } from './origins.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** For contracts whose clients send headers of their own: pages may send any header to what is below the base. */
    allowAnyHeaderBelow(base: string): void
  }
}

const headers = [
  'authorization',
  'content-type',
  'idempotency-key',
  userHeader,
  'x-request-id',
  'range',
  'if-none-match',
]

const anyOrigin: FastifyCorsOptions = {
  origin: '*',
  strictPreflight: false,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  exposedHeaders: [
    'x-request-id',
    'retry-after',
    'ratelimit',
    'ratelimit-policy',
    'etag',
    'content-disposition',
    'content-range',
    'link',
  ],
  maxAge: 600,
}

/**
 * Pages of the origins that the operator named call with credentials. Those of any other call without: a page that holds a token is a
 * client like any program, and to an answer for `*` browsers add no cookies and show nothing that was asked for with them.
 */
export async function allowOrigins(
  server: FastifyInstance,
  policy: Pick<OriginPolicy, 'allowedOrigins' | 'ownMachineOrigins'>,
): Promise<void> {
  const open = new Set<string>()
  server.decorate('allowAnyHeaderBelow', (base: string) => void open.add(`${base}/`))
  await server.register(cors, {
    delegator: async (request: FastifyRequest): Promise<FastifyCorsOptions> => {
      const { origin, 'access-control-request-method': method } = request.headers
      // An OPTIONS that asks about no method is none of a browser's: the routes answer it.
      const asked = { ...anyOrigin, preflight: method !== undefined }
      const isOpen = [...open].some((base) => request.url.startsWith(base))
      const options = isOpen ? asked : { ...asked, allowedHeaders: headers }
      const isNamed = origin !== undefined && isNamedOrigin(policy, request, origin)
      return isNamed ? { ...options, origin, credentials: true } : options
    },
  })
}
