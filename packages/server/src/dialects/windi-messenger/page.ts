// The page on which the socket can be tried by hand. It finds the API beside itself, wherever that is mounted.
import { join } from 'node:path'
import { appPolicy, setPageHeaders } from '../../http/page-headers.ts'
import { route, sent } from '../kit/route.ts'

const root = join(import.meta.dirname, 'static')
const files = ['index.html', 'app.js', 'texts.js', 'view.js', 'style.css']

export const pageRoutes = files.map((name) =>
  route({
    method: 'GET',
    path: `/static/${name}`,
    auth: 'none',
    summary: 'Страница для проверки WebSocket',
    hidden: true,
    answers: { 200: null },
    async handle(_, { request, reply }) {
      setPageHeaders(reply, appPolicy(request))
      reply.sendFile(name, root, { cacheControl: false })
      return sent
    },
  }),
)
