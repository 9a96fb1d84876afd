// The table of wires that the generator speaks; a plan names one of them.
import type { Codec } from './codec.ts'
import { createParleyCodec } from './parley-codec.ts'

const codecs = { parley: createParleyCodec } as const satisfies Record<string, () => Codec>

export type CodecName = keyof typeof codecs

export const createCodec = (name: CodecName): Codec => codecs[name]()
