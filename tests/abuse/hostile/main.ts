// The hostile one, in a process of its own: what it spends itself must not slow down whoever is measured. Arguments: the sort, the server's
// address, its own address, the login of the innocent one. Says `ready` and waits for a line before it begins; it ends when its input does.
import { once } from 'node:events'
import { setPriority } from 'node:os'
import { Visitor } from '../visitor.ts'
import { sortOf } from './sorts.ts'

const [name = '', url = '', address = '', innocent = ''] = process.argv.slice(2)
// It stands for machines elsewhere: on this one the server goes first.
setPriority(19)
// Connections that are cut are what it is here for.
process.on('uncaughtException', (error) => process.stderr.write(`${error.message}\n`))

const sort = sortOf(name)
const visitor = new Visitor(url, address)
const account = await visitor.register(`hostile-${name}`)
const { chat } = await visitor.ask({
  method: 'POST',
  path: '/api/v1/chats',
  token: account.token,
  body: { kind: 'group', title: 'Hostile', member_ids: [] },
})
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const over = new AbortController()
process.stdin.once('end', () => over.abort())
await sort({ visitor, account, chatId: (chat as { id: string }).id, innocent, signal: over.signal })
process.exit(0)
