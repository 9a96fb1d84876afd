// Whether a server gets slower as its history grows: the same calls on three servers with ten times as many messages each. All
// grew out of the smallest while they ran, so that plans made for small tables are held to large ones.
import { type Api, createApi } from '../api.ts'
import { createParleyOn } from '../contestants/parley.ts'
import { connectDatabase } from '../embedded-database.ts'
import type { Findings, FindingsRow, RowGoal, Study, StudyPorts } from '../scenarios/study.ts'
import { startServerProcess } from '../server-process.ts'
import { ratio } from '../statistics.ts'
import { addMessages, moveCursors, settle } from './fill.ts'
import { createSeries, type Series } from './series.ts'

interface Sizes {
  readonly messages: readonly number[]
  /** Of each kind, in each round. */
  readonly calls: number
  readonly rounds: number
}

const sizes: Record<StudyPorts['size'], Sizes> = {
  real: { messages: [10_000, 100_000, 1_000_000], calls: 50, rounds: 12 },
  small: { messages: [200, 1000], calls: 5, rounds: 2 },
}
const people = 20
/** Besides the one that has half of all messages. */
const otherChats = 50
/** Messages that nobody but the latecomer has read of any chat. */
const unread = 20
const warmUpCalls = 20
const pageLimit = 50

export const historyStudy: Study = {
  name: 'history',
  title: 'Growth of the history: the same calls on more stored messages',
  async run(ports): Promise<Findings> {
    const { messages, calls, rounds } = sizes[ports.size]
    const grown: Grown[] = []
    for (const target of messages) grown.push(await grow(target, messages[0] ?? 0, ports))
    try {
      for (let round = 0; round < rounds * ports.repeat; round++) {
        for (const { name } of kinds) for (const one of grown) await one.series[name].run(calls)
      }
    } finally {
      for (const { api } of grown) api.close()
    }
    return findingsOf(grown, calls * rounds * ports.repeat)
  },
}

interface Grown {
  readonly messages: number
  readonly api: Api
  readonly series: Readonly<Record<KindName, Series>>
}

/** The one who calls, and the chat that has half of all messages. */
interface Scene {
  readonly api: Api
  readonly token: () => Promise<string>
  /** Of the person who is far behind. */
  readonly lateToken: () => Promise<string>
  readonly chatId: string
  readonly lastSeq: number
}

type KindName = 'end' | 'middle' | 'chats' | 'unread' | 'send'

interface Kind {
  readonly name: KindName
  /** Whether its p95 may hardly grow. */
  readonly hasGoal: boolean
  readonly title: string
  call(scene: Scene): Promise<unknown>
}

const kinds: readonly Kind[] = [
  {
    name: 'end',
    hasGoal: true,
    title: 'history, last page',
    call: async ({ api, token, chatId }) =>
      api.call('listMessages', {
        token: await token(),
        params: { chat_id: chatId },
        query: { limit: pageLimit },
      }),
  },
  {
    name: 'middle',
    hasGoal: true,
    title: 'history, around any message',
    async call({ api, token, chatId, lastSeq }) {
      const around = 1 + Math.floor(Math.random() * lastSeq)
      const query = { around, limit: pageLimit }
      return api.call('listMessages', { token: await token(), params: { chat_id: chatId }, query })
    },
  },
  {
    name: 'chats',
    hasGoal: true,
    title: `chat list of ${otherChats + 1}, ${unread} unread in each`,
    call: async ({ api, token }) => api.call('listChats', { token: await token(), query: { limit: 100 } }),
  },
  {
    name: 'unread',
    hasGoal: false,
    title: 'chat with a tenth of it unread',
    call: async ({ api, lateToken, chatId }) =>
      api.call('getChat', { token: await lateToken(), params: { chat_id: chatId } }),
  },
  {
    name: 'send',
    hasGoal: true,
    title: 'send',
    call: async ({ api, token, chatId }) =>
      api.call('sendMessage', {
        token: await token(),
        params: { chat_id: chatId },
        body: { text: 'x'.repeat(100) },
      }),
  },
]

/** A server that began with `first` messages, was used, and grew to `target` without a restart. */
async function grow(target: number, first: number, { progress, teardown }: StudyPorts): Promise<Grown> {
  progress(`growing a server to ${target.toLocaleString('en')} messages`)
  const server = await startServerProcess(teardown)
  const parley = createParleyOn(server, progress)
  const everybody = await parley.people(people)
  // The first calls, the last is far behind; what they send lies before their cursors.
  const senderIds = everybody.slice(1, -1).map(({ id }) => id)
  const chatIds: string[] = []
  for (let chat = 0; chat <= otherChats; chat++) chatIds.push(await parley.createGroup(everybody))
  const [chatId = ''] = chatIds
  const late = everybody.at(-1)?.id ?? ''
  const api = createApi(server.origin)
  const tokenOf = async (place: number): Promise<string> =>
    (await parley.people(people)).at(place)?.token ?? ''
  const sceneOf = (messages: number): Scene => ({
    api,
    token: () => tokenOf(0),
    lateToken: () => tokenOf(-1),
    chatId,
    lastSeq: Math.floor(messages / 2),
  })
  const use = async (scene: Scene): Promise<void> => {
    for (let turn = 0; turn < warmUpCalls; turn++) for (const kind of kinds) await kind.call(scene)
  }

  const database = await connectDatabase(server.dataFolder)
  for (const [stored, messages] of [
    [0, first],
    [first, target],
  ] as const) {
    if (messages > stored) await addMessages(database, { chatIds, senderIds, messages: messages - stored })
    await moveCursors(database, chatIds, unread, late)
    await settle(database)
    await use(sceneOf(messages))
  }
  await database.end()
  const scene = sceneOf(target)
  const series = Object.fromEntries(
    kinds.map((kind) => [kind.name, createSeries(server, () => kind.call(scene))]),
  ) as Record<KindName, Series>
  return { messages: target, api, series }
}

const goalOf = (title: string, grown: readonly Grown[]): RowGoal => ({
  says: `${title}: p95 at most 1.2 × with ${grown.at(-1)?.messages.toLocaleString('en')} messages`,
  column: grown.length,
  atMost: 1.2,
})

function findingsOf(grown: readonly Grown[], calls: number): Findings {
  const row = (label: string, value: (one: Grown) => number | null, digits: number): FindingsRow => {
    const values = grown.map(value)
    return { label, values: [...values, ratio(values.at(-1) ?? null, values[0] ?? null)], digits }
  }
  return {
    tables: [
      {
        title: `${calls.toLocaleString('en')} calls of each kind over HTTP, one at a time; the servers take turns`,
        columns: [
          ...grown.map(({ messages }) => `${messages.toLocaleString('en')} messages`),
          'most ÷ fewest',
        ],
        rows: kinds.flatMap(({ name, title, hasGoal }) => [
          row(`${title}: p50, ms`, ({ series }) => series[name].latency(0.5), 2),
          {
            ...row(`${title}: p95, ms`, ({ series }) => series[name].latency(0.95), 2),
            ...(hasGoal ? { goal: goalOf(title, grown) } : {}),
          },
          row(`${title}: CPU of server and database, µs`, ({ series }) => series[name].cpu(), 2),
        ]),
      },
    ],
    notes: [
      `Half of the messages are in one chat, to which the calls go, the others in ${otherChats} more; of a hundred one was deleted and two ` +
        'were edited. They were written by SQL in the order in which they would have come, then VACUUM (ANALYZE) ran, as autovacuum ' +
        'would have; every server was used when it had the fewest, and not restarted since. Pages have ' +
        `${pageLimit} messages.`,
    ],
  }
}
