// What is shown. Everything that came from the server is set as text, never as markup.
import { language, texts } from './texts.js'

const maxFrames = 300
const typingMs = 6_000
const timeFormat = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })

export const byId = (id) => document.getElementById(id)

function element(name, className, text) {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}

export function prepare() {
  document.documentElement.lang = language
  for (const marked of document.querySelectorAll('[data-text]')) {
    marked.textContent = texts[marked.dataset.text]
  }
  // Lists that scroll are scrolled by keyboard too.
  for (const id of ['messages', 'frames']) byId(id).tabIndex = 0
}

/** `state`: `on`, `off` or `bad`. */
export function showStatus(text, state) {
  byId('status').textContent = text
  byId('status').dataset.state = state
}

export function showTitle(chatName = texts.messages) {
  byId('talk-title').textContent = chatName
}

/** A list that was at its end stays there. */
function append(list, item) {
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40
  list.append(item)
  if (isAtEnd) list.scrollTop = list.scrollHeight
}

/** `way`: `in` or `out`. */
export function showFrame(way, text, isBad) {
  const list = byId('frames')
  const arrow = way === 'out' ? '→' : '←'
  append(list, element('li', isBad ? 'bad' : way, `${timeFormat.format(new Date())} ${arrow} ${text}`))
  while (list.children.length > maxFrames) list.firstElementChild.remove()
}

export function showChats(chats, { current, news, open }) {
  const list = byId('chats')
  const focused = list.contains(document.activeElement) ? document.activeElement.title : null
  byId('no-chats').hidden = chats.length > 0
  list.replaceChildren(
    ...chats.map((chat) => {
      const button = element('button', news.has(chat.id) ? 'news' : '', chat.name)
      button.type = 'button'
      button.title = chat.id
      button.setAttribute('aria-current', String(chat.id === current))
      button.addEventListener('click', () => open(chat.id))
      const item = document.createElement('li')
      item.append(button)
      return item
    }),
  )
  for (const button of list.querySelectorAll('button')) if (button.title === focused) button.focus()
}

const itemOf = (messageId) =>
  [...byId('messages').children].find((item) => item.dataset.messageId === messageId)

/** A message that is shown already stays as it is. */
export function showMessage(message, ownId, markRead) {
  if (itemOf(message.id) !== undefined) return
  const isOwn = message.sender.id === ownId
  const item = element('li', isOwn ? 'own' : '', '')
  item.dataset.messageId = message.id
  const meta = element('div', 'meta', '')
  meta.append(
    element('span', '', isOwn ? texts.you : message.sender.name),
    element('span', '', timeFormat.format(new Date(message.created_at))),
  )
  if (isOwn) meta.append(markOf(message.is_read))
  else meta.append(readButton(message, markRead))
  item.append(meta, element('div', 'text', message.text))
  append(byId('messages'), item)
}

function markOf(isRead) {
  const mark = element('span', 'mark', isRead ? '✓✓' : '✓')
  mark.role = 'img'
  mark.ariaLabel = isRead ? texts.read : texts.sent
  return mark
}

function readButton(message, markRead) {
  const button = element('button', '', texts.markRead)
  button.type = 'button'
  button.addEventListener('click', () => markRead(message))
  return button
}

export function showRead({ message_id: messageId, user_id: userId }, ownId) {
  const item = itemOf(messageId)
  if (item === undefined) return
  item.querySelector('.mark')?.replaceWith(markOf(true))
  const button = item.querySelector('button')
  if (userId !== ownId || button === null) return
  const hadFocus = document.activeElement === button
  button.replaceWith(element('span', '', texts.read))
  if (hadFocus) byId('messages').focus()
}

export const clearMessages = () => byId('messages').replaceChildren()

let typingTimer = 0

/** An empty name ends it. */
export function showTyping(name) {
  clearTimeout(typingTimer)
  byId('typing').textContent = name === '' ? '' : texts.typing(name)
  if (name !== '') typingTimer = setTimeout(() => showTyping(''), typingMs)
}
