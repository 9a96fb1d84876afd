// Who hears what: for every event of the protocol the actions that cause it (or must not), and what each socket is told of them.
import { randomUUID } from 'node:crypto'
import type { DurableEventType, PassingEventType } from '@parley/protocol'
import { type Ear, ears, type Hearing } from './hearing.ts'
import { Listener } from './listener.ts'
import type { Kind } from './stage.ts'

type EventType = DurableEventType | PassingEventType

export interface EventCase {
  readonly what: string
  readonly kind: Kind
  /** What is done before anybody listens. */
  readonly before?: (at: Hearing) => Promise<unknown>
  readonly action: (at: Hearing) => Promise<unknown>
  /** The types of the frames told to each, in order. Who is not named hears nothing at all. */
  readonly heard: Partial<Readonly<Record<Ear, string>>>
}

type Details = Omit<EventCase, 'what' | 'kind'>

const inPrivate = (what: string, details: Details): EventCase => ({ what, kind: 'private', ...details })
const inPublic = (what: string, details: Details): EventCase => ({ what, kind: 'public', ...details })
const inChannel = (what: string, details: Details): EventCase => ({ what, kind: 'channel', ...details })
const inDirect = (what: string, details: Details): EventCase => ({ what, kind: 'direct', ...details })

const nobody = {}
/** All who are in the group. The owner has two devices. */
const everyone = (types: string, but: Partial<Record<Ear, string>> = {}): EventCase['heard'] => ({
  owner: types,
  tablet: types,
  admin: types,
  member: types,
  ...but,
})
const ownerOnly = (types: string): EventCase['heard'] => ({ owner: types, tablet: types })

const chat = (at: Hearing) => ({ chat_id: at.scene.chatId })
type Actor = Exclude<Ear, 'tablet'> | 'bystander'
const token = (at: Hearing, who: Actor): string => at.scene.cast[who].token

const say = (at: Hearing, who: Actor) => at.stage.say(at.scene.cast[who], at.scene.chatId, 'news')
const messageOf = (at: Hearing, who: Actor) => ({ message_id: at.scene.messages[who] ?? '' })
const remove = (at: Hearing, who: Actor, whom: Actor) =>
  at.stage.door.ask('removeMember', token(at, who), {
    params: { ...chat(at), user_id: at.scene.cast[whom].id },
  })
const add = (at: Hearing, who: Actor, whom: Actor) =>
  at.stage.door.ask('addMembers', token(at, who), {
    params: chat(at),
    body: { user_ids: [at.scene.cast[whom].id] },
  })
const setRole = (at: Hearing, whom: Actor, role: 'admin' | 'owner') =>
  at.stage.door.ask('updateMember', token(at, 'owner'), {
    params: { ...chat(at), user_id: at.scene.cast[whom].id },
    body: { role },
  })
const read = (at: Hearing, who: Actor, seq: number) =>
  at.stage.door.ask('markRead', token(at, who), { params: chat(at), body: { seq } })
const type = (at: Hearing, who: Actor) =>
  at.stage.door.ask('sendTyping', token(at, who), { params: chat(at) })
const direct = (at: Hearing, who: Actor, whom: Actor) =>
  at.stage.door.ask('createChat', token(at, who), {
    body: { kind: 'direct', user_id: at.scene.cast[whom].id },
  })
const rename = (at: Hearing, who: Actor) =>
  at.stage.door.ask('updateMe', token(at, who), { body: { name: 'changed' } })
const deleteChat = (at: Hearing) => at.stage.door.ask('deleteChat', token(at, 'owner'), { params: chat(at) })
const watchBystander = (at: Hearing) =>
  Promise.all(
    ears.map((ear) =>
      at.listener(ear).ask({ type: 'watch_presence', user_ids: [at.scene.cast.bystander.id] }),
    ),
  )
/** The bystander comes online, and stays. */
const arrive = (at: Hearing) => Listener.enter(at.stage.server.url, token(at, 'bystander'))

export const eventCases: Readonly<Record<EventType, readonly EventCase[]>> = {
  message_created: [
    inPrivate('the owner writes', { action: (at) => say(at, 'owner'), heard: everyone('message_created') }),
    inPrivate('a member writes', { action: (at) => say(at, 'member'), heard: everyone('message_created') }),
    inChannel('the owner writes', { action: (at) => say(at, 'owner'), heard: everyone('message_created') }),
    inDirect('the peer writes', {
      action: (at) => say(at, 'peer'),
      heard: { ...ownerOnly('message_created'), peer: 'message_created' },
    }),
    inPrivate('after a member was removed', {
      before: (at) => remove(at, 'admin', 'member'),
      action: (at) => say(at, 'owner'),
      heard: { ...ownerOnly('message_created'), admin: 'message_created' },
    }),
    inPrivate('after a member left', {
      before: (at) => remove(at, 'member', 'member'),
      action: (at) => say(at, 'owner'),
      heard: { ...ownerOnly('message_created'), admin: 'message_created' },
    }),
    inPublic('after a stranger joined', {
      before: (at) => add(at, 'stranger', 'stranger'),
      action: (at) => say(at, 'owner'),
      heard: everyone('message_created', { stranger: 'message_created' }),
    }),
    inPrivate('the same id twice', {
      async action(at) {
        const body = { id: randomUUID(), text: 'once' }
        await at.stage.door.ask('sendMessage', token(at, 'owner'), { params: chat(at), body })
        await at.stage.door.ask('sendMessage', token(at, 'owner'), { params: chat(at), body })
      },
      heard: everyone('message_created'),
    }),
  ],
  message_updated: [
    inPrivate('a member edits', {
      action: (at) =>
        at.stage.door.ask('editMessage', token(at, 'member'), {
          params: messageOf(at, 'member'),
          body: { text: 'changed' },
        }),
      heard: everyone('message_updated'),
    }),
  ],
  message_deleted: [
    inPrivate('an admin deletes', {
      action: (at) =>
        at.stage.door.ask('deleteMessage', token(at, 'admin'), { params: messageOf(at, 'member') }),
      heard: everyone('message_deleted'),
    }),
  ],
  chat_created: [
    inPrivate('a group', {
      action: (at) =>
        at.stage.door.ask('createChat', token(at, 'owner'), {
          body: { kind: 'group', title: 'another', member_ids: [at.scene.cast.member.id] },
        }),
      heard: { ...ownerOnly('chat_created'), member: 'chat_created' },
    }),
    inPrivate('a direct chat of strangers', {
      action: (at) => direct(at, 'stranger', 'member'),
      heard: { stranger: 'chat_created', member: 'chat_created' },
    }),
    inDirect('a direct chat that is there already', {
      action: (at) => direct(at, 'peer', 'owner'),
      heard: nobody,
    }),
  ],
  chat_updated: [
    inPublic('an admin changes the group', {
      action: (at) =>
        at.stage.door.ask('updateChat', token(at, 'admin'), { params: chat(at), body: { title: 'changed' } }),
      heard: everyone('chat_updated'),
    }),
    inPrivate('an admin changes nothing', {
      action: (at) => at.stage.door.ask('updateChat', token(at, 'admin'), { params: chat(at), body: {} }),
      heard: nobody,
    }),
  ],
  chat_deleted: [
    inPrivate('the owner deletes the group', { action: deleteChat, heard: everyone('chat_deleted') }),
    inPrivate('somebody writes to the deleted group', {
      before: deleteChat,
      action: (at) =>
        at.stage.door.call('sendMessage', token(at, 'owner'), { params: chat(at), body: { text: 'late' } }),
      heard: nobody,
    }),
  ],
  member_added: [
    inPrivate('an admin adds a stranger', {
      action: (at) => add(at, 'admin', 'stranger'),
      heard: everyone('member_added', { stranger: 'member_added' }),
    }),
    inPrivate('an admin adds somebody who was removed', {
      action: (at) => add(at, 'admin', 'ex_member'),
      heard: everyone('member_added', { ex_member: 'member_added' }),
    }),
    inPublic('a stranger joins', {
      action: (at) => add(at, 'stranger', 'stranger'),
      heard: everyone('member_added', { stranger: 'member_added' }),
    }),
    inPrivate('an admin adds somebody who is in', {
      action: (at) => add(at, 'admin', 'member'),
      heard: nobody,
    }),
    inPrivate('a stranger tries to join', {
      action: (at) =>
        at.stage.door.call('addMembers', token(at, 'stranger'), {
          params: chat(at),
          body: { user_ids: [at.scene.cast.stranger.id] },
        }),
      heard: nobody,
    }),
  ],
  member_updated: [
    inPrivate('the owner makes an admin', {
      action: (at) => setRole(at, 'member', 'admin'),
      heard: everyone('member_updated'),
    }),
    inPrivate('the owner hands over', {
      action: (at) => setRole(at, 'admin', 'owner'),
      heard: everyone('member_updated member_updated'),
    }),
  ],
  member_removed: [
    inPrivate('an admin removes a member', {
      action: (at) => remove(at, 'admin', 'member'),
      heard: everyone('member_removed'),
    }),
    inPrivate('a member leaves', {
      action: (at) => remove(at, 'member', 'member'),
      heard: everyone('member_removed'),
    }),
    inPrivate('the owner leaves', {
      action: (at) => remove(at, 'owner', 'owner'),
      heard: everyone('member_updated member_removed'),
    }),
  ],
  read: [
    inPrivate('a member reads', { action: (at) => read(at, 'member', 2), heard: everyone('read') }),
    inPrivate('a member reads what was read', {
      before: (at) => read(at, 'member', 2),
      action: (at) => read(at, 'member', 1),
      heard: nobody,
    }),
  ],
  fully_read: [
    inDirect('the peer reads', {
      action: (at) => read(at, 'peer', 2),
      heard: { ...ownerOnly('read fully_read'), peer: 'read' },
    }),
    inPrivate('the last but one reads', {
      before: (at) => Promise.all((['admin', 'bystander'] as const).map((who) => read(at, who, 2))),
      action: (at) => read(at, 'member', 2),
      // Of those who are in, only the owner has not read: nobody else may say that all others have.
      heard: everyone('read', ownerOnly('read fully_read')),
    }),
    inPrivate('whoever had not read is removed', {
      before: (at) => Promise.all((['owner', 'admin', 'bystander'] as const).map((who) => read(at, who, 2))),
      action: (at) => remove(at, 'admin', 'member'),
      heard: { ...everyone('member_removed fully_read'), member: 'member_removed' },
    }),
  ],
  preferences_updated: [
    inPrivate('the owner pins the chat', {
      action: (at) =>
        at.stage.door.ask('updatePreferences', token(at, 'owner'), {
          params: chat(at),
          body: { pinned: true },
        }),
      heard: ownerOnly('preferences_updated'),
    }),
  ],
  session_revoked: [
    inPrivate('the owner ends the session of the tablet', {
      action: (at) =>
        at.stage.door.ask('revokeSession', token(at, 'owner'), {
          params: { session_id: at.tablet.sessionId },
        }),
      heard: ownerOnly('session_revoked'),
    }),
  ],
  me_updated: [
    inPrivate('the owner changes their name', {
      action: (at) => rename(at, 'owner'),
      // Once for each chat: the group, the direct chat with the peer, and the saved messages.
      heard: everyone('user_updated', {
        ...ownerOnly('me_updated user_updated user_updated user_updated'),
        peer: 'user_updated',
      }),
    }),
  ],
  user_updated: [
    inPrivate('a member changes their name', {
      action: (at) => rename(at, 'member'),
      heard: everyone('user_updated', { member: 'me_updated user_updated user_updated' }),
    }),
    inPrivate('a stranger changes their name', {
      action: (at) => rename(at, 'stranger'),
      heard: { stranger: 'me_updated user_updated' },
    }),
    inPrivate('a member of a group that was deleted changes their name', {
      before: deleteChat,
      action: (at) => rename(at, 'member'),
      heard: { member: 'me_updated user_updated' },
    }),
  ],
  typing: [
    inPrivate('a member types', {
      action: (at) => type(at, 'member'),
      heard: everyone('typing', { member: '' }),
    }),
    inPrivate('the owner types', {
      action: (at) => type(at, 'owner'),
      heard: { admin: 'typing', member: 'typing' },
    }),
    inDirect('the peer types', { action: (at) => type(at, 'peer'), heard: ownerOnly('typing') }),
    inChannel('a member tries to type', {
      action: (at) => at.stage.door.call('sendTyping', token(at, 'member'), { params: chat(at) }),
      heard: nobody,
    }),
  ],
  presence: [
    inPrivate('everyone begins to watch a member', {
      action: watchBystander,
      heard: everyone('ack presence', { ex_member: 'ack', peer: 'ack', stranger: 'ack' }),
    }),
    inPrivate('a member comes whom everyone watches', {
      before: watchBystander,
      action: arrive,
      heard: everyone('presence'),
    }),
    inPrivate('a member goes whom everyone watches', {
      async before(at) {
        await watchBystander(at)
        const listener = await arrive(at)
        await at.heard()
        listener.leave()
      },
      // Not before the grace for reloads is over.
      action: (at) =>
        at
          .listener('owner')
          .until('the news', (frame) => frame.type === 'presence' && frame.last_seen_at !== null),
      heard: everyone('presence'),
    }),
    inPrivate('a member comes, and one of the watchers was removed', {
      async before(at) {
        await watchBystander(at)
        await remove(at, 'admin', 'member')
      },
      action: arrive,
      heard: { ...ownerOnly('presence'), admin: 'presence' },
    }),
    inPrivate('a member comes, and the group was deleted', {
      async before(at) {
        await watchBystander(at)
        await deleteChat(at)
      },
      action: arrive,
      heard: nobody,
    }),
    inPrivate('a member comes who was removed', {
      async before(at) {
        await watchBystander(at)
        await remove(at, 'admin', 'bystander')
      },
      action: arrive,
      heard: nobody,
    }),
  ],
}
