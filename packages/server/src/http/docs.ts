// The documentation that the server carries with it: OpenAPI, AsyncAPI, their readers, and what each problem type means. Every
// asset comes from this server.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { errorCodes, errorRow } from '@parley/protocol'
import { asyncapi } from '@parley/protocol/asyncapi'
import { openapi } from '@parley/protocol/openapi'
import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'
import { type ContentPolicy, setPageHeaders } from './page-headers.ts'

const { resolve } = createRequire(import.meta.url)
const swaggerRoot = dirname(resolve('swagger-ui-dist/package.json'))
const redocRoot = join(dirname(resolve('redoc/package.json')), 'bundles')

const swaggerFiles = ['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']

/** Both readers put style elements into their pages; neither needs inline script. */
const readerPolicy: ContentPolicy = {
  'script-src': "'self'",
  'style-src': "'self' 'unsafe-inline'",
  'img-src': "'self' data:",
  'font-src': "'self' data:",
  'connect-src': "'self'",
}
/** Redoc searches in a worker that it makes from a blob. Its logo, from a server of its maker, is kept out by the policy. */
const redocPolicy: ContentPolicy = { ...readerPolicy, 'worker-src': 'blob:' }

const swaggerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<style>body{margin:0}</style>
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/initializer.js"></script>
</body>
</html>
`

const swaggerInitializer = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
})
`

const redocPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Parley API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<style>body{margin:0}</style>
</head>
<body>
<redoc spec-url="/openapi.json" theme='{"typography":{"fontFamily":"system-ui","headings":{"fontFamily":"system-ui"}}}'></redoc>
<script src="/redoc/redoc.standalone.js"></script>
</body>
</html>
`

/** Needs `reply.sendFile`. */
export function registerDocs(server: FastifyInstance): void {
  registerDocument(server, '/openapi.json', openapi)
  registerDocument(server, '/asyncapi.json', asyncapi)
  registerText(server, '/docs', 'text/html', swaggerPage, readerPolicy)
  registerText(server, '/docs/initializer.js', 'text/javascript', swaggerInitializer, readerPolicy)
  for (const name of swaggerFiles) registerAsset(server, `/docs/${name}`, swaggerRoot, name)
  registerText(server, '/redoc', 'text/html', redocPage, redocPolicy)
  registerAsset(server, '/redoc/redoc.standalone.js', redocRoot, 'redoc.standalone.js')
  registerProblemTypes(server)
}

/** The document is made at the first request, so that it costs no start any time. */
function registerDocument(server: FastifyInstance, url: string, make: () => object): void {
  let text: string | null = null
  server.get(url, async (_, reply) => {
    text ??= JSON.stringify(make())
    return reply.header('cache-control', 'no-cache').type('application/json; charset=utf-8').send(text)
  })
}

function registerText(
  server: FastifyInstance,
  url: string,
  type: string,
  text: string,
  policy: ContentPolicy,
): void {
  server.get(url, async (_, reply) => {
    setPageHeaders(reply, policy)
    return reply.type(`${type}; charset=utf-8`).send(text)
  })
}

function registerAsset(server: FastifyInstance, url: string, root: string, name: string): void {
  server.get(url, (_, reply) => {
    setPageHeaders(reply, {})
    reply.header('cache-control', 'public, max-age=3600')
    return reply.sendFile(name, root, { cacheControl: false })
  })
}

/** What the `type` of a problem points at. */
function registerProblemTypes(server: FastifyInstance): void {
  server.get<{ Params: { code: string } }>('/problems/:code', async (request, reply) => {
    const code = errorCodes.find((one) => one === request.params.code)
    if (code === undefined) throw new AppError('not_found')
    const { status, title, retryable } = errorRow(code)
    return reply
      .type('application/json; charset=utf-8')
      .send(JSON.stringify({ code, status, title, retryable }))
  })
}
