// How the plain pages look. A file of its own, because the pages' policy allows no style inside them.
import { route } from '../../kit/route.ts'

export const stylePath = '/static/css/plain.css'

const style = `#root { display: none }
.plain { max-width: 42rem; margin: 0 auto; padding: 1rem; line-height: 1.5; font-family: system-ui, sans-serif }
.plain header { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin-bottom: 1rem }
.plain header form { margin-left: auto }
.plain h1 { margin: 0 0 1rem; font-size: 1.5rem; overflow-wrap: anywhere }
.plain h2 { margin: 1.5rem 0 0.5rem; font-size: 1.15rem }
.plain a { text-decoration: underline }
.plain ul, .plain ol { margin: 0; padding: 0; list-style: none }
.plain li { padding: 0.4rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere }
.plain form { margin: 0.5rem 0 }
.plain label { display: block; margin: 0.5rem 0 }
.plain input, .plain select, .plain textarea {
  display: block; width: 100%; box-sizing: border-box; margin-top: 0.2rem; padding: 0.5rem;
  border: 1px solid #8888; border-radius: 0.4rem; background: transparent; color: inherit; font: inherit }
.plain option { color: initial }
.plain button { padding: 0.5rem 1rem; border: 0; border-radius: 0.4rem; background: #2f6feb; color: #fff; font: inherit; cursor: pointer }
.plain .message p { margin: 0; white-space: pre-wrap }
.plain .meta { font-size: 0.85rem; opacity: 0.75 }
.plain .own { text-align: right }
.plain .error { padding: 0.5rem 0.75rem; border-left: 3px solid #d33 }
.plain .quiet { border: 1px solid #8888; background: transparent; color: inherit }
.plain footer { margin-top: 1.5rem }
`

export const styleRoute = route({
  method: 'GET',
  path: stylePath,
  auth: 'none',
  summary: 'How the plain pages look',
  hidden: true,
  answers: { 200: null },
  async handle(_, { reply }) {
    reply.header('cache-control', 'public, max-age=3600')
    return { status: 200, text: { type: 'text/css; charset=utf-8', content: style } }
  },
})
