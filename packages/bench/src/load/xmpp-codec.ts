// XMPP over a WebSocket (RFC 7395) as far as rooms of XEP-0045 need it: anonymous login, joining, group messages with the number
// that the archive gave them (XEP-0313, XEP-0359).
import { createFieldFinder, readNumber, startsWith } from './byte-search.ts'
import type { Codec, Decoded, FrameKind, Login } from './codec.ts'
import { stampedTextStart } from './stamped-text.ts'

export const xmppHost = 'localhost'
const roomsHost = `conference.${xmppHost}`
const placeholderRef = '1000000000'

export const xmppRoom = (number: number): string => `room${number}@${roomsHost}`

export function createXmppCodec(): Codec {
  const message = Buffer.from('<message', 'latin1')
  const findRef = createFieldFinder("id='ref")
  const findFrom = createFieldFinder("from='")
  const findStanzaId = createFieldFinder('<stanza-id ')
  const findNumber = createFieldFinder(" id='")
  const findText = createFieldFinder(`<body>${stampedTextStart}`)
  const findError = createFieldFinder("type='error'")

  const received = (bytes: Buffer, start: number, end: number, into: Decoded): FrameKind => {
    const refAt = findRef(bytes, start, end)
    const fromAt = findFrom(bytes, start, end)
    const stanzaIdAt = findStanzaId(bytes, start, end)
    const numberAt = stanzaIdAt < 0 ? -1 : findNumber(bytes, stanzaIdAt, end)
    const textEnd = findText(bytes, start, end)
    if (refAt < 0 || fromAt < 0 || numberAt < 0 || textEnd < 0) {
      // The room's subject, for example, is a message too.
      return findError(bytes, start, end) < 0 ? 'other' : 'error'
    }
    into.ref = readNumber(bytes, refAt)
    into.chatAt = fromAt
    into.seq = readNumber(bytes, numberAt)
    into.textAt = textEnd - stampedTextStart.length
    return 'delivery'
  }

  return {
    path: '/ws',
    subprotocol: 'xmpp',
    // The archive numbers by the time in microseconds.
    numbering: 'rising',
    promisesOrder: false,
    isAckedByDelivery: true,
    pong: null,
    login: (token, chatIds) => createLogin(token, chatIds),
    send(chatId, text) {
      const payload = `<message xmlns='jabber:client' to='${chatId}' type='groupchat' id='ref${placeholderRef}'><body>${text}</body></message>`
      return { payload, refAt: payload.indexOf(placeholderRef), idAt: null }
    },
    decode: (bytes, start, end, into) =>
      startsWith(bytes, start, message) ? received(bytes, start, end, into) : 'other',
  }
}

const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='${xmppHost}' version='1.0'/>`
const authenticate = "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='ANONYMOUS'/>"
const bind =
  "<iq xmlns='jabber:client' type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
/** In a presence that tells of the receiver itself: the room is joined. */
const isSelf = /<status code=['"]110['"]/

const join = (room: string, nick: string): string =>
  `<presence xmlns='jabber:client' to='${room}/${nick}'>` +
  "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x></presence>"

function createLogin(nick: string, chatIds: readonly string[]): Login {
  const positions = chatIds.map((id) => ({ id, lastSeq: 0 }))
  let joined = 0
  const joinNext = (send: (frame: string) => void): typeof positions | null => {
    const next = chatIds[joined]
    if (next === undefined) return positions
    send(join(next, nick))
    return null
  }
  return {
    opening: open,
    hear(frame, send) {
      if (/^<(failure|close|stream:error)/.test(frame) || /type=['"]error['"]/.test(frame)) {
        throw new Error(`The login failed: ${frame}`)
      }
      if (frame.startsWith('<stream:features')) send(frame.includes('<mechanisms') ? authenticate : bind)
      else if (frame.startsWith('<success')) send(open)
      else if (frame.startsWith('<iq') && frame.includes('<jid>')) return joinNext(send)
      else if (frame.startsWith('<presence') && isSelf.test(frame)) {
        joined += 1
        return joinNext(send)
      }
      return null
    },
  }
}
