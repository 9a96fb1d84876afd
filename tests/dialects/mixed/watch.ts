// Every socket of every contract at one chat, and what they were told in words that are the same for all contracts.
import { expect } from 'vitest'
import { expectItem } from '../../access/dialects/answer-shapes.ts'
import type { DialectListener } from '../../access/dialects/dialect-listener.ts'
import { viewsOf } from '../../access/dialects/views.ts'
import type { Happening, MixedChat, Said } from './chat.ts'
import type { Contract, Fields, Raw } from './contracts.ts'
import { short, type Viewpoint } from './look.ts'
import { enter } from './through.ts'

export interface Watcher {
  readonly contract: Contract
  readonly path: string
  /** What was said before. */
  readonly known: readonly Raw[]
  readonly listener: DialectListener
}

/** All of a contract's sockets that tell of chats. */
export async function watch(
  contract: Contract,
  { stage, chatId }: MixedChat,
  { place }: Viewpoint,
): Promise<Watcher[]> {
  const view = viewsOf(stage)[contract.name] ?? expect.unreachable(`${contract.name} has no views`)
  const known = (await view.history(chatId, place.self)) as unknown as readonly Raw[]
  return Promise.all(
    Object.keys(contract.ears).map(async (path) => {
      const listener = await enter(stage, contract.name, path, place)
      await listener.heard()
      return { contract, path, known, listener }
    }),
  )
}

const earOf = ({ contract, path }: Watcher) => contract.ears[path] ?? expect.unreachable(path)

/** What the socket is to tell the viewer of it. */
export function expectedOf(
  watcher: Watcher,
  happenings: readonly Happening[],
  { viewer }: Viewpoint,
): string[] {
  const { hears, says } = earOf(watcher)
  return happenings
    .filter((happening) => hears(happening, ({ by }: Said) => by === viewer))
    .map((happening) => says ?? wordsOf(happening, watcher.contract))
}

function wordsOf(happening: Happening, { shown }: Contract): string {
  if (happening.what === 'typing') return `${happening.by} types`
  const text = short(shown(happening.said))
  return happening.what === 'read' ? `${happening.by} has read: ${text}` : `${happening.what}: ${text}`
}

export interface Hearing {
  readonly told: readonly string[]
  /** The last that was told of each message, as it came. */
  readonly messages: readonly Raw[]
  readonly raw: readonly unknown[]
}

/** What the socket told, once it has told so much and everything else that came before. Every message in a frame is as the contract's document has it. */
export async function heardBy(watcher: Watcher, count: number, { roleOf }: Viewpoint): Promise<Hearing> {
  const { contract, known, listener } = watcher
  await listener.hears(count)
  const frames = (await listener.heard()).map((text) => JSON.parse(text) as Fields)
  const texts = new Map(known.map((message) => [String(message.id), contract.textOf(message)]))
  const messages = new Map<string, Raw>()
  const textOf = (id: unknown) => short(texts.get(String(id)) ?? `${id}, which nobody knows`)
  const toldBy = (frame: Fields): string => {
    const said = earOf(watcher).read(frame)
    switch (said.what) {
      case 'message':
      case 'edit': {
        const { message } = said
        expectItem(contract.name, contract.history, message)
        texts.set(String(message.id), contract.textOf(message))
        messages.set(String(message.id), message)
        return `${said.what}: ${short(contract.textOf(message))}`
      }
      case 'deletion':
        return `deletion: ${textOf(said.id)}`
      case 'read':
        return `${roleOf(said.by)} has read: ${textOf(said.id)}`
      case 'typing':
        return `${roleOf(said.by)} types`
      case 'other':
        return said.words
    }
  }
  return { told: frames.map(toldBy), messages: [...messages.values()], raw: frames }
}

/** A message is the same in frames and in the history, but for what the contract's frames say otherwise. Throws. */
export function expectSame(
  { otherInFrames }: Contract,
  heard: readonly Raw[],
  history: readonly Raw[],
): void {
  for (const message of heard) {
    const stored = history.find(({ id }) => id === message.id)
    if (stored === undefined) continue
    const fields = Object.keys(stored).filter((field) => !otherInFrames.includes(field))
    const pick = (from: Raw) => Object.fromEntries(fields.map((field) => [field, from[field]]))
    expect(pick(message), 'a message is the same in frames and in the history').toEqual(pick(stored))
  }
}
