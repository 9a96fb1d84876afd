// Lets pages of the origins that the operator named call with credentials, and read what the answers say in headers.
import cors, { type FastifyCorsOptions } from '@fastify/cors'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isNamedOrigin, type OriginPolicy } from './origins.ts'

/** Answers of other origins carry no CORS header at all, so that their pages can read nothing. */
export async function allowOrigins(
  server: FastifyInstance,
  policy: Pick<OriginPolicy, 'allowedOrigins' | 'ownMachineOrigins'>,
): Promise<void> {
  if (policy.allowedOrigins.length + (policy.ownMachineOrigins ?? []).length === 0) return
  await server.register(cors, {
    delegator: async (request: FastifyRequest) => {
      const { origin } = request.headers
      const isNamed = origin !== undefined && isNamedOrigin(policy, request, origin)
      return isNamed ? { ...allowing, origin } : refusing
    },
  })
}

const refusing: FastifyCorsOptions = { origin: false }

const allowing: FastifyCorsOptions = {
  credentials: true,
  strictPreflight: false,
  methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowedHeaders: [
    'authorization',
    'content-type',
    'idempotency-key',
    'x-request-id',
    'range',
    'if-none-match',
  ],
  exposedHeaders: [
    'x-request-id',
    'retry-after',
    'ratelimit',
    'ratelimit-policy',
    'etag',
    'content-disposition',
    'content-range',
  ],
  maxAge: 600,
}
