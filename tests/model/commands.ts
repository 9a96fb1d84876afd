// Random commands: each is carried out by a real client on the real server and by the plain model, and both must agree.
import { type ErrorCode, errorCodes, type Role } from '@parley/protocol'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { expect } from 'vitest'
import { comeBack, goOffline, type Person } from './person.ts'
import type { PlainModel, Verdict } from './plain-model.ts'

export interface World {
  readonly people: readonly Person[]
}

type Command = fc.AsyncCommand<PlainModel, World>

/** What a call came to: null, or the code of its error. */
async function verdictOf(call: Promise<unknown>): Promise<Verdict> {
  try {
    await call
    return null
  } catch (error) {
    const code = (error as { code?: string }).code
    if (code !== undefined && (errorCodes as string[]).includes(code)) return code as ErrorCode
    throw error
  }
}

/** Picks by a random number, so that shrinking keeps meaning when the world is smaller. */
const pick = <T>(items: readonly T[], index: number): T | undefined => items[index % items.length]

const personAt = (world: World, index: number): Person => {
  const person = pick(world.people, index)
  if (person === undefined) throw new Error('a world without people')
  return person
}

/** A command of somebody who is online; it is skipped for those who are not. */
function online(
  name: string,
  who: number,
  run: (model: PlainModel, person: Person, world: World) => Promise<void>,
): Command {
  return {
    check: () => true,
    toString: () => `${who}:${name}`,
    async run(model, world) {
      const person = personAt(world, who)
      if (!person.line.isCut) await run(model, person, world)
    },
  }
}

const chatAt = (model: PlainModel, index: number) => pick([...model.chats.values()], index)

const messageAt = (model: PlainModel, index: number) =>
  pick(
    [...model.chats.values()].flatMap((chat) => chat.messages),
    index,
  )

const createGroup = (who: number, others: number[], channel: boolean, open: boolean): Command =>
  online(`group(${others})`, who, async (model, person, world) => {
    const settings = {
      posting: channel ? 'admins' : 'everyone',
      visibility: open ? 'public' : 'private',
    } as const
    const ids = [...new Set(others.map((other) => personAt(world, other).id))]
    const chat = await person.client.chats.createGroup({ title: 'Группа', memberIds: ids, ...settings })
    model.addChat(chat.id, 'group', person.id, ids, settings)
  })

const openDirect = (who: number, other: number): Command =>
  online(`direct(${other})`, who, async (model, person, world) => {
    const peer = personAt(world, other).id
    const chat = await person.client.chats.direct(peer)
    if (model.chats.has(chat.id)) return
    model.addChat(chat.id, 'direct', person.id, [peer], { posting: 'everyone', visibility: 'private' })
  })

const sendTo = (who: number, where: number, text: string): Command =>
  online(`send(${where})`, who, async (model, person) => {
    const chat = chatAt(model, where)
    if (chat === undefined) return
    const id = uuidv7()
    const verdict = await verdictOf(person.client.chats.handle(chat.id).send(text, { id }))
    expect(verdict).toBe(model.send(person.id, chat.id, id, text))
    if (verdict !== null) await person.client.chats.handle(chat.id).discard(id)
  })

/** The same id again, by the sender or by somebody else. */
const sendAgain = (who: number, which: number): Command =>
  online(`again(${which})`, who, async (model, person) => {
    const message = messageAt(model, which)
    const found = message && model.findMessage(message.id)
    if (!message || !found || found.chat.deleted) return
    const call = person.client.call('sendMessage', {
      params: { chat_id: found.chat.id },
      body: { id: message.id, text: 'a second attempt' },
    })
    const verdict = await verdictOf(call)
    expect(verdict).toBe(model.send(person.id, found.chat.id, message.id, 'a second attempt'))
    if (verdict === null)
      expect((await call).message).toMatchObject({ id: message.id, seq: found.seq, text: message.text })
  })

const edit = (who: number, which: number, text: string): Command =>
  online(`edit(${which})`, who, async (model, person) => {
    const message = messageAt(model, which)
    if (message === undefined) return
    const call = person.client.call('editMessage', { params: { message_id: message.id }, body: { text } })
    expect(await verdictOf(call)).toBe(model.edit(person.id, message.id, text))
  })

const remove = (who: number, which: number): Command =>
  online(`delete(${which})`, who, async (model, person) => {
    const message = messageAt(model, which)
    const found = message && model.findMessage(message.id)
    if (!message || !found) return
    const handle = person.client.chats.handle(found.chat.id)
    expect(await verdictOf(handle.delete(message.id))).toBe(model.delete(person.id, message.id))
  })

const read = (who: number, where: number, seq: number): Command =>
  online(`read(${where},${seq})`, who, async (model, person) => {
    const chat = chatAt(model, where)
    if (chat === undefined) return
    const call = person.client.call('markRead', { params: { chat_id: chat.id }, body: { seq } })
    expect(await verdictOf(call)).toBe(model.read(person.id, chat.id, seq))
  })

const addMember = (who: number, where: number, whom: number): Command =>
  online(`add(${where},${whom})`, who, async (model, person, world) => {
    const chat = chatAt(model, where)
    if (chat === undefined) return
    const added = personAt(world, whom).id
    const call = person.client.call('addMembers', {
      params: { chat_id: chat.id },
      body: { user_ids: [added] },
    })
    expect(await verdictOf(call)).toBe(model.add(person.id, chat.id, added))
  })

const removeMember = (who: number, where: number, whom: number): Command =>
  online(`remove(${where},${whom})`, who, async (model, person, world) => {
    const chat = chatAt(model, where)
    if (chat === undefined) return
    const target = personAt(world, whom).id
    const call = person.client.call('removeMember', { params: { chat_id: chat.id, user_id: target } })
    expect(await verdictOf(call)).toBe(model.remove(person.id, chat.id, target))
  })

const setRole = (who: number, where: number, whom: number, role: Role): Command =>
  online(`role(${where},${whom},${role})`, who, async (model, person, world) => {
    const chat = chatAt(model, where)
    if (chat === undefined) return
    const target = personAt(world, whom).id
    const call = person.client.call('updateMember', {
      params: { chat_id: chat.id, user_id: target },
      body: { role },
    })
    expect(await verdictOf(call)).toBe(model.setRole(person.id, chat.id, target, role))
  })

const disconnect = (who: number): Command =>
  online('disconnect', who, async (_model, person) => goOffline(person))

/** Written without a line: shown as pending, sent on coming back, in this order. */
const sendOffline = (who: number, where: number, text: string): Command => ({
  check: () => true,
  toString: () => `${who}:sendOffline(${where})`,
  async run(model, world) {
    const person = personAt(world, who)
    const chat = chatAt(model, where)
    if (!person.line.isCut || chat === undefined || model.visible(chat.id, person.id) === null) return
    const id = uuidv7()
    const done = verdictOf(person.client.chats.handle(chat.id).send(text, { id })).then(String)
    person.pending.push({ chatId: chat.id, id, text, done })
  },
})

const resume = (who: number): Command => ({
  check: () => true,
  toString: () => `${who}:resume`,
  async run(model, world) {
    const person = personAt(world, who)
    if (person.line.isCut) await resumePerson(model, person)
  },
})

/** Comes back; what was written offline is now sent, and the model hears of it in the order of writing. */
export async function resumePerson(model: PlainModel, person: Person): Promise<void> {
  await comeBack(person)
  for (const send of person.pending.splice(0)) {
    const verdict = await send.done
    expect(verdict).toBe(String(model.send(person.id, send.chatId, send.id, send.text)))
    if (verdict !== 'null') await person.client.chats.handle(send.chatId).discard(send.id)
  }
}

const index = fc.nat(1000)
const text = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .map((value) => `.${value.replaceAll('\0', '')}`)
const role = fc.constantFrom<Role>('owner', 'admin', 'member')

/** Every kind of command, those of every day more often. */
export const anyCommand: fc.Arbitrary<Command>[] = [
  fc
    .tuple(index, fc.array(index, { maxLength: 3 }), fc.boolean(), fc.boolean())
    .map((args) => createGroup(...args)),
  fc.tuple(index, index).map((args) => openDirect(...args)),
  ...Array.from({ length: 4 }, () => fc.tuple(index, index, text).map((args) => sendTo(...args))),
  fc.tuple(index, index).map((args) => sendAgain(...args)),
  fc.tuple(index, index, text).map((args) => edit(...args)),
  fc.tuple(index, index).map((args) => remove(...args)),
  ...Array.from({ length: 2 }, () => fc.tuple(index, index, fc.nat(30)).map((args) => read(...args))),
  fc.tuple(index, index, index).map((args) => addMember(...args)),
  fc.tuple(index, index, index).map((args) => removeMember(...args)),
  fc.tuple(index, index, index, role).map((args) => setRole(...args)),
  fc.tuple(index).map((args) => disconnect(...args)),
  ...Array.from({ length: 2 }, () => fc.tuple(index, index, text).map((args) => sendOffline(...args))),
  fc.tuple(index).map((args) => resume(...args)),
]
