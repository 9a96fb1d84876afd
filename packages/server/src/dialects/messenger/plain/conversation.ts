// The page of one chat or group: its newest messages or older ones, and the forms that belong to it.
import { type ChatView, type Id, limits } from '@parley/protocol'
import type { Actor } from '../../../core/actor.ts'
import { getChat } from '../../../core/chats/get-chat.ts'
import { listReadable, type ReadMessage } from '../../../core/messages/list-visible.ts'
import type { DialectContext } from '../../kit/context.ts'
import { fullName } from '../../kit/names.ts'
import { fromPage } from '../../kit/pages.ts'
import { shownText } from '../../kit/texts.ts'
import { chatNames, isChannel, shortTime } from '../shapes.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts.ts'

const shownMessages = 50

/** Leaves out so many of the newest messages. Throws `not_found` for whoever may not see the chat. */
export async function conversation(
  context: DialectContext,
  actor: Actor,
  chatId: Id,
  words: Texts,
  skipped: number,
): Promise<{ readonly title: string; readonly content: Html }> {
  const { ports, entities } = context
  const { chat } = await getChat(ports, actor, chatId)
  const pair = await entities.lookUp({ people: chat.direct_user_ids ?? [] })
  const title = chatNames(pair, chat)(actor.userId)
  const page = { order: 'newest', offset: skipped, limit: shownMessages + 1 } as const
  const readings = await listReadable(ports, actor, chatId, page)
  const items = readings.slice(0, shownMessages).toReversed()
  const older = readings.length > items.length ? skipped + items.length : null
  const senders = await entities.lookUp({ people: items.map(({ message }) => message.sender_id) })
  const lines = items.map((item) =>
    line(item, fullName(senders.person(item.message.sender_id)), actor, words),
  )
  const content = html`${older === null ? null : html`<p><a href="${pathOf(chat)}?skip=${older}">${words.olderMessages}</a></p>`}
${lines.length === 0 ? html`<p class="meta">${words.noMessages}</p>` : html`<ol>${lines}</ol>`}
${skipped > 0 || chat.unread_count === 0 ? null : readForm(chat, items.at(-1), words)}
${isChannel(chat) ? groupForms(chat, words) : sendForm(`/api/v1/chats/${chat.id}/send`, words)}`
  return { title, content }
}

const pathOf = (chat: ChatView): string => `/${isChannel(chat) ? 'group' : 'chat'}/${chat.id}`

const line = ({ message, reads }: ReadMessage, name: string, actor: Actor, words: Texts): Html => {
  const isOwn = message.sender_id === actor.userId
  return html`<li class="message${isOwn ? ' own' : ''}"><p class="meta">${name}, ${shortTime(message.created_at)} UTC${
    isOwn && reads.length > 0 ? ` · ${words.readBySome}` : ''
  }</p>
<p>${shownText(message)}</p></li>
`
}

const sendForm = (
  action: string,
  words: Texts,
): Html => html`<form method="post" action="${action}?${fromPage}">
<label>${words.message} <textarea name="text" rows="3" maxlength="${limits.messageTextMax}" required></textarea></label>
<button>${words.send}</button>
</form>`

const readForm = (chat: ChatView, last: ReadMessage | undefined, words: Texts): Html | null =>
  last === undefined
    ? null
    : html`<form method="post" action="/api/v1/chats/${chat.id}/read?${fromPage}">
<input type="hidden" name="message_id" value="${last.message.id}">
<button>${words.markRead}</button>
</form>`

const groupForms = (chat: ChatView, words: Texts): Html =>
  chat.role === null
    ? groupForm(chat, 'join', words.join)
    : html`${
        chat.role === 'member'
          ? html`<p class="meta">${words.readOnly}</p>`
          : sendForm(`/api/v1/groups/${chat.id}/post`, words)
      }
${groupForm(chat, 'leave', words.leave)}`

const groupForm = ({ id }: ChatView, name: 'join' | 'leave', label: string): Html =>
  html`<form method="post" action="/api/v1/groups/${id}/${name}?${fromPage}"><button class="quiet">${label}</button></form>`
