// The contracts that look into a chat: how each tells a message, which of the things that happen its sockets tell, and where its history is.
import type { Happening, Said } from './chat.ts'

/** A message as the contract has it, wherever it stands. */
export interface Raw {
  readonly id: string | number
  readonly text: string
  readonly [field: string]: unknown
}

/** What a frame says. `by` is an id, or a name where the contract tells no id. */
type Told =
  | { readonly what: 'message' | 'edit'; readonly message: Raw }
  | { readonly what: 'deletion'; readonly id: unknown }
  | { readonly what: 'read'; readonly id: unknown; readonly by: unknown }
  | { readonly what: 'typing'; readonly by: unknown }
  | { readonly what: 'other'; readonly words: string }

export type Fields = Readonly<Record<string, unknown>>

interface Ear {
  /** Of what a socket tells; a receipt of messenger-api is for the sender alone. */
  readonly hears: (happening: Happening, viewerSaid: (said: Said) => boolean) => boolean
  readonly read: (frame: Fields) => Told
  /** For sockets that tell that something happened, and not what. */
  readonly says?: string
}

/** What a contract shows of a chat among chats. `marked` tells that something is unread, and not how much. */
type Shown = 'name' | 'members' | 'last' | 'unread' | 'marked'

export interface Contract {
  readonly name: string
  readonly lists: readonly Shown[]
  /** Below the base; any id will do. */
  readonly history: string
  /** Fields of a message that are another in frames than in the history; the text is, where frames tell of no edits. */
  readonly otherInFrames: readonly string[]
  readonly shown: (said: Said) => string
  readonly textOf: (message: Raw) => string
  /** By path. */
  readonly ears: Readonly<Record<string, Ear>>
}

/** M1: a text is what it was written as, whatever files are with it. D12: of files alone their names are told. */
const inTexts = ({ text, files }: Said): string => text || files.join(', ')
const textOnly = ({ text }: Raw): string => text

/** Its messages have their files beside the text. */
const withFiles = (text: string, files: readonly string[]): string => [text, ...files].join(' | ')

const tells =
  (...what: readonly Happening['what'][]): Ear['hears'] =>
  (happening) =>
    what.includes(happening.what)

const withoutName = ({ type: _, event: __, ...fields }: Fields): Raw => fields as unknown as Raw
const unknown = (frame: Fields): Told => ({ what: 'other', words: JSON.stringify(frame) })

const ofMessengerApi: Ear = {
  hears: (happening, isOwn) =>
    happening.what === 'message' || (happening.what === 'read' && isOwn(happening.said)),
  read(frame) {
    const data = frame.data as Fields
    if (frame.type === 'message') return { what: 'message', message: data as unknown as Raw }
    if (frame.type === 'read') return { what: 'read', id: data.message_id, by: data.reader_id }
    return unknown(frame)
  },
}

export const contracts: readonly Contract[] = [
  {
    name: 'chat-application',
    lists: ['name', 'members', 'last', 'unread'],
    history: '/api/v1/chats/1/history',
    otherInFrames: ['text', 'is_read'],
    shown: inTexts,
    textOf: textOnly,
    ears: {
      '/api/v1/ws/{user_id}': {
        hears: tells('message', 'read'),
        read(frame) {
          if (frame.type === 'message') return { what: 'message', message: withoutName(frame) }
          if (frame.type === 'read_receipt')
            return { what: 'read', id: frame.message_id, by: frame.reader_id }
          return unknown(frame)
        },
      },
    },
  },
  {
    name: 'messenger-api',
    lists: ['name', 'members', 'last'],
    history: '/api/v1/chats/1/messages',
    otherInFrames: ['text', 'read_by'],
    shown: inTexts,
    textOf: textOnly,
    ears: { '/ws/{chat_id}': ofMessengerApi, '/api/v1/ws/{chat_id}': ofMessengerApi },
  },
  {
    name: 'windi-messenger',
    lists: ['name', 'members'],
    history: '/messages/history/1',
    otherInFrames: ['text', 'is_read', 'read_at'],
    shown: inTexts,
    textOf: textOnly,
    ears: {
      '/ws': {
        hears: tells('message', 'read', 'typing'),
        read(frame) {
          const data = frame.data as Fields
          if (frame.event === 'new_message') return { what: 'message', message: data as unknown as Raw }
          if (frame.event === 'message_read') return { what: 'read', id: data.message_id, by: data.user_id }
          if (frame.event === 'typing') return { what: 'typing', by: frame.user_name }
          return unknown(frame)
        },
      },
    },
  },
  {
    name: 'messenger',
    lists: ['marked'],
    history: '/api/v1/messages/history/1',
    otherInFrames: ['text', 'is_read', 'created_at'],
    shown: inTexts,
    textOf: textOnly,
    ears: {
      '/api/v1/chats/chat/{chat_id}': {
        hears: tells('message', 'read', 'typing'),
        read(frame) {
          if (frame.event === 'message') return { what: 'message', message: withoutName(frame) }
          if (frame.event === 'read') return { what: 'read', id: frame.message_id, by: frame.user_id }
          if (frame.event === 'typing') return { what: 'typing', by: frame.sender_id }
          return unknown(frame)
        },
      },
      '/api/v1/messenger/read/status': {
        hears: (happening, isOwn) => happening.what === 'message' && !isOwn(happening.said),
        read: ({ event }) => ({ what: 'other', words: String(event) }),
        says: 'unread_chats',
      },
    },
  },
  {
    name: 'chat-backend',
    lists: ['name', 'members', 'last', 'unread'],
    history: '/api/chats/1/messages',
    otherInFrames: ['is_read'],
    shown: ({ text, files }) => withFiles(text, files),
    textOf: ({ text, files = [] }) =>
      withFiles(
        text,
        (files as readonly { readonly filename: string }[]).map(({ filename }) => filename),
      ),
    ears: {
      '/ws/{user_id}': {
        hears: tells('message', 'edit', 'deletion', 'typing'),
        read(frame) {
          const message = (frame.message ?? withoutName(frame)) as Raw
          if (frame.type === 'new_message') return { what: 'message', message }
          if (frame.type === 'message_updated') return { what: 'edit', message }
          if (frame.type === 'message_deleted') return { what: 'deletion', id: frame.message_id ?? frame.id }
          if (frame.type === 'typing') return { what: 'typing', by: frame.user_id }
          return unknown(frame)
        },
      },
    },
  },
]
