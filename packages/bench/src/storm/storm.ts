// Everybody comes back at once: after all sockets were cut, and after the server was killed and started again.
import { join } from 'node:path'
import { createApi } from '../api.ts'
import { createParleyOn } from '../contestants/parley.ts'
import { createMicrosClock } from '../load/clock.ts'
import { type ProcessSample, sampleProcesses } from '../process-cpu.ts'
import { type Remote, startRemote } from '../remote.ts'
import type { Findings, Study, StudyPorts } from '../scenarios/study.ts'
import { type ServerProcess, serverHost, startServerProcess } from '../server-process.ts'
import type { Return } from './crowd.ts'
import { type Round, stormFindings } from './findings.ts'
import { type StormSizes, sizes } from './sizes.ts'
import { countStatements, type StatementCounter } from './statements.ts'
import type { CrowdQuestion } from './worker.ts'

const membersPerChat = 25
const postsAtOnce = 8

export const stormStudy: Study = {
  name: 'storm',
  title: `Storm: ${sizes.real.clients.toLocaleString('en')} clients come back at once`,
  async run(ports): Promise<Findings> {
    const { size, repeat, progress, teardown } = ports
    const server = await startServerProcess(teardown)
    const statements = await countStatements(server)
    const crowd = startRemote<CrowdQuestion, Return | null>(join(import.meta.dirname, 'worker.ts'), teardown)
    const missedEach = await prepare(server, crowd, sizes[size], ports)
    const rounds: Record<'cut' | 'killed', Round[]> = { cut: [], killed: [] }
    for (let round = 0; round < repeat; round++) {
      rounds.cut.push(await cutAll(server, crowd, statements))
      rounds.killed.push(await killServer(server, crowd, statements))
      progress(
        `back after ${rounds.cut.at(-1)?.allBackSeconds.toFixed(2)} s (cut), ${rounds.killed.at(-1)?.allBackSeconds.toFixed(2)} s (killed)`,
      )
    }
    await statements.close()
    for (const { back } of [...rounds.cut, ...rounds.killed]) requireComplete(back, missedEach)
    return stormFindings(rounds, sizes[size], await serverFailures(server))
  },
}

/** Makes people and chats, connects everybody and writes what they will have missed. Resolves with how much that is. */
async function prepare(
  server: ServerProcess,
  crowd: Remote<CrowdQuestion, Return | null>,
  { clients, chatsEach, messagesBefore, messagesMissed }: StormSizes,
  { progress }: StudyPorts,
): Promise<number> {
  const parley = createParleyOn(server, progress)
  const people = await parley.people(clients)
  const count = Math.max(chatsEach, Math.round((clients * chatsEach) / membersPerChat))
  const posts: { readonly chatId: string; readonly token: string }[] = []
  progress(`making ${count} chats`)
  for (let chat = 0; chat < count; chat++) {
    const members = people.filter((_, person) => {
      const first = person % count
      return (chat - first + count) % count < chatsEach
    })
    posts.push({ chatId: await parley.createGroup(members), token: members[0]?.token ?? '' })
  }
  const api = createApi(server.origin)
  const postAll = async (messages: number): Promise<void> => {
    const waiting = Array.from({ length: messages }, () => posts).flat()
    const postSome = async (): Promise<void> => {
      for (let post = waiting.pop(); post !== undefined; post = waiting.pop()) {
        const { chatId, token } = post
        const body = { text: 'the quick brown fox jumps over the lazy dog' }
        await api.call('sendMessage', { token, params: { chat_id: chatId }, body })
      }
    }
    await Promise.all(Array.from({ length: postsAtOnce }, postSome))
  }
  await postAll(messagesBefore)
  progress(`connecting ${clients} sockets`)
  const tokens = (await parley.people(clients)).map(({ token }) => token)
  await crowd.ask({ type: 'connect', plan: { host: serverHost, port: server.port, tokens } })
  await postAll(messagesMissed)
  api.close()
  return clients * chatsEach * messagesMissed
}

async function cutAll(
  server: ServerProcess,
  crowd: Remote<CrowdQuestion, Return | null>,
  statements: StatementCounter,
): Promise<Round> {
  await statements.reset()
  const before = sampleProcesses(server.processes)
  const back = await answerOf(crowd.ask({ type: 'cut' }))
  return roundOf(back, {
    begin: back.firstLostAt,
    readySeconds: null,
    statements: await statements.counts(),
    cpu: difference(before, sampleProcesses(server.processes)),
  })
}

async function killServer(
  server: ServerProcess,
  crowd: Remote<CrowdQuestion, Return | null>,
  statements: StatementCounter,
): Promise<Round> {
  await statements.reset()
  const { databaseCpu } = sampleProcesses(server.processes)
  const killedAt = createMicrosClock()()
  const returning = crowd.ask({ type: 'returned' })
  await server.kill()
  const startSeconds = await server.restart()
  const back = await answerOf(returning)
  return roundOf(back, {
    begin: killedAt,
    readySeconds: startSeconds,
    statements: await statements.counts(),
    // The new process has used nothing before it began.
    cpu: difference({ serverCpu: 0, databaseCpu }, sampleProcesses(server.processes)),
  })
}

async function answerOf(answer: Promise<Return | null>): Promise<Return> {
  const back = await answer
  if (back === null) throw new Error('The crowd did not say how it came back')
  return back
}

type Measured = Pick<Round, 'readySeconds' | 'statements' | 'cpu'> & { readonly begin: number }

function roundOf(back: Return, { begin, ...measured }: Measured): Round {
  const seconds = (at: number | undefined): number => ((at ?? Infinity) - begin) / 1_000_000
  const middle = back.readyAt[Math.floor(back.readyAt.length / 2)]
  return {
    ...measured,
    back,
    firstBackSeconds: seconds(back.readyAt[0]),
    middleBackSeconds: seconds(middle),
    allBackSeconds: seconds(back.readyAt.at(-1)),
  }
}

const difference = (
  before: Pick<ProcessSample, 'serverCpu' | 'databaseCpu'>,
  after: ProcessSample,
): Round['cpu'] => ({
  server: (after.serverCpu ?? 0) - (before.serverCpu ?? 0),
  database: (after.databaseCpu ?? 0) - (before.databaseCpu ?? 0),
})

function requireComplete(back: Return, missed: number): void {
  if (back.incomplete > 0 || back.missed !== missed) {
    throw new Error(`${back.incomplete} clients miss messages: ${back.missed} of ${missed} came`)
  }
}

/** Answers of 5xx that the present server counted. */
async function serverFailures(server: ServerProcess): Promise<number> {
  const text = await (await fetch(`${server.origin}/metrics`)).text()
  const counts = [
    ...text.matchAll(/^parley_http_request_duration_seconds_count\{.*status="5\d\d".*\} (\d+)$/gm),
  ]
  return counts.reduce((total, [, count]) => total + Number(count), 0)
}
