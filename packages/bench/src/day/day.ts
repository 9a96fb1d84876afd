// A day of a company, in a few seconds: all that people do at once, at fixed rates.
import { join } from 'node:path'
import { createParleyOn } from '../contestants/parley.ts'
import { connectDatabase } from '../embedded-database.ts'
import { addMessages, settle } from '../growth/fill.ts'
import type { LatencySummary } from '../load/latency-histogram.ts'
import { startRemote } from '../remote.ts'
import type { Person, RunningContestant } from '../running-contestant.ts'
import type { Findings, FindingsTable, Study, StudyPorts } from '../scenarios/study.ts'
import { type ServerProcess, serverHost, startServerProcess } from '../server-process.ts'
import { median } from '../statistics.ts'
import type { DayChat, DayQuestion, DayResult, KindOfCall, Rates } from './plan.ts'

interface Sizes {
  readonly people: number
  readonly groups: number
  readonly membersPerGroup: number
  readonly storedMessages: number
  readonly rates: Rates
}

const sizes: Record<StudyPorts['size'], Sizes> = {
  real: {
    people: 500,
    groups: 50,
    membersPerGroup: 20,
    storedMessages: 20_000,
    rates: { send: 100, read: 100, typing: 50, history: 20, chats: 10, reconnect: 10 },
  },
  small: {
    people: 12,
    groups: 3,
    membersPerGroup: 6,
    storedMessages: 300,
    rates: { send: 20, read: 20, typing: 10, history: 10, chats: 5, reconnect: 10 },
  },
}
const drainMs = 20_000

const titles: Readonly<Record<KindOfCall, string>> = {
  send: 'send a message → acknowledged',
  read: 'move the read cursor → acknowledged',
  typing: 'typing → acknowledged',
  history: 'page of history (HTTP)',
  chats: 'chat list (HTTP)',
  reconnect: 'reconnect → everything missed is there',
}

export const dayStudy: Study = {
  name: 'day',
  title: 'A day: everything that people do at once, at fixed rates',
  async run({ size, seconds, warmUpSeconds, repeat, textBytes, progress, teardown }): Promise<Findings> {
    const { people: count, rates, storedMessages, ...shape } = sizes[size]
    const server = await startServerProcess(teardown)
    const parley = createParleyOn(server, progress)
    const people = await parley.people(count)
    progress('making the chats')
    const chats = await makeChats(parley, people, shape)
    await fill(server, people, chats, storedMessages)
    const load = startRemote<DayQuestion, DayResult | null>(join(import.meta.dirname, 'worker.ts'), teardown)
    const tokens = (await parley.people(count)).map(({ token }) => token)
    const { port, processes } = server
    const plan = { host: serverHost, port, tokens, chats, rates, textBytes, processes }
    await load.ask({ type: 'connect', plan })
    const times = { warmUpMs: warmUpSeconds * 1000, measureMs: seconds * 1000, drainMs }
    const results: DayResult[] = []
    for (let round = 0; round < repeat; round++) {
      const result = await load.ask({ type: 'run', times })
      if (result === null) throw new Error('The day has no result')
      results.push(result)
      progress(`send p99 ${result.calls.send.p99.toFixed(1)} ms, ${result.failures} answers of 5xx`)
    }
    return findingsOf(results, sizes[size])
  },
}

/** Groups, each with the next people in turn, and a direct chat for each pair of neighbours. */
async function makeChats(
  parley: RunningContestant,
  people: readonly Person[],
  { groups, membersPerGroup }: Pick<Sizes, 'groups' | 'membersPerGroup'>,
): Promise<DayChat[]> {
  const chats: DayChat[] = []
  const chosen = (members: readonly number[]): Person[] =>
    members.map((member) => people[member]).filter((person) => person !== undefined)
  for (let group = 0; group < groups; group++) {
    const members = Array.from(
      { length: membersPerGroup },
      (_, place) => (group * membersPerGroup + place) % people.length,
    )
    chats.push({ id: await parley.createGroup(chosen(members)), members })
  }
  for (let member = 0; member + 1 < people.length; member += 2) {
    const [one, other] = chosen([member, member + 1])
    if (one !== undefined && other !== undefined) {
      chats.push({ id: await parley.createDirect(one, other), members: [member, member + 1] })
    }
  }
  return chats
}

async function fill(
  server: ServerProcess,
  people: readonly Person[],
  chats: readonly DayChat[],
  messages: number,
): Promise<void> {
  const database = await connectDatabase(server.dataFolder)
  const chatIds = chats.map(({ id }) => id)
  await addMessages(database, { chatIds, senderIds: people.map(({ id }) => id), messages })
  await settle(database)
  await database.end()
}

function findingsOf(
  results: readonly DayResult[],
  { people, groups, membersPerGroup, rates }: Sizes,
): Findings {
  const middle = (value: (result: DayResult) => number | null): number | null =>
    median(results.map(value).filter((one): one is number => one !== null))
  const share = (value: (result: DayResult) => number | null): number | null =>
    middle((result) => {
      const cpu = value(result)
      return cpu === null ? null : (cpu / result.seconds) * 100
    })
  const latencies = (
    label: string,
    of: (result: DayResult) => LatencySummary,
  ): FindingsTable['rows'][number] => ({
    label,
    values: [
      middle((result) => of(result).count / result.seconds),
      ...(['p50', 'p99', 'p999'] as const).map((key) => middle((result) => of(result)[key])),
    ],
    digits: 1,
  })
  const kinds = Object.keys(rates) as KindOfCall[]
  return {
    tables: [
      {
        title: `${people} people in ${groups} groups of ${membersPerGroup} and ${Math.floor(people / 2)} direct chats`,
        columns: ['per second', 'p50, ms', 'p99, ms', 'p99.9, ms'],
        rows: [
          ...kinds.map((kind) => latencies(titles[kind], ({ calls }) => calls[kind])),
          latencies('send a message → received', ({ delivery }) => delivery),
          latencies('of which the generator began late', ({ lag }) => lag),
        ],
      },
      {
        title: 'What it took',
        columns: ['median'],
        rows: [
          { label: 'server, share of a core, %', values: [share((one) => one.serverCpu)], digits: 0 },
          { label: 'database, share of a core, %', values: [share((one) => one.databaseCpu)], digits: 0 },
          { label: 'generator, share of a core, %', values: [share((one) => one.generatorCpu)], digits: 0 },
          {
            label: 'answers of 5xx, in all rounds',
            values: [sum(results.map((one) => one.failures))],
            digits: 0,
            goal: { says: 'a day: no answer of 5xx', column: 0, atMost: 0 },
          },
        ],
      },
    ],
    notes: [
      'Every call is due at a fixed time and its latency counts from that time, whatever became of the earlier ones. After each round ' +
        'every acknowledged message must have come to every member in order, over the reconnects too, and none may be there ' +
        'twice; otherwise the run would have ended.',
    ],
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
