// The table of wires that the generator speaks; a plan names one of them.
import type { Codec } from './codec.ts'
import { dialectCodecs } from './dialect-codecs.ts'
import { createParleyCodec } from './parley-codec.ts'
import { createRelayCodec } from './relay-codec.ts'
import { createSocketIoCodec } from './socketio-codec.ts'
import { createXmppCodec } from './xmpp-codec.ts'

const codecs = {
  parley: createParleyCodec,
  relay: createRelayCodec,
  socketio: createSocketIoCodec,
  xmpp: createXmppCodec,
  ...dialectCodecs,
} as const satisfies Record<string, () => Codec>

export type CodecName = keyof typeof codecs

export const createCodec = (name: CodecName): Codec => codecs[name]()
