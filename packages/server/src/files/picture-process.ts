// The process in which pictures are read, started by picture-launch.ts: one after the other from the standard input, the results to the
// standard output. It knows no path, no secret and no address; what a picture does to it is over when it is ended.

import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { answerOf, readPipe, readRequest } from './picture-frames.ts'
import { prepareLibrary, workOn } from './picture-work.ts'

/** Milliseconds between two looks at how much memory the picture takes. */
const watchInterval = 25

/** The mark to answer to, bytes of memory, then a uid and a gid to take on, if there are any. */
const [mark = '', ...numbers] = process.argv.slice(2)
const [maxBytes = Number.POSITIVE_INFINITY, uid, gid] = numbers.map(Number)

/** At once, whatever its threads are doing. */
const end = (): void => void process.kill(process.pid, 'SIGKILL')

/** After the libraries were loaded, which a person who owns nothing could not read everywhere, and before the first picture. */
function giveUpIdentity(): void {
  if (uid === undefined || gid === undefined) return
  process.setgroups?.([])
  process.setgid?.(gid)
  process.setuid?.(uid)
  if (process.getuid?.() !== uid || process.getgid?.() !== gid)
    throw new Error('The identity is not the one given')
}

/** Linux takes this process first when it has no memory left, instead of the server or its database. */
function goFirst(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Another system, or one that does not allow it.
  }
}

async function serve(): Promise<void> {
  const input = readPipe(process.stdin)
  const ready = Buffer.from(mark, 'hex')
  if (!(await input.skipPast(ready))) return
  process.stdout.write(ready)
  for (;;) {
    const request = await readRequest(input)
    if (request === null) return
    const answer = answerOf(await workOn(request.task, request.bytes))
    if (!process.stdout.write(answer)) await once(process.stdout, 'drain')
  }
}

// A signal of the terminal or of the service manager is for the server, which ends this process by closing its input.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
process.stdin.once('end', end)
process.stdin.once('error', end)
process.stdout.once('error', end)
setInterval(() => {
  if (process.memoryUsage.rss() > maxBytes) end()
}, watchInterval)

goFirst()
prepareLibrary()
giveUpIdentity()
await serve()
end()
