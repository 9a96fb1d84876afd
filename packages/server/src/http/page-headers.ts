// The security headers of pages: a Content-Security-Policy as narrow as each page allows.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isPlainHost } from './origins.ts'

/** What a policy allows beyond nothing, by directive. */
export type ContentPolicy = Readonly<Record<string, string>>

const pageHeaders = {
  'x-content-type-options': 'nosniff',
  // Not no-referrer: with that, browsers send `Origin: null` for some calls of our own pages.
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()',
  'x-frame-options': 'DENY',
  'cache-control': 'no-cache',
}

/** The web app: its own files and its own server, no inline script or style, nobody's frame. */
export function appPolicy(request: FastifyRequest): ContentPolicy {
  // Older browsers do not count the socket of the same host as 'self'.
  const socket = isPlainHost(request.host) ? ` ws://${request.host} wss://${request.host}` : ''
  return {
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data: blob:",
    'media-src': "'self' blob:",
    'font-src': "'self'",
    'connect-src': `'self'${socket}`,
    'manifest-src': "'self'",
    'worker-src': "'self'",
  }
}

/** Sets the headers of a page, or of the files that pages are made of. */
export function setPageHeaders(reply: FastifyReply, policy: ContentPolicy): void {
  const directives = {
    'default-src': "'none'",
    ...policy,
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
    'form-action': "'self'",
  }
  const text = Object.entries(directives).map(([name, sources]) => `${name} ${sources}`)
  reply.headers({ ...pageHeaders, 'content-security-policy': text.join('; ') })
}
