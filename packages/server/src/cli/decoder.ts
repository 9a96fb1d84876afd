// As whom strangers' pictures are decoded: wherever root is to be had, as somebody who is neither root nor the server (ADR 25).
import { type Decoder, directDecoder, startDecoder } from '../composition/decoders.ts'
import type { Config } from './config.ts'
import { leaveRoot, type Standing, settle } from './leave-root.ts'

/** {@link settle} and {@link leaveRoot}, with what has to be started in between: nobody can choose a uid afterwards. */
export async function settleWithDecoder(config: Config): Promise<Decoder> {
  const standing = await settle(config)
  const decoder = decoderOf(standing, config)
  leaveRoot(standing)
  return decoder
}

function decoderOf(standing: Standing, { logLevels }: Config): Decoder {
  switch (standing.kind) {
    case 'plain':
      return directDecoder()
    case 'stays':
      return directDecoder(standing.decoder)
    case 'leaves': {
      const { decoder } = standing
      const tell = (why: string): void =>
        console.warn(`parley: reads pictures under its own uid, since uid ${decoder.uid} cannot: ${why}`)
      return startDecoder(decoder, { logLevels, tell })
    }
  }
}
