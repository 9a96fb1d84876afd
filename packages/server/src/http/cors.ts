// Lets pages of the origins that the operator named call with credentials, and read what the answers say in headers.
import cors from '@fastify/cors'
import type { FastifyInstance } from 'fastify'

/** Answers of other origins carry no CORS header at all, so that their pages can read nothing. */
export async function allowOrigins(server: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return
  await server.register(cors, {
    origin: async (origin: string | undefined) =>
      origin !== undefined && origins.includes(origin) ? origin : false,
    credentials: true,
    strictPreflight: false,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [
      'authorization',
      'content-type',
      'idempotency-key',
      'parley-user',
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
  })
}
