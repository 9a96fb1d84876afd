// The wires of the dialects for the generator. None of them answers a send: the sender's own delivery is the answer, and carries the
// reference in front of the text. Paths and tokens are the plan's.
import { createFieldFinder, readNumber, startsWith } from './byte-search.ts'
import type { ChatPosition, Codec, Decoded, FrameKind, Login, SendTemplate } from './codec.ts'

interface Wire {
  /** How the frame of a message begins. */
  readonly delivery: string
  /** What stands right before the chat's id. */
  readonly chatField: string
  /** How a frame begins that says that something is wrong. */
  readonly error: string
  /** Whether a message's id is a number that rises with its place in the chat. */
  readonly numbered: boolean
  login(chatIds: readonly string[]): Login
  /** `text` begins with the reference. */
  payload(chatId: string, text: string, token: string): string
  readonly sendsBy?: 'request'
}

const placeholderRef = '1000000000'

const createDialectCodec = (wire: Wire): Codec => {
  const delivery = Buffer.from(wire.delivery, 'latin1')
  const error = Buffer.from(wire.error, 'latin1')
  const findId = createFieldFinder('"id":')
  const findChat = createFieldFinder(wire.chatField)
  const findText = createFieldFinder('"text":"')

  const decodeDelivery = (bytes: Buffer, start: number, end: number, into: Decoded): FrameKind => {
    const chatAt = findChat(bytes, start, end)
    const textAt = findText(bytes, start, end)
    if (chatAt < 0 || textAt < 0) return 'other'
    into.chatAt = chatAt
    into.textAt = textAt + placeholderRef.length
    into.ref = readNumber(bytes, textAt)
    into.seq = wire.numbered ? readNumber(bytes, findId(bytes, start, end)) : into.ref
    return 'delivery'
  }

  return {
    path: '/',
    subprotocol: null,
    numbering: 'rising',
    // Where messages have no numbers their order cannot be seen, only that each came once.
    promisesOrder: wire.numbered,
    isAckedByDelivery: true,
    pong: null,
    ...(wire.sendsBy === undefined ? {} : { sendsBy: wire.sendsBy }),
    login: (_, chatIds) => wire.login(chatIds),
    send(chatId, text, token): SendTemplate {
      const payload = wire.payload(chatId, placeholderRef + text, token)
      return { payload, refAt: payload.indexOf(placeholderRef + text), idAt: null }
    },
    decode(bytes, start, end, into) {
      if (startsWith(bytes, start, delivery)) return decodeDelivery(bytes, start, end, into)
      return startsWith(bytes, start, error) ? 'error' : 'other'
    },
  }
}

const unknownPositions = (chatIds: readonly string[]): ChatPosition[] =>
  chatIds.map((id) => ({ id, lastSeq: 0 }))

/** A socket that hears everything as soon as it is open. */
const openLogin = (chatIds: readonly string[]): Login => ({
  opening: null,
  atOnce: unknownPositions(chatIds),
  hear: () => null,
})

/** A socket that joins its chats one after the other. `joined` stands in the answer to each. */
function joiningLogin(chatIds: readonly string[], join: (chatId: string) => string, joined: string): Login {
  let count = 0
  return {
    opening: join(chatIds[0] ?? ''),
    hear(frame, send) {
      if (!frame.includes(joined)) throw new Error(`The login failed: ${frame}`)
      count += 1
      const next = chatIds[count]
      if (next === undefined) return unknownPositions(chatIds)
      send(join(next))
      return null
    },
  }
}

const json = JSON.stringify

export const dialectCodecs = {
  'chat-application': () =>
    createDialectCodec({
      delivery: '{"type":"message"',
      chatField: '"chat_id":',
      error: '{"type":"error"',
      numbered: true,
      login: openLogin,
      payload: (chatId, text) => json({ type: 'message', chat_id: Number(chatId), text }),
    }),
  'messenger-api': () =>
    createDialectCodec({
      delivery: '{"type":"message"',
      chatField: '"chat_id":',
      error: '{"type":"error"',
      numbered: false,
      login: openLogin,
      payload: (_, text) => json({ type: 'message', text }),
    }),
  'windi-messenger': () =>
    createDialectCodec({
      delivery: '{"event":"new_message"',
      chatField: '"chat_id":"',
      error: '{"error"',
      numbered: false,
      login: (chatIds) =>
        joiningLogin(chatIds, (chat_id) => json({ action: 'join_chat', chat_id }), '"status":"joined"'),
      payload: (chat_id, text) => json({ action: 'send_message', chat_id, text }),
    }),
  messenger: () =>
    createDialectCodec({
      delivery: '{"event":"message"',
      chatField: '"chat_id":"',
      error: '{"event":"error"',
      numbered: false,
      login: (chatIds) => ({
        opening: null,
        hear: (frame) => (frame.startsWith('{"event":"history"') ? unknownPositions(chatIds) : null),
      }),
      payload: (_, text) => json({ event: 'message', text }),
    }),
  'chat-backend': () =>
    createDialectCodec({
      delivery: '{"type":"new_message"',
      chatField: '"chat_id":',
      error: '{"type":"error"',
      numbered: true,
      sendsBy: 'request',
      login: (chatIds) =>
        joiningLogin(
          chatIds,
          (chatId) => json({ type: 'join_chat', chat_id: Number(chatId) }),
          '"type":"joined"',
        ),
      payload: (chatId, text, token) =>
        postRequest(`/compat/chat-backend/api/chats/${chatId}/messages`, token, json({ content: text })),
    }),
} as const satisfies Record<string, () => Codec>

const postRequest = (path: string, token: string, body: string): string =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: parley.test',
    `Authorization: Bearer ${token}`,
    'Content-Type: application/json',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n')
