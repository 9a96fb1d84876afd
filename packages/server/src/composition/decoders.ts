// As whom pictures are decoded, chosen before there is one.
import { type Identity, type Launch, launchDirectly } from '../files/picture-launch.ts'
import { startFault } from '../files/picture-reader.ts'
import { startStarter } from '../files/picture-starter.ts'
import { createLogs, type LogLevels } from '../observability/logs.ts'

export interface Decoder {
  /** How the process that reads pictures is started. Never rejects, and is not chosen again. */
  readonly launch: Promise<Launch>
  /** Ends what was started for it. */
  close(): void
}

/** By this process: as itself, or for as long as it is root with an identity. */
export const directDecoder = (identity?: Identity): Decoder => ({
  launch: Promise.resolve(launchDirectly(identity)),
  close() {},
})

/** Bytes of memory for a process that is given no picture. */
const trialMemory = 256 * 1024 * 1024

/**
 * By a process with that identity, which is started at once, while this one is root; this one may give root up afterwards. Where it cannot
 * work, `tell` hears why in one line, and pictures are decoded by this process's own user.
 */
export function startDecoder(
  identity: Identity,
  { logLevels, tell }: { readonly logLevels: LogLevels; readonly tell: (why: string) => void },
): Decoder {
  const log = createLogs(logLevels).core
  const starter = startStarter(identity, (how) =>
    log.error(
      { how },
      'pictures are not read until the next start: what starts the process for them has ended',
    ),
  )
  // By a process that sees no picture, so that nothing in a picture decides that the others are read with more rights.
  const trial = startFault({ launch: starter.launch, memory: trialMemory })
  let isClosed = false
  const choose = async (): Promise<Launch> => {
    const fault = await trial
    if (fault === undefined || isClosed) return starter.launch
    starter.close()
    tell(
      fault
        .trim()
        .split(/(?<!\s)\s*\n\s*/)
        .join(' – '),
    )
    return launchDirectly()
  }
  const close = (): void => {
    isClosed = true
    starter.close()
  }
  return { launch: choose(), close }
}
