// Serves the built web app: its page under the addresses that it knows, its assets, and the few files beside them.
import { readdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { appPolicy, setPageHeaders } from './page-headers.ts'

/** The app's own addresses; anything else is not found, so that a wrong link says so. */
const pages = ['/', '/login', '/register', '/messenger', '/messenger/*']

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

/** Needs `reply.sendFile`. What lies in the folder is looked at once, here. */
export async function registerWeb(server: FastifyInstance, root: string): Promise<void> {
  const files = await filesIn(root)
  if (!files.includes('index.html')) {
    for (const url of pages) server.get(url, sendMissing)
    return
  }
  for (const url of pages) server.get(url, (request, reply) => sendFresh(request, reply, 'index.html', root))
  for (const name of files.filter(isBesideTheApp)) {
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

function sendMissing(_: FastifyRequest, reply: FastifyReply): FastifyReply {
  setPageHeaders(reply, {})
  return reply.code(503).header('retry-after', '60').type('text/html; charset=utf-8').send(missingPage)
}
