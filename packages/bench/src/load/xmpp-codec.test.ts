import { describe, expect, test } from 'vitest'
import type { Decoded } from './codec.ts'
import { createXmppCodec, xmppRoom } from './xmpp-codec.ts'

const room = xmppRoom(12)
const codec = createXmppCodec()

/** As ejabberd 23.01 writes it. */
const delivery =
  `<message xmlns='jabber:client' xml:lang='en' to='6502@localhost/1433' from='${room}/person7' type='groupchat' ` +
  `id='ref1000000042'><archived by='${room}' id='1795247334950952' xmlns='urn:xmpp:mam:tmp'/>` +
  `<stanza-id by='${room}' id='1795247334950952' xmlns='urn:xmpp:sid:0'/><body>@00000000000000:000003 hello</body></message>`

function decode(frame: string) {
  const into: Decoded = { ref: 0, seq: 0, chatAt: 0, textAt: 0 }
  // Not at the beginning of the bytes, as in a chunk of several frames.
  const bytes = Buffer.from(`....${frame}`)
  return { kind: codec.decode(bytes, 4, bytes.length, into), into, bytes }
}

describe('XMPP', () => {
  test('a login authenticates, binds, joins one room after the other and knows when all are joined', () => {
    const rooms = [xmppRoom(1), xmppRoom(2)]
    const login = codec.login('person7', rooms)
    const sent: string[] = []
    const hear = (frame: string) => login.hear(frame, (answer) => sent.push(answer))
    expect(login.opening).toMatch(/^<open /)
    hear("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' from='localhost'/>")
    hear('<stream:features><mechanisms><mechanism>ANONYMOUS</mechanism></mechanisms></stream:features>')
    hear("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")
    hear("<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>")
    hear("<iq type='result' id='bind'><bind><jid>6502@localhost/1433</jid></bind></iq>")
    hear(`<presence from='${rooms[0]}/person3'><x><item role='participant'/></x></presence>`)
    expect(sent.map((frame) => /^<\w+/.exec(frame)?.[0])).toEqual(['<auth', '<open', '<iq', '<presence'])
    const self = (name: string | undefined) =>
      `<presence from='${name}/person7'><x><status code='110'/></x></presence>`
    expect(hear(self(rooms[0]))).toBeNull()
    expect(sent.at(-1)).toContain(`to='${rooms[1]}/person7'`)
    expect(hear(self(rooms[1]))).toEqual(rooms.map((id) => ({ id, lastSeq: 0 })))
  })

  test('a refusal ends the login with the words of the server', () => {
    const login = codec.login('person7', [room])
    expect(() => login.hear("<failure xmlns='sasl'><not-authorized/></failure>", () => {})).toThrow(
      'not-authorized',
    )
  })

  test('a delivery carries the reference, the number of the archive, the room and the text', () => {
    const { kind, into, bytes } = decode(delivery)
    expect(kind).toBe('delivery')
    expect(into).toMatchObject({ ref: 1_000_000_042, seq: 1_795_247_334_950_952 })
    expect(bytes.toString('latin1', into.chatAt, into.chatAt + room.length)).toBe(room)
    expect(bytes.toString('latin1', into.textAt, into.textAt + 16)).toBe('@00000000000000:')
  })

  test('a subject is no delivery, and a message that comes back as an error is one', () => {
    expect(decode(`<message from='${room}' type='groupchat'><subject/></message>`).kind).toBe('other')
    expect(decode(`<message from='${room}' type='error' id='ref1000000042'><error/></message>`).kind).toBe(
      'error',
    )
    expect(decode(`<presence from='${room}/person3'/>`).kind).toBe('other')
  })
})
