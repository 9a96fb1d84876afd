// Whether a group gets dearer as it grows, with the same few of its members connected: sends, and the calls about members.
import { type Api, createApi } from '../api.ts'
import { createParleyOn } from '../contestants/parley.ts'
import { connectDatabase } from '../embedded-database.ts'
import { type Figures, figuresOf } from '../figures.ts'
import { type LoadProcess, startLoadProcess } from '../load/load-process.ts'
import type { OpenPhase } from '../load/plan.ts'
import type { Person, RunningContestant } from '../running-contestant.ts'
import type { Findings, FindingsRow, Study, StudyPorts } from '../scenarios/study.ts'
import { type ServerProcess, startServerProcess } from '../server-process.ts'
import { median, ratio } from '../statistics.ts'
import { addPeople, settle } from './fill.ts'
import { createSeries, type Series } from './series.ts'

interface Sizes {
  readonly groups: readonly number[]
  readonly messagesPerSecond: number
  /** Of each kind, in each round. */
  readonly calls: number
}

const sizes: Record<StudyPorts['size'], Sizes> = {
  real: { groups: [10, 100, 1000, 10_000], messagesPerSecond: 200, calls: 100 },
  small: { groups: [10, 30], messagesPerSecond: 50, calls: 5 },
}
const connected = 10
const pageLimit = 10
const drainMs = 20_000

export const membersStudy: Study = {
  name: 'members',
  title: `Growth of a group: ${connected} of its members connected`,
  async run(ports): Promise<Findings> {
    const { groups, messagesPerSecond, calls } = sizes[ports.size]
    const server = await startServerProcess(ports.teardown)
    const parley = createParleyOn(server, ports.progress)
    const api = createApi(server.origin)
    const grown = await makeGroups(server, parley, groups, api, ports)
    const phase: OpenPhase = {
      mode: 'open',
      messagesPerSecond,
      warmUpMs: ports.warmUpSeconds * 1000,
      measureMs: ports.seconds * 1000,
      drainMs,
    }
    try {
      for (let round = 0; round < ports.repeat; round++) {
        for (const group of grown) {
          group.sends.push(figuresOf(await group.load.run(phase)))
          for (const { name } of kinds) await group.series[name].run(calls)
          ports.progress(
            `${group.size} members: ${group.sends.at(-1)?.serverMicrosPerMessage?.toFixed(0)} µs per message`,
          )
        }
      }
    } finally {
      for (const { load } of grown) await load.stop()
      api.close()
    }
    return findingsOf(grown, messagesPerSecond)
  },
}

interface Group {
  readonly size: number
  readonly load: LoadProcess
  readonly sends: Figures[]
  readonly series: Readonly<Record<KindName, Series>>
}

/** What the calls work on. Every call is given a number of its own, from 0 on. */
interface Scene {
  readonly api: Api
  readonly chatId: string
  /** Renewed where it is old. */
  readonly owner: () => Promise<Person>
  readonly stranger: string
}

type KindName = 'add' | 'page' | 'read'

interface Kind {
  readonly name: KindName
  readonly title: string
  call(scene: Scene, number: number): Promise<unknown>
}

const kinds: readonly Kind[] = [
  {
    name: 'add',
    title: 'add a member, and remove it again',
    async call({ api, chatId, owner, stranger }) {
      const { token } = await owner()
      const params = { chat_id: chatId }
      await api.call('addMembers', { token, params, body: { user_ids: [stranger] } })
      await api.call('removeMember', { token, params: { ...params, user_id: stranger } })
    },
  },
  {
    name: 'page',
    title: `page of ${pageLimit} members`,
    call: async ({ api, chatId, owner }) =>
      api.call('listMembers', {
        token: (await owner()).token,
        params: { chat_id: chatId },
        query: { limit: pageLimit },
      }),
  },
  {
    name: 'read',
    title: 'move the read cursor by one',
    call: async ({ api, chatId, owner }, number) =>
      api.call('markRead', {
        token: (await owner()).token,
        params: { chat_id: chatId },
        body: { seq: number + 1 },
      }),
  },
]

/** Groups of all sizes, nobody in two of them, and a generator for the connected members of each. */
async function makeGroups(
  server: ServerProcess,
  parley: RunningContestant,
  groups: readonly number[],
  api: Api,
  { progress, textBytes }: StudyPorts,
): Promise<Group[]> {
  const everybody = await parley.people(groups.length * connected)
  const database = await connectDatabase(server.dataFolder)
  const made: Group[] = []
  for (const [place, size] of groups.entries()) {
    progress(`making a group of ${size}`)
    const first = place * connected
    const active = everybody.slice(first, first + connected)
    const passive = await addPeople(database, size - active.length + 1, active[0]?.id ?? '')
    const [stranger = '', ...rest] = passive
    const chatId = await parley.createGroup([...active, ...rest.map((id) => ({ id, token: '' }))])
    const owner = async (): Promise<Person> => {
      const person = (await parley.people(everybody.length))[first]
      if (person === undefined) throw new Error('The group has no owner')
      return person
    }
    const scene: Scene = { api, chatId, owner, stranger }
    made.push({
      size,
      load: await connectMembers(server, parley, active, chatId, textBytes),
      sends: [],
      series: Object.fromEntries(
        kinds.map((kind) => [kind.name, createSeries(server, (number) => kind.call(scene, number))]),
      ) as Record<KindName, Series>,
    })
  }
  await settle(database)
  await database.end()
  return made
}

const connectMembers = (
  server: ServerProcess,
  { codec, host, port }: RunningContestant,
  active: readonly Person[],
  chatId: string,
  textBytes: number,
): Promise<LoadProcess> =>
  startLoadProcess({
    codec,
    host,
    port,
    sockets: active.map(({ token }) => ({ token })),
    chats: [{ id: chatId, sockets: active.map((_, socket) => socket) }],
    senders: active.map((_, socket) => ({ chat: 0, socket })),
    textBytes,
    processes: server.processes,
  })

function findingsOf(groups: readonly Group[], messagesPerSecond: number): Findings {
  const row = (label: string, value: (group: Group) => number | null, digits: number): FindingsRow => {
    const values = groups.map(value)
    return { label, values: [...values, ratio(values.at(-1) ?? null, values[0] ?? null)], digits }
  }
  const send = (label: string, value: (figures: Figures) => number | null, digits: number): FindingsRow =>
    row(label, ({ sends }) => median(sends.map(value).filter((one): one is number => one !== null)), digits)
  return {
    tables: [
      {
        title: `Sends at ${messagesPerSecond} messages per second; the groups take turns`,
        columns: [...groups.map(({ size }) => `${size.toLocaleString('en')} members`), 'largest ÷ smallest'],
        rows: [
          send('send: server CPU, µs', (figures) => figures.serverMicrosPerMessage, 2),
          send('send: database CPU, µs', (figures) => figures.databaseMicrosPerMessage, 2),
          send('delivery: server CPU s per million', (figures) => figures.serverCpuPerMillion, 2),
          send('send→receive p50, ms', (figures) => figures.deliveryP50, 2),
          send('send→receive p99, ms', (figures) => figures.deliveryP99, 2),
          ...kinds.flatMap(({ name, title }) => [
            row(`${title}: p50, ms`, ({ series }) => series[name].latency(0.5), 2),
            row(`${title}: CPU of server and database, µs`, ({ series }) => series[name].cpu(), 2),
          ]),
        ],
      },
    ],
    notes: [
      `Every group has ${connected} connected members, who send in turn; the others never log in. Up to 100 members every read is told to ` +
        "all, in larger groups only to the reader's own devices.",
    ],
  }
}
