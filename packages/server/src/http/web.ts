// Serves the built web app: its page under the addresses that it knows, its assets, and the few files beside them.
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { appPolicy, setPageHeaders } from './page-headers.ts'

/** The app's own addresses. Anywhere else its page says, with 404, that there is nothing. */
const pages = ['/', '/login', '/register', '/messenger', '/messenger/*']

/** Keeps the app's page on the device, and answers with that. */
const serviceWorker = 'service-worker.js'

const missingPage = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Parley</title></head>
<body>
<h1>The web app has not been built</h1>
<p>The server runs, and its API is documented under <a href="/docs">/docs</a>.</p>
<p>Run <code>npm run build</code> and start the server again.</p>
</body>
</html>
`

export interface WebOptions {
  /** Further addresses of the app's page. */
  readonly pages?: readonly string[]
  /** HTML for the end of the page's body; null for none. Its texts are escaped. */
  decorate?(request: FastifyRequest): Promise<string | null>
}

/** Needs `reply.sendFile`. What lies in the folder is looked at once, here. */
export async function registerWeb(
  server: FastifyInstance,
  root: string,
  options: WebOptions = {},
): Promise<void> {
  const files = await filesIn(root)
  const urls = [...pages, ...(options.pages ?? [])]
  if (!files.includes('index.html')) {
    for (const url of urls) server.get(url, sendMissing)
    return
  }
  for (const url of urls) {
    server.get(url, async (request, reply) => {
      const more = (await options.decorate?.(request)) ?? null
      return more === null
        ? sendFresh(request, reply, 'index.html', root)
        : sendDecorated(request, reply, root, more)
    })
  }
  server.pageOfWrongLinks = (request, reply) => sendDecorated(request, reply, root, '')
  for (const name of files.filter(isBesideTheApp)) {
    // Pages that are made for one person at one moment come from the server each time.
    if (name === serviceWorker && options.decorate !== undefined) continue
    server.get(`/${name}`, (request, reply) => sendFresh(request, reply, name, root))
  }
  server.get<{ Params: { '*': string } }>('/assets/*', (request, reply) => {
    setPageHeaders(reply, {})
    // Their names change with their content.
    reply.header('cache-control', 'public, max-age=31536000, immutable')
    return reply.sendFile(request.params['*'], join(root, 'assets'), { cacheControl: false })
  })
}

/** The page and its assets have routes of their own; packed copies are sent in place of what they were made from. */
const isBesideTheApp = (name: string): boolean =>
  name !== 'index.html' && !/^assets\/|(^|\/)\.|\.(br|gz)$/.test(name)

/** With forward slashes, relative to the folder; none when there is no such folder. */
async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, recursive: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/** May be kept, but is asked for again each time: these names stay while their content changes. */
function sendFresh(request: FastifyRequest, reply: FastifyReply, name: string, root: string): FastifyReply {
  setPageHeaders(reply, appPolicy(request))
  return reply.sendFile(name, root, { cacheControl: false })
}

/** For one person at one moment: nothing keeps it. */
async function sendDecorated(
  request: FastifyRequest,
  reply: FastifyReply,
  root: string,
  more: string,
): Promise<FastifyReply> {
  const page = await readFile(join(root, 'index.html'), 'utf8')
  const end = page.lastIndexOf('</body>')
  const at = end < 0 ? page.length : end
  setPageHeaders(reply, appPolicy(request))
  return reply
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page.slice(0, at) + more + page.slice(at))
}

function sendMissing(_: FastifyRequest, reply: FastifyReply): FastifyReply {
  setPageHeaders(reply, {})
  return reply.code(503).header('retry-after', '60').type('text/html; charset=utf-8').send(missingPage)
}
