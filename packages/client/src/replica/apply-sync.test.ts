// A client that was away: what it held and the resume together equal a fresh fetch.
import type { SyncAnswer } from '@parley/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReport } from '../report.ts'
import { actions, perform } from '../testing/actions.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { idOf, ModelChat, userOf } from '../testing/model-chat.ts'
import { NotedNeeds } from '../testing/needs.ts'
import { applyEvent, applyView } from './apply-event.ts'
import { applySync } from './apply-sync.ts'
import { ReplicaReader } from './replica.ts'
import { ReplicaState } from './state.ts'

const people = [idOf(10), idOf(11), idOf(12), idOf(13)]
const [me = '', ana = '', ben = ''] = people

const newWorld = () => {
  const needs = new NotedNeeds()
  const state = new ReplicaState(new FakeClock(), needs, () => undefined, createReport(undefined))
  const reader = new ReplicaReader(state, new FakeClock())
  state.putMe({
    ...userOf(me),
    email: null,
    email_visibility: 'contacts' as const,
    locale: 'en',
    is_admin: false,
  })
  const fetch = (chat: ModelChat) => {
    applyView(state, chat.view(me), state.moment)
    for (const member of chat.members.values()) state.putMember(member)
    state.members.completed(chat.id)
    const load = state.timelines.beginLoad(chat.id)
    const page = { side: 'place', items: [...chat.messages], has_before: false, has_after: false } as const
    expect(state.timelines.endLoad(load, page)).toBe(true)
  }
  const look = (chatId: string) => {
    const { items, hasBefore, hasAfter, empty } = reader.timeline(chatId)
    const messages = items.flatMap((item) => (item.state === 'sent' ? [item.message] : []))
    const members = reader.members(chatId).map(({ read_seq, ...member }) => member)
    return { view: reader.chat(chatId), messages, hasBefore, hasAfter, empty, members }
  }
  const held = (chatId: string) => state.records.get(chatId)?.held.contiguous ?? 0
  const name = (...chatIds: string[]) => new Map(chatIds.map((id) => [id, held(id)]))
  return { needs, state, reader, fetch, look, held, name }
}

const answerOf = (chat: ModelChat, version: number): SyncAnswer => ({
  ...{ chats: [chat.view(me)], next_cursor: null, gaps: [], removed: [], users: [] },
  ...chat.since(version),
})
const gapOf = (chat: ModelChat): SyncAnswer => ({
  ...{ chats: [chat.view(me)], next_cursor: null, gaps: [chat.id], removed: [], users: [] },
  ...{ messages: [], members: [] },
})
const groupOf = () => new ModelChat(idOf(1), ana, [me, ben])
const ready = (named: ReadonlyMap<string, number>) => ({ named, moment: 0, isReady: true })

describe('I9: a resume', () => {
  it('brings a client that was away up to a fresh fetch, with whatever it heard before and after', () => {
    fc.assert(
      fc.property(
        actions({ maxLength: 20 }),
        actions({ maxLength: 30 }),
        fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }),
        actions({ maxLength: 10 }),
        (before, during, arrives, after) => {
          const [chat, world, fresh] = [groupOf(), newWorld(), newWorld()]
          for (const action of before) perform(chat, people, action)
          world.fetch(chat)
          // Some events still arrive before the line is lost, in any case not all of them.
          const missed = during.flatMap((action) => perform(chat, people, action))
          missed
            .filter((_, at) => arrives[at % arrives.length])
            .map((event) => applyEvent(world.state, event))
          const named = world.name(chat.id)
          applySync(world.state, answerOf(chat, world.held(chat.id)), ready(named))
          for (const event of after.flatMap((action) => perform(chat, people, action)))
            applyEvent(world.state, event)
          fresh.fetch(chat)
          expect(world.look(chat.id)).toEqual(fresh.look(chat.id))
          expect(world.held(chat.id)).toBe(chat.version)
          expect(world.needs.holes.size).toBe(0)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('never goes back behind events that overtook it', () => {
    const [chat, world] = [groupOf(), newWorld()]
    world.fetch(chat)
    const asked = world.name(chat.id)
    const early = chat.send(ana, 'before the snapshot')
    const answer = answerOf(chat, 1)
    const late = chat.send(ana, 'after the snapshot')
    applyEvent(world.state, early)
    applyEvent(world.state, late)
    applySync(world.state, answer, { named: asked, moment: 0, isReady: false })
    expect(world.held(chat.id)).toBe(chat.version)
    expect(world.look(chat.id).view).toEqual(chat.view(me))
    expect(world.look(chat.id).messages).toHaveLength(2)
  })

  it('tells the messages that changed meanwhile as events, once, in their present shape', () => {
    const [chat, world] = [groupOf(), newWorld()]
    for (const text of ['one', 'two', 'three']) chat.send(ana, text)
    world.fetch(chat)
    const named = world.name(chat.id)
    const heard = chat.edit(1, 'one!')
    if (heard !== undefined) applyEvent(world.state, heard)
    chat.edit(2, 'two!')
    chat.delete(3)
    chat.send(ben, 'four')
    chat.edit(4, 'four!')
    const missed = applySync(world.state, answerOf(chat, 1), ready(named))
    expect(missed.map(({ type, version }) => [type, version])).toEqual([
      ['message_updated', 6],
      ['message_deleted', 7],
      ['message_created', 9],
    ])
    expect(applySync(world.state, answerOf(chat, 1), ready(named))).toEqual([])
  })
})

describe('a gap', () => {
  it('drops pages and members, takes the view over, and asks again for what was looked at', () => {
    const [chat, world] = [groupOf(), newWorld()]
    chat.send(ana, 'one')
    world.fetch(chat)
    const named = world.name(chat.id)
    for (let count = 0; count < 300; count += 1) chat.send(ana, 'more')
    expect(applySync(world.state, gapOf(chat), ready(named))).toEqual([])
    expect(world.look(chat.id)).toMatchObject({ messages: [], members: [], empty: true })
    expect(world.look(chat.id).view).toEqual(chat.view(me))
    expect(world.held(chat.id)).toBe(chat.version)
    expect(world.needs.histories.get(chat.id)).toBe('latest')
    expect([...world.needs.rosters]).toEqual([chat.id])
  })

  it('is what a chat has that went on without being named in hello', () => {
    const [chat, world] = [groupOf(), newWorld()]
    world.fetch(chat)
    chat.send(ana, 'unheard')
    applySync(world.state, { ...gapOf(chat), gaps: [] }, ready(new Map()))
    expect(world.look(chat.id).empty).toBe(true)
    expect(world.held(chat.id)).toBe(chat.version)
  })

  it('makes a page on its way untrusted', () => {
    const [chat, world] = [groupOf(), newWorld()]
    world.fetch(chat)
    const load = world.state.timelines.beginLoad(chat.id)
    const stale = [...chat.messages]
    chat.send(ana, 'unheard')
    applySync(world.state, gapOf(chat), ready(world.name(chat.id)))
    const page = { side: 'place', items: stale, has_before: false, has_after: false } as const
    expect(world.state.timelines.endLoad(load, page)).toBe(false)
    expect(world.look(chat.id).empty).toBe(true)
  })
})

describe('an answer', () => {
  it('about chats that are not ours any more drops them', () => {
    const [chat, world] = [groupOf(), newWorld()]
    world.fetch(chat)
    const named = world.name(chat.id)
    const nothing = { chats: [], messages: [], members: [], gaps: [], users: [], next_cursor: null }
    applySync(world.state, { ...nothing, removed: [chat.id] }, ready(named))
    expect(world.reader.chats()).toEqual([])
  })

  it('without the view of a chat leaves a hole to be filled', () => {
    const [chat, world] = [groupOf(), newWorld()]
    world.fetch(chat)
    const named = world.name(chat.id)
    chat.send(ana, 'listed')
    applySync(world.state, { ...answerOf(chat, 1), chats: [] }, ready(named))
    expect(world.look(chat.id).messages).toHaveLength(1)
    expect([...world.needs.holes]).toEqual([chat.id])
  })

  it('of a sync does not claim changes of a chat that it was not asked about', () => {
    const [chat, other, world] = [groupOf(), new ModelChat(idOf(2), ana, [me]), newWorld()]
    world.fetch(chat)
    world.fetch(other)
    other.send(ana, 'unheard')
    const answer = { ...answerOf(chat, 1), chats: [chat.view(me), other.view(me)] }
    applySync(world.state, answer, { named: world.name(chat.id), moment: 0, isReady: false })
    expect(world.held(other.id)).toBe(1)
    expect([...world.needs.holes]).toEqual([other.id])
  })
})
