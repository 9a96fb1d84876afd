// I9 over a store: a client that is opened from what was kept at some moment, and resumes, equals a fresh fetch.
import type { ServerEvent, SyncAnswer } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEvent, applyView } from '../replica/apply-event.ts'
import { applySync } from '../replica/apply-sync.ts'
import { ReplicaReader } from '../replica/replica.ts'
import { ReplicaState } from '../replica/state.ts'
import { createReport } from '../report.ts'
import { actions, perform } from '../testing/actions.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { idOf, ModelChat, userOf } from '../testing/model-chat.ts'
import { NotedNeeds } from '../testing/needs.ts'
import type { ReplicaStore } from '../types.ts'
import { memoryReplica } from './memory-replica.ts'
import { gatherChanges, ReplicaKeeper } from './replica-keeper.ts'

const people = [idOf(10), idOf(11), idOf(12), idOf(13)]
const [me = '', ana = '', ben = ''] = people
const account = { origin: 'https://one.example', userId: me }
const profile = {
  ...userOf(me),
  email: null,
  email_visibility: 'contacts' as const,
  locale: 'en' as const,
  is_admin: false,
}

/** A client without a network, which the test plays. */
const start = async (store: ReplicaStore) => {
  const clock = new FakeClock()
  const report = createReport(undefined)
  const state = new ReplicaState(clock, new NotedNeeds(), () => undefined, report, true)
  const reader = new ReplicaReader(state, clock)
  const keeper = new ReplicaKeeper({ store, clock, state, replica: reader, onTurn: () => undefined, report })
  await keeper.open(account, true)
  const held = (chatId: string) => state.records.get(chatId)?.held.contiguous
  const named = (chats: readonly ModelChat[]) =>
    new Map(chats.flatMap(({ id }) => (held(id) === undefined ? [] : [[id, held(id) ?? 0] as const])))
  return {
    ...{ state, reader, keeper, held },
    resume: (chats: readonly ModelChat[]) => {
      state.putMe(profile)
      applySync(state, answerOf(chats, named(chats)), {
        named: named(chats),
        moment: state.moment,
        isReady: true,
      })
    },
    hear: (events: readonly ServerEvent[]) => {
      for (const event of events) applyEvent(state, event)
    },
    page: (chat: ModelChat) => {
      const items = chat.messages.slice(-50)
      const load = state.timelines.beginLoad(chat.id)
      const page = { side: 'place', items, has_before: chat.messages.length > 50, has_after: false } as const
      expect(state.timelines.endLoad(load, page)).toBe(true)
      state.sawPage(items)
    },
    write: async () => {
      // Whoever subscribed is told after this turn.
      await Promise.resolve()
      clock.advance(gatherChanges)
      await new Promise((resolve) => setImmediate(resolve))
    },
    look: (chatId: string) => {
      const { items, hasAfter, empty } = reader.timeline(chatId)
      return {
        view: reader.chat(chatId),
        messages: items.flatMap((item) => (item.state === 'sent' ? [item.message] : [])),
        ...{ hasAfter, empty, held: held(chatId) },
      }
    },
  }
}

const answerOf = (chats: readonly ModelChat[], named: ReadonlyMap<string, number>): SyncAnswer => {
  const changes = chats.flatMap((chat) => (named.has(chat.id) ? [chat.since(named.get(chat.id) ?? 0)] : []))
  return {
    ...{ chats: chats.map((chat) => chat.view(me)), next_cursor: null, gaps: [], removed: [], users: [] },
    messages: changes.flatMap(({ messages }) => messages),
    members: changes.flatMap(({ members }) => members),
  }
}

/** What a run of the client meets: actions of which it hears some, and whether it writes then, or is killed without. */
const runs = fc.array(
  fc.record({
    heard: actions({ maxLength: 12 }),
    arrives: fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
    writesAfter: fc.nat(12),
    missed: actions({ maxLength: 12 }),
    isOpened: fc.boolean(),
    /** The store is taken back to what it was before this run. */
    isOlder: fc.boolean(),
    ending: fc.constantFrom('closed', 'killed'),
  }),
  { minLength: 1, maxLength: 5 },
)

/** One that can be taken back to an earlier time. */
const restorable = () => {
  const store = memoryReplica()
  return {
    store,
    snapshot: async () => structuredClone(await store.open(account)),
    putBack: async ({ chats, users, me: kept }: Awaited<ReturnType<ReplicaStore['open']>>) => {
      await store.erase(account)
      const { copy } = await store.open(account)
      const forgotten = { users: [], chats: [] }
      await store.write(account, copy, { ...(kept === null ? {} : { me: kept }), users, chats, forgotten })
    },
  }
}

describe('K13 I9: what was kept and a resume', () => {
  it('equal a fresh fetch, whenever it was written and however the client ended', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(runs, async (list) => {
        const chats = [new ModelChat(idOf(1), ana, [me, ben]), new ModelChat(idOf(2), ana, [me])] as const
        const { store, snapshot, putBack } = restorable()
        for (const run of list) {
          const before = await snapshot()
          const client = await start(store)
          client.resume(chats)
          if (run.isOpened) for (const chat of chats) client.page(chat)
          for (const [at, action] of run.heard.entries()) {
            const chat = chats[action.seq % 2] ?? chats[0]
            const events = perform(chat, people, action)
            if (run.arrives[at % run.arrives.length]) client.hear(events)
            if (at === run.writesAfter) await client.write()
          }
          if (run.ending === 'closed') await client.keeper.close(false)
          for (const action of run.missed) perform(chats[action.seq % 2] ?? chats[0], people, action)
          if (run.isOlder) await putBack(before)
        }
        const client = await start(store)
        const kept = chats.map(({ id }) => client.look(id))
        client.resume(chats)
        for (const [at, chat] of chats.entries()) {
          const now = client.look(chat.id)
          expect(now.view).toEqual(chat.view(me))
          expect(now.held).toBe(chat.version)
          if (now.empty) continue
          compared += 1
          expect(now.hasAfter).toBe(false)
          expect(now.messages).toEqual(chat.messages.slice(chat.messages.length - now.messages.length))
          expect(kept[at]?.empty).toBe(false)
        }
      }),
      { numRuns: 300 },
    )
    expect(compared).toBeGreaterThan(50)
  })

  it('is never a chat of which a change is missing, until that came', async () => {
    const chat = new ModelChat(idOf(1), ana, [me])
    const { store, snapshot } = restorable()
    const client = await start(store)
    client.resume([chat])
    client.page(chat)
    await client.write()
    const lost = chat.send(ana, 'lost')
    client.hear([chat.send(ana, 'after it')])
    await client.write()
    expect((await snapshot()).chats).toMatchObject([{ view: { version: 1 }, tail: { messages: [] } }])
    client.hear([lost])
    await client.write()
    expect((await snapshot()).chats).toMatchObject([{ view: { version: 3 }, tail: { messages: [{}, {}] } }])
    applyView(client.state, chat.view(me), client.state.moment)
    expect(client.held(chat.id)).toBe(3)
  })
})
