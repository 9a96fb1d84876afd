// Which files of the project run while the server takes one message from a socket and delivers it to the followers of the chat:
// the length of that path, counted and not remembered. Printed by scripts/send-path.mjs.
import { mkdtemp, rm } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createSetup } from '../../packages/bench/src/setup.ts'
import { loadConfig } from '../../packages/server/src/cli/config.ts'
import { openDatabase, settingsOf } from '../../packages/server/src/cli/serve.ts'
import { startApp } from '../../packages/server/src/composition/app.ts'
import { root } from './sources.ts'

const members = 3
/** A file counts when it ran in each of them: what a timer adds to one of them is not of the path. */
const sends = 5

/** Messages that one sender has on their way at once, of which all but the first find a batch under way and wait for the next. */
const atOnce = 8

/** Files of what is shipped, from the project's root and sorted. */
export interface SendPath {
  /** Run for a message that comes alone, through the WebSocket. */
  readonly alone: readonly string[]
  /** Run, besides those, for messages that come together and are written in one batch. */
  readonly together: readonly string[]
}

export async function sendPath(): Promise<SendPath> {
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-send-path-'))
  const config = loadConfig({
    HOST: '127.0.0.1',
    PORT: '0',
    PARLEY_DATA_DIR: join(dataDir, 'data'),
    LOG_LEVEL: 'error',
  })
  const database = await openDatabase(config)
  try {
    const app = await startApp(settingsOf(config, database))
    try {
      return await measure(`http://127.0.0.1:${app.port}`)
    } finally {
      await app.stop()
    }
  } finally {
    await database.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function measure(origin: string): Promise<SendPath> {
  const { people, createGroup } = createSetup(origin, () => {})
  const group = await people(members)
  const chatId = await createGroup(group)
  const clients = await Promise.all(group.map(({ token }) => connect(origin, token)))
  const [sender] = clients
  if (sender === undefined) throw new Error('nobody is there to send')
  const send = async (count: number): Promise<void> => {
    const everywhere = clients.map((client) => client.hear('message_created', count))
    const acknowledged = sender.hear('ack', count)
    for (let ref = 0; ref < count; ref += 1) {
      const frame = { type: 'send_message', ref, id: crypto.randomUUID(), chat_id: chatId, text: 'text' }
      sender.socket.send(JSON.stringify(frame))
    }
    await Promise.all([...everywhere, acknowledged])
    // What runs after the last byte has left.
    await sleep(50)
  }
  // The first ones fill caches that later ones find full.
  await send(1)
  await send(atOnce)
  const alone = await filesThatRun(() => send(1))
  const together = await filesThatRun(() => send(atOnce))
  for (const { socket } of clients) socket.close()
  return { alone, together: together.filter((path) => !alone.includes(path)) }
}

/** The files that run each time. */
async function filesThatRun(work: () => Promise<void>): Promise<string[]> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  const runs: Set<string>[] = []
  for (let count = 0; count < sends; count += 1) {
    await session.post('Profiler.takePreciseCoverage')
    await work()
    const { result } = await session.post('Profiler.takePreciseCoverage')
    const ran = result.filter(({ functions }) => functions.some(({ ranges }) => (ranges[0]?.count ?? 0) > 0))
    runs.push(new Set(ran.map(({ url }) => url)))
  }
  session.disconnect()
  const [first = new Set<string>(), ...more] = runs
  return [...first]
    .filter((url) => more.every((run) => run.has(url)))
    .flatMap(shippedFile)
    .sort()
}

/** A file of what is shipped, from the project's root; none for Node's own modules, packages and this script. */
function shippedFile(url: string): string[] {
  if (!url.startsWith('file:')) return []
  const path = relative(root, fileURLToPath(url)).replaceAll('\\', '/')
  return path.startsWith('packages/') && !path.includes('node_modules/') ? [path] : []
}

/** A live connection of the person. */
async function connect(origin: string, token: string) {
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/api/v1/ws`)
  const waiting = new Map<string, { count: number; readonly resolve: () => void }>()
  socket.addEventListener('message', ({ data }) => {
    const { type } = JSON.parse(String(data)) as { type: string }
    const awaited = waiting.get(type)
    if (awaited === undefined) return
    awaited.count -= 1
    if (awaited.count === 0) awaited.resolve()
  })
  /** Resolves when that many frames of the type have come from now on. */
  const hear = (type: string, count: number): Promise<void> =>
    new Promise((resolve) => {
      waiting.set(type, { count, resolve })
    })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  const ready = hear('ready', 1)
  socket.send(JSON.stringify({ type: 'hello', token, chats: {} }))
  await ready
  return { socket, hear }
}

function print(title: string, files: readonly string[]): void {
  console.log(`${title}: ${files.length} files`)
  for (const [folder, inFolder] of Map.groupBy(files, (path) => path.slice(0, path.lastIndexOf('/')))) {
    console.log(`  ${folder}: ${inFolder.length}`)
    for (const path of inFolder) console.log(`    ${path.slice(folder.length + 1)}`)
  }
}

if (import.meta.main) {
  const { alone, together } = await sendPath()
  print('One message, from socket to sockets', alone)
  print('Besides, for messages that are written in one batch', together)
}
