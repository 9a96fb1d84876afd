// Who is connected while an import runs.
import { Parley } from '@parley/client'
import { expect, test } from 'vitest'
import { importFrom } from '../../packages/server/src/composition/importer.ts'
import { connectionUrl } from '../../packages/server/src/embedded/endpoint.ts'
import { silentLog } from '../../packages/server/src/storage/test/fixture.ts'
import { startTestServer } from '../../packages/server/test/harness.ts'
import { emptyDatabase } from '../../packages/server/test/harness-database.ts'
import { fillDatabase, inDatabase } from './program.ts'
import { programs } from './programs.ts'
import { worldPassword } from './world.ts'

test('T1: whoever is connected gets what is imported meanwhile, in order, by what compares sockets with the database', async () => {
  const program = programs['windi-messenger']
  const other = await emptyDatabase()
  const server = await startTestServer()
  try {
    const world = await fillDatabase(program, other.connection, { people: 8, chats: 3, messages: 60 })
    const takeOver = () =>
      importFrom(
        server.settings.database,
        { from: program.name, url: connectionUrl(other.connection), matchEmails: false, dryRun: false },
        { log: silentLog, onRemark: (remark) => expect(remark).toBeUndefined(), onProgress: () => undefined },
      )
    await takeOver()
    const [chat] = world.chats
    const [reader, writer] = chat?.members ?? []
    if (chat === undefined || reader === undefined || writer === undefined) throw new Error('Two talk')
    const login = { login: reader.person.email, password: worldPassword }
    const parley = await Parley.login({ url: server.url }, login)
    const heard: string[] = []
    const events = parley.events()
    const listening = (async () => {
      for await (const event of events)
        if (event.type === 'message_created') heard.push(event.message.text ?? '')
    })()
    const chatHere = () =>
      parley.replica.chats().find(({ created_at }) => created_at === chat.createdAt.toISOString())
    const chatId = chatHere()?.id ?? ''
    await parley.chats.handle(chatId).loadLatest()

    let end = chat.messages.at(-1)?.at.getTime() ?? 0
    const takeMore = async (count: number) => {
      const messages = Array.from({ length: count }, (_, index) => ({
        ...{ id: crypto.randomUUID(), chatId: chat.ids[0], sender: writer.person },
        ...{ text: `${index + 1} of ${count}`, at: new Date(end + index + 1), reads: new Map() },
      }))
      end += count
      await inDatabase(other.connection, (client) => program.writeMessages(client, { ...chat, messages }))
      expect((await takeOver()).message.added).toBe(count)
      // What a second does for a thirtieth of those who are connected, at once for all.
      server.app.ports.reconciler.all()
      return messages.map(({ text }) => text)
    }
    const few = await takeMore(20)
    await expect.poll(() => heard, { timeout: 30_000 }).toEqual(few)
    // Too many to be told one by one: the client asks for what it missed.
    const many = await takeMore(1_000)
    const shown = () =>
      parley.replica.timeline(chatId).items.map((item) => (item.state === 'sent' ? item.message.text : item))
    const total = chat.messages.length + few.length + many.length
    await expect.poll(() => chatHere()?.last_seq, { timeout: 30_000 }).toBe(total)
    await expect.poll(() => shown().at(-1), { timeout: 30_000 }).toBe(many.at(-1))
    const tail = shown().slice(-50)
    expect(tail).toEqual(many.slice(-tail.length))
    await parley.close()
    await listening
  } finally {
    await server.stop()
    await other.drop()
  }
})
