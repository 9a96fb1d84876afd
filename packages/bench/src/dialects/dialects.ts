// What the adapters for other messengers' contracts cost: the same load, once over each of their sockets and once over Parley's own.
import type { Client } from 'pg'
import { createParleyOn } from '../contestants/parley.ts'
import { connectDatabase } from '../embedded-database.ts'
import { type Figures, figuresOf } from '../figures.ts'
import type { CodecName } from '../load/codecs.ts'
import { startLoadProcess } from '../load/load-process.ts'
import type { ClosedPhase, PlannedSocket } from '../load/plan.ts'
import type { Person, RunningContestant } from '../running-contestant.ts'
import { roomsScenario } from '../scenarios/rooms.ts'
import type { Layout } from '../scenarios/scenario.ts'
import type { Findings, FindingsRow, Study, StudyPorts } from '../scenarios/study.ts'
import { serverHost, startServerProcess } from '../server-process.ts'
import { median, ratio } from '../statistics.ts'

interface Sizes {
  readonly rooms: number
  readonly members: number
}

const sizes: Record<StudyPorts['size'], Sizes> = {
  real: { rooms: 100, members: 10 },
  small: { rooms: 4, members: 5 },
}
const drainMs = 20_000

/** Someone with a login and one room, by the ids that the wires use. */
interface Place {
  readonly token: string
  readonly userNumber: number
  readonly chatId: string
  readonly chatNumber: number
}

interface Wire {
  readonly codec: CodecName
  readonly title: string
  readonly chatId: (place: Place) => string
  /** Of a person's socket. */
  readonly path: (place: Place) => string | null
}

const uuid = ({ chatId }: Place): string => chatId
const integer = ({ chatNumber }: Place): string => String(chatNumber)
const compat = (name: string, path: string, { token }: Place): string =>
  `/compat/${name}${path}?token=${token}`

/** The first is what the others are compared with. */
const wires: readonly Wire[] = [
  { codec: 'parley', title: "Parley's own", chatId: uuid, path: () => null },
  {
    codec: 'chat-application',
    title: 'chat-application',
    chatId: integer,
    path: (place) => compat('chat-application', `/api/v1/ws/${place.userNumber}`, place),
  },
  {
    codec: 'messenger-api',
    title: 'messenger-api',
    chatId: integer,
    path: (place) => compat('messenger-api', `/ws/${place.chatNumber}`, place),
  },
  {
    codec: 'windi-messenger',
    title: 'windi-messenger',
    chatId: uuid,
    path: (place) => compat('windi-messenger', '/ws', place),
  },
  {
    codec: 'messenger',
    title: 'messenger',
    chatId: uuid,
    path: (place) => compat('messenger', `/api/v1/chats/chat/${place.chatId}`, place),
  },
  {
    codec: 'chat-backend',
    title: 'chat-backend (sends by HTTP)',
    chatId: integer,
    path: (place) => compat('chat-backend', `/ws/${place.userNumber}`, place),
  },
]

export const dialectsStudy: Study = {
  name: 'dialects',
  title: `Dialects: ${sizes.real.rooms} rooms × ${sizes.real.members} over each contract's own socket`,
  async run(ports): Promise<Findings> {
    const { size, repeat, progress, teardown } = ports
    const { rooms, members } = sizes[size]
    const scenario = roomsScenario(rooms, members)
    const server = await startServerProcess(teardown)
    const parley = createParleyOn(server, progress)
    progress('making the rooms')
    const layout = await scenario.layOut(parley)
    const database = await connectDatabase(server.dataFolder)
    const numbers = await numbersOf(database)
    await database.end()
    const runs = new Map<Wire, Figures[]>(wires.map((wire) => [wire, []]))
    for (let round = 0; round < repeat; round++) {
      for (const wire of wires) {
        const places = placesOf(layout, await parley.people(rooms * members), numbers)
        const figures = await measure(wire, { layout, places, parley, senders: scenario.senders, ports })
        runs.get(wire)?.push(figures)
        progress(`${wire.title}: ${figures.serverCpuPerMillion?.toFixed(2)} s per million deliveries`)
      }
    }
    return findingsOf(runs, scenario.senders)
  },
}

type Numbers = ReadonlyMap<string, number>

/** Of people and chats. */
async function numbersOf(database: Client): Promise<Numbers> {
  const { rows } = await database.query<{ id: string; number: string }>(
    'SELECT id, number FROM users UNION ALL SELECT chat_id, number FROM chat_numbers',
  )
  return new Map(rows.map(({ id, number }) => [id, Number(number)]))
}

function placesOf({ chats }: Layout, people: readonly Person[], numbers: Numbers): Place[] {
  const chatOf = new Map(chats.flatMap(({ id, sockets }) => sockets.map((socket) => [socket, id])))
  return people.map(({ id, token }, socket) => {
    const chatId = chatOf.get(socket) ?? ''
    return {
      token,
      userNumber: numbers.get(id) ?? 0,
      chatId,
      chatNumber: numbers.get(chatId) ?? 0,
    }
  })
}

interface Measured {
  readonly layout: Layout
  readonly places: readonly Place[]
  readonly parley: RunningContestant
  readonly senders: number
  readonly ports: StudyPorts
}

async function measure(wire: Wire, { layout, places, parley, senders, ports }: Measured): Promise<Figures> {
  const sockets = places.map((place): PlannedSocket => {
    const path = wire.path(place)
    return { token: place.token, ...(path === null ? {} : { path }) }
  })
  const load = await startLoadProcess({
    codec: wire.codec,
    host: serverHost,
    port: parley.port,
    sockets,
    chats: layout.chats.map((chat) => {
      const place = places[chat.sockets[0] ?? -1]
      return { ...chat, id: place === undefined ? chat.id : wire.chatId(place) }
    }),
    senders: layout.senders,
    textBytes: ports.textBytes,
    processes: parley.processes,
  })
  const phase: ClosedPhase = {
    mode: 'closed',
    senders,
    until: 'delivered',
    warmUpMs: ports.warmUpSeconds * 1000,
    measureMs: ports.seconds * 1000,
    drainMs,
  }
  try {
    return figuresOf(await load.run(phase))
  } finally {
    await load.stop()
  }
}

function findingsOf(runs: ReadonlyMap<Wire, readonly Figures[]>, senders: number): Findings {
  const middle = (value: (figures: Figures) => number | null): (number | null)[] =>
    [...runs.values()].map((figures) =>
      median(figures.map(value).filter((one): one is number => one !== null)),
    )
  const row = (label: string, value: (figures: Figures) => number | null, digits: number): FindingsRow => ({
    label,
    values: middle(value),
    digits,
  })
  const cpu = middle((figures) => figures.serverCpuPerMillion)
  return {
    tables: [
      {
        title: `Saturation with ${senders} senders; the wires take turns`,
        columns: wires.map(({ title }) => title),
        rows: [
          row('deliveries per second', (figures) => figures.deliveriesPerSecond, 0),
          { label: 'server CPU s per million deliveries', values: cpu, digits: 2 },
          {
            label: "the same, by that of Parley's own wire",
            values: cpu.map((value) => ratio(value, cpu[0] ?? null)),
            digits: 2,
          },
          row('server CPU µs per message', (figures) => figures.serverMicrosPerMessage, 0),
          row('send→receive p50, ms', (figures) => figures.deliveryP50, 1),
          row('send→receive p99, ms', (figures) => figures.deliveryP99, 1),
          row('bytes per delivery, its own frame', (figures) => figures.bytesPerEvent, 0),
        ],
      },
    ],
    notes: [
      'The same people, rooms and server for all; one wire is connected at a time. The contracts do not answer a send, so that the ' +
        "sender's own delivery counts as the answer. Every message must come to every member once; where the contract " +
        "numbers messages, their order is checked too. What an HTTP request costs is part of chat-backend's figures.",
    ],
  }
}
