// The replica fed by events against a fresh fetch, and the events that need something of their own.
import type { ReadyFrame, ServerEvent } from '@parley/protocol'
import { timings } from '@parley/protocol'
import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { createReport } from '../report.ts'
import { type Action, actions, keys, perform, repeats, scramble } from '../testing/actions.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { idOf, ModelChat, timeOf, userOf } from '../testing/model-chat.ts'
import { NotedNeeds } from '../testing/needs.ts'
import { applyEvent, applyView } from './apply-event.ts'
import { ReplicaReader } from './replica.ts'
import { ReplicaState } from './state.ts'

const people = [idOf(10), idOf(11), idOf(12), idOf(13)]
const [me = '', ana = '', ben = ''] = people
const meProfile: ReadyFrame['user'] = {
  ...userOf(me),
  email: null,
  email_visibility: 'contacts' as const,
  locale: 'en',
  is_admin: false,
}

class World {
  readonly clock = new FakeClock()
  readonly needs = new NotedNeeds()
  readonly seen: string[] = []
  readonly state = new ReplicaState(
    this.clock,
    this.needs,
    (message) => this.seen.push(message.id),
    createReport(undefined),
  )
  readonly reader = new ReplicaReader(this.state, this.clock)

  constructor() {
    this.state.putMe(meProfile)
  }

  /** The chat as `ready` and the first calls bring it. */
  fetch(chat: ModelChat): void {
    applyView(this.state, chat.view(me), this.state.moment)
    for (const member of chat.members.values()) this.state.putMember(member)
    const load = this.state.timelines.beginLoad(chat.id)
    const page = { side: 'place', items: [...chat.messages], has_before: false, has_after: false } as const
    expect(this.state.timelines.endLoad(load, page)).toBe(true)
  }

  hear(events: readonly (ServerEvent | undefined)[]): boolean[] {
    return events.filter((event) => event !== undefined).map((event) => applyEvent(this.state, event))
  }

  /** All that an application can see of a chat. */
  look(chatId: string) {
    const timeline = this.reader.timeline(chatId)
    return {
      view: this.reader.chat(chatId),
      messages: timeline.items.flatMap((item) => (item.state === 'sent' ? [item.message] : [])),
      edges: [timeline.hasBefore, timeline.hasAfter, timeline.empty],
      members: this.reader.members(chatId),
      totalUnread: this.reader.totalUnread(),
    }
  }
}

const groupOf = () => new ModelChat(idOf(1), ana, [me, ben])
let world: World
beforeEach(() => {
  world = new World()
})

describe('I9: the replica fed by events equals a fresh fetch', () => {
  const play = (before: readonly Action[], after: readonly Action[]) => {
    const chat = groupOf()
    for (const action of before) perform(chat, people, action)
    const held = new World()
    held.fetch(chat)
    const events = after.flatMap((action) => perform(chat, people, action))
    const fresh = new World()
    fresh.fetch(chat)
    return { chat, held, fresh, events }
  }

  it('when they come in order', () => {
    fc.assert(
      fc.property(actions({ maxLength: 25 }), actions({ maxLength: 40 }), (before, after) => {
        const { chat, held, fresh, events } = play(before, after)
        held.hear(events)
        expect(held.look(chat.id)).toEqual(fresh.look(chat.id))
      }),
    )
  })

  it('when they come shuffled and more than once', () => {
    fc.assert(
      fc.property(
        actions({ maxLength: 25 }),
        actions({ minLength: 1, maxLength: 40 }),
        repeats,
        keys,
        (before, after, again, order) => {
          const { chat, held, fresh, events } = play(before, after)
          const heard = scramble(events, again, order)
          const told = held.hear(heard)
          expect(held.look(chat.id)).toEqual(fresh.look(chat.id))
          expect(held.needs.holes.size).toBe(0)
          expect(held.state.records.get(chat.id)?.held.contiguous).toBe(chat.version)
          const durable = heard.filter((event, at) => told[at] && 'version' in event && event.type !== 'read')
          expect(new Set(durable).size).toBe(durable.length)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('when the view of the chat comes in the middle of them', () => {
    fc.assert(
      fc.property(actions({ minLength: 2, maxLength: 40 }), fc.nat(40), fc.nat(40), (list, some, more) => {
        const [world, chat] = [new World(), groupOf()]
        const steps = list.map((action) => ({ events: perform(chat, people, action), view: chat.view(me) }))
        const [asked, arrived] = [some % steps.length, (some + more) % steps.length].sort((a, b) => a - b)
        steps.forEach(({ events }, at) => {
          // Cursors of a chat that is not known yet are in the view that comes.
          const isKnown = world.state.records.has(chat.id)
          world.hear(
            events.filter((event) => isKnown || (event.type !== 'read' && event.type !== 'fully_read')),
          )
          const view = steps[asked ?? 0]?.view
          if (at === arrived && view !== undefined) applyView(world.state, view, world.state.moment)
        })
        const view = world.reader.chat(chat.id)
        const expected = chat.view(me)
        expect(view).toMatchObject({ version: expected.version, last_message: expected.last_message })
        expect(view?.title).toBe(expected.title)
      }),
    )
  })
})

describe('a durable event', () => {
  it('of an unknown chat asks for the chat, once told', () => {
    const chat = groupOf()
    const event = chat.send(ana, 'hello')
    expect(world.hear([event, event])).toEqual([true, false])
    expect([...world.needs.chats]).toEqual([chat.id])
    expect(world.reader.chat(chat.id)).toBeUndefined()
  })

  it('that skips a version leaves a hole until the missing one comes', () => {
    const chat = groupOf()
    world.fetch(chat)
    const [first, second] = [chat.send(ana, 'one'), chat.send(ana, 'two')]
    world.hear([second])
    expect([...world.needs.holes]).toEqual([chat.id])
    expect(world.reader.timeline(chat.id)).toMatchObject({ items: [], hasAfter: true })
    world.hear([first])
    expect(world.needs.holes.size).toBe(0)
    expect(world.reader.timeline(chat.id).items).toHaveLength(2)
  })

  it('chat_created makes the chat, with the role of its maker', () => {
    const chat = new ModelChat(idOf(2), me, [ana])
    world.hear([chat.created(), chat.send(ana, 'thanks')])
    expect(world.reader.chat(chat.id)).toEqual({ ...chat.view(me), role: 'owner' })
    expect(world.reader.user(ana)).toBeDefined()
    expect(world.needs.chats.size).toBe(0)
  })

  it('chat_deleted and the own removal drop the chat, and a late answer does not bring it back', () => {
    for (const end of ['delete', 'remove'] as const) {
      const chat = new ModelChat(idOf(end === 'delete' ? 3 : 4), ana, [me])
      world.fetch(chat)
      const late = chat.view(me)
      const [removed] = chat.leave(me, me)
      const event: ServerEvent | undefined =
        end === 'remove'
          ? removed
          : { type: 'chat_deleted', chat_id: chat.id, version: chat.version, chat: chat.chat }
      world.hear([event])
      expect(world.reader.chat(chat.id)).toBeUndefined()
      expect(world.reader.timeline(chat.id)).toMatchObject({ items: [], empty: true })
      expect(world.reader.members(chat.id)).toEqual([])
      applyView(world.state, late, world.state.moment)
      expect(world.reader.chat(chat.id)).toBeUndefined()
    }
  })

  it('of an old removal does not drop a chat that one has joined again', () => {
    const chat = groupOf()
    world.fetch(chat)
    const [removed] = chat.leave(me, me)
    const added = chat.join(me)
    world.hear([added, removed])
    expect(world.reader.chat(chat.id)?.role).toBe('member')
    expect([...world.needs.chats]).toEqual([chat.id])
  })

  it('of the own promotion changes the own role', () => {
    const chat = groupOf()
    world.fetch(chat)
    world.hear([chat.promote(me)])
    expect(world.reader.chat(chat.id)?.role).toBe('admin')
  })

  it('with a sender nobody knows asks for the profile once', () => {
    const chat = groupOf()
    world.fetch(chat)
    world.needs.people.clear()
    const stranger = idOf(77)
    world.hear([chat.join(stranger)])
    expect(world.needs.people.has(stranger)).toBe(false)
    world.hear([chat.send(idOf(78), 'who am I?'), chat.send(idOf(78), 'well?')])
    expect([...world.needs.people]).toEqual([idOf(78)])
  })

  it('reaches a window whose page was asked for before it and comes after it', () => {
    const chat = groupOf()
    chat.send(ana, 'first')
    world.fetch(chat)
    world.state.timelines.reset(chat.id)
    const load = world.state.timelines.beginLoad(chat.id)
    const stale = [...chat.messages]
    world.hear([chat.edit(1, 'edited'), chat.send(ana, 'second')])
    world.state.timelines.endLoad(load, { side: 'place', items: stale, has_before: false, has_after: false })
    expect(world.look(chat.id).messages.map(({ text }) => text)).toEqual(['edited', 'second'])
  })
})

describe('a passing event', () => {
  it('typing shows the others for a while, or until their message comes', () => {
    const chat = groupOf()
    world.fetch(chat)
    const typing = (user_id: string) => ({ type: 'typing', chat_id: chat.id, user_id }) as const
    world.hear([typing(ana), typing(me), typing(ben)])
    expect(world.reader.typing(chat.id)).toEqual([ana, ben])
    expect(world.reader.typing(chat.id)).toBe(world.reader.typing(chat.id))
    world.hear([chat.send(ana, 'done')])
    expect(world.reader.typing(chat.id)).toEqual([ben])
    world.clock.advance(timings.typingShown - 1)
    world.hear([typing(ben)])
    world.clock.advance(timings.typingShown - 1)
    expect(world.reader.typing(chat.id)).toEqual([ben])
    world.clock.advance(1)
    expect(world.reader.typing(chat.id)).toEqual([])
    expect(world.clock.waiting).toBe(0)
  })

  it('preferences_updated outlives an answer that was asked for before it', () => {
    const chat = groupOf()
    world.fetch(chat)
    const asked = world.state.moment
    const preferences = { muted_until: null, pinned: true, archived: false }
    world.hear([{ type: 'preferences_updated', chat_id: chat.id, preferences }])
    applyView(world.state, chat.view(me), asked)
    expect(world.reader.chat(chat.id)?.pinned).toBe(true)
    applyView(world.state, chat.view(me), world.state.moment)
    expect(world.reader.chat(chat.id)?.pinned).toBe(false)
  })

  it('user_updated outlives an answer that was asked for before it, and keeps equal profiles the same', () => {
    const asked = world.state.moment
    world.hear([{ type: 'user_updated', user: userOf(ana, 'Ana') }])
    world.state.putUsers([userOf(ana, 'Old')], asked)
    const held = world.reader.user(ana)
    expect(held?.name).toBe('Ana')
    world.state.putUsers([userOf(ana, 'Ana')], world.state.moment)
    expect(world.reader.user(ana)).toBe(held)
  })

  it('presence is known for those who are watched', () => {
    world.state.presences.watch([ana, ben])
    world.hear([{ type: 'presence', user_id: ana, online: true, last_seen_at: null }])
    expect(world.reader.presence(ana)).toEqual({ online: true, lastSeenAt: null })
    world.state.presences.watch([ben])
    expect(world.reader.presence(ana)).toBeUndefined()
  })
})

describe('the replica as it is read', () => {
  it('lists pinned chats first, then the newest activity', () => {
    const chats = [1, 2, 3].map((number) => new ModelChat(idOf(number), me, [ana]))
    for (const chat of chats) applyView(world.state, chat.view(me), 0)
    const [first, second, third] = chats
    const pinned = { muted_until: null, pinned: true, archived: false }
    world.hear([
      second?.send(ana, 'hi'),
      { type: 'preferences_updated', chat_id: third?.id ?? '', preferences: pinned },
    ])
    expect(world.reader.chats().map(({ id }) => id)).toEqual([third?.id, second?.id, first?.id])
  })

  it('gives the same frozen objects until something changes', () => {
    const [chat, other] = [groupOf(), new ModelChat(idOf(5), ana, [me])]
    world.fetch(chat)
    world.fetch(other)
    const before = [world.reader.chats(), world.reader.chat(chat.id), world.reader.timeline(chat.id)]
    expect([world.reader.chats(), world.reader.chat(chat.id), world.reader.timeline(chat.id)]).toEqual(before)
    world.hear([{ type: 'typing', chat_id: chat.id, user_id: ana }])
    expect(world.reader.chats()).toBe(before[0])
    world.hear([other.send(ana, 'elsewhere')])
    expect(world.reader.chats()).not.toBe(before[0])
    expect(world.reader.chat(chat.id)).toBe(before[1])
    expect(world.reader.timeline(chat.id)).toBe(before[2])
    expect(before.every((object) => Object.isFrozen(object))).toBe(true)
  })

  it('leaves muted and archived chats out of the sum of unread messages', () => {
    const chats = [1, 2, 3].map((number) => new ModelChat(idOf(number), ana, [me]))
    for (const chat of chats) {
      chat.send(ana, 'unread')
      applyView(world.state, chat.view(me), 0)
    }
    const [, second, third] = chats
    const put = (chat: ModelChat | undefined, change: object): ServerEvent => ({
      ...{ type: 'preferences_updated', chat_id: chat?.id ?? '' },
      preferences: { muted_until: null, pinned: false, archived: false, ...change },
    })
    world.hear([put(second, { archived: true }), put(third, { muted_until: timeOf(60_000) })])
    expect(world.reader.totalUnread()).toBe(1)
    world.clock.advance(61_000)
    expect(world.reader.totalUnread()).toBe(2)
  })

  it('tells subscribers once per turn', async () => {
    const chat = groupOf()
    let told = 0
    world.fetch(chat)
    await Promise.resolve()
    const end = world.reader.subscribe(() => {
      told += 1
    })
    world.hear([chat.send(ana, 'one'), chat.send(ana, 'two')])
    expect(told).toBe(0)
    await Promise.resolve()
    expect(told).toBe(1)
    end()
    world.hear([chat.send(ana, 'three')])
    await Promise.resolve()
    expect(told).toBe(1)
  })
})
