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

/** Where a document and its readers are, and what the pages are called. */
export interface DocsPlace {
  /** `/docs` and the rest are below it; empty for the root. */
  readonly base: string
  readonly title: string
}

const swaggerPage = ({ base, title }: DocsPlace) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${base}/docs/favicon-32x32.png">
<style>body{margin:0}</style>
<link rel="stylesheet" href="${base}/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="${base}/docs/swagger-ui-bundle.js"></script>
<script src="${base}/docs/initializer.js"></script>
</body>
</html>
`

const swaggerInitializer = ({ base }: DocsPlace) => `SwaggerUIBundle({
  url: '${base}/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  validatorUrl: null,
})
`

const redocPage = ({ base, title }: DocsPlace) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="${base}/docs/favicon-32x32.png">
<style>body{margin:0}</style>
</head>
<body>
<redoc spec-url="${base}/openapi.json" theme='{"typography":{"fontFamily":"system-ui","headings":{"fontFamily":"system-ui"}}}'></redoc>
<script src="${base}/redoc/redoc.standalone.js"></script>
</body>
</html>
`

/** Needs `reply.sendFile`. */
export function registerDocs(server: FastifyInstance): void {
  registerReaders(server, { base: '', title: 'Parley API' }, openapi)
  registerDocument(server, '/asyncapi.json', asyncapi)
  registerProblemTypes(server)
}

/** An OpenAPI document with Swagger UI and Redoc to read it. Needs `reply.sendFile`. */
export function registerReaders(server: FastifyInstance, place: DocsPlace, document: () => object): void {
  const { base } = place
  registerDocument(server, `${base}/openapi.json`, document)
  registerText(server, `${base}/docs`, 'text/html', swaggerPage(place), readerPolicy)
  registerText(
    server,
    `${base}/docs/initializer.js`,
    'text/javascript',
    swaggerInitializer(place),
    readerPolicy,
  )
  for (const name of swaggerFiles) registerAsset(server, `${base}/docs/${name}`, swaggerRoot, name)
  registerText(server, `${base}/redoc`, 'text/html', redocPage(place), redocPolicy)
  registerAsset(server, `${base}/redoc/redoc.standalone.js`, redocRoot, 'redoc.standalone.js')
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
