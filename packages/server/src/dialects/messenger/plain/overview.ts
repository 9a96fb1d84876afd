// The page of all chats and groups, with the forms that make new ones.
import { type ChatView, limits } from '@parley/protocol'
import type { Actor } from '../../../core/actor.ts'
import { listChats } from '../../../core/chats/list-chats.ts'
import type { DialectContext } from '../../kit/context.ts'
import { fromPage } from '../../kit/pages.ts'
import { chatNames, isChannel } from '../shapes.ts'
import { type Html, html } from './html.ts'
import type { Texts } from './texts.ts'

/** The chats after those that an address of another page of them names, or the first ones. Throws `invalid_cursor`. */
export async function overview(
  { ports, entities }: DialectContext,
  actor: Actor,
  words: Texts,
  after: string | null,
): Promise<Html> {
  const page = { limit: limits.pageMax, ...(after === null ? {} : { cursor: after }) }
  const { items, next_cursor: next } = await listChats(ports, actor, page)
  const facts = await entities.lookUp({ people: items.flatMap(({ direct_user_ids: pair }) => pair ?? []) })
  const named = items.map((chat) => ({ chat, name: chatNames(facts, chat)(actor.userId) }))
  const linesOf = (channels: boolean) =>
    named
      .filter(({ chat }) => isChannel(chat) === channels)
      .map(({ chat, name }) => line(chat, name, channels, words))
  return html`<h2>${words.chats}</h2>
${listOf(linesOf(false), words.noChats)}
<h2>${words.groups}</h2>
${listOf(linesOf(true), words.noGroups)}
${next === null ? null : html`<p><a href="/messenger?after=${next}">${words.moreChats}</a></p>`}
${newChatForm(words)}
${newGroupForm(words)}`
}

const line = ({ id, unread_count: unread }: ChatView, name: string, isGroup: boolean, words: Texts): Html =>
  html`<li><a href="/${isGroup ? 'group' : 'chat'}/${id}">${name}</a>
${unread === 0 ? null : html`<strong>${words.unread}: ${unread}</strong>`}</li>
`

const listOf = (lines: readonly Html[], none: string): Html =>
  lines.length === 0 ? html`<p class="meta">${none}</p>` : html`<ul>${lines}</ul>`

const newChatForm = (words: Texts): Html => html`<h2>${words.newChat}</h2>
<form method="post" action="/api/v1/chats/create?${fromPage}">
<label>${words.chatType} <select name="chat_type">
<option value="personal">${words.personal}</option><option value="group">${words.group}</option>
</select></label>
<label>${words.participants} <input name="participants" required></label>
<button>${words.create}</button>
</form>`

const newGroupForm = (words: Texts): Html => html`<h2>${words.newGroup}</h2>
<form method="post" action="/api/v1/groups/create?${fromPage}">
<label>${words.name} <input name="name" maxlength="${limits.titleMax}" required></label>
<label>${words.groupType} <select name="group_type">
<option value="public">${words.public}</option><option value="private">${words.private}</option>
</select></label>
<label>${words.participants} <input name="participants"></label>
<button>${words.create}</button>
</form>`
