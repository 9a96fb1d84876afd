// The page on which the socket is tried by hand: logs in, connects, joins chats, and shows every frame.
import { texts } from './texts.js'
import {
  byId,
  clearMessages,
  prepare,
  showChats,
  showFrame,
  showMessage,
  showRead,
  showStatus,
  showTitle,
  showTyping,
} from './view.js'

/** Where the API is mounted: this page is at `static/index.html` below it. */
const root = new URL('..', location.href)
const socketUrl = new URL('ws', root)
socketUrl.protocol = root.protocol === 'https:' ? 'wss:' : 'ws:'

/** The server forgets a typing mark sooner than the others do. */
const typingRepeatMs = 3_000
/** This side has closed without saying why (RFC 6455 §7.1.5). */
const noStatus = 1005

let socket = null
let ownId = ''
let chats = []
let current = ''
let lastTyping = 0
const joined = new Set()
const news = new Set()

async function call(method, path, body) {
  const token = byId('token').value.trim()
  const response = await fetch(new URL(path, root), {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = await response.json()
  if (!response.ok) {
    throw new Error(typeof answer.detail === 'string' ? answer.detail : `HTTP ${response.status}`)
  }
  return answer
}

/** Whatever goes wrong is said where the state of the connection stands, unless the connection is another by then. */
async function attempt(work) {
  const before = socket
  try {
    await work()
  } catch (error) {
    if (socket === before) showStatus(error instanceof TypeError ? texts.unreachable : error.message, 'bad')
  }
}

/** The subject of a JSON Web Token (RFC 7519 §4.1.2); empty for what is none. */
function subjectOf(token) {
  try {
    const [, payload = ''] = token.split('.')
    return String(JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).sub ?? '')
  } catch {
    return ''
  }
}

function send(frame) {
  if (socket?.readyState !== WebSocket.OPEN) return
  const text = JSON.stringify(frame)
  showFrame('out', text, false)
  socket.send(text)
}

function connect() {
  socket?.close()
  const token = byId('token').value.trim()
  ownId = subjectOf(token)
  socketUrl.searchParams.set('token', token)
  const opened = new WebSocket(socketUrl)
  socket = opened
  showStatus(texts.connecting, 'off')
  opened.addEventListener('open', () => {
    if (socket !== opened) return
    showStatus(texts.on, 'on')
    showControls()
    void attempt(loadChats)
  })
  opened.addEventListener('message', ({ data }) => {
    if (socket === opened) hear(data)
  })
  opened.addEventListener('close', ({ code, reason }) => {
    if (socket !== opened) return
    socket = null
    joined.clear()
    if (code === noStatus) showStatus(texts.off, 'off')
    else showStatus(texts.closed(code, reason), 'bad')
    showFrame('in', texts.closed(code, reason), false)
    showControls()
  })
}

async function loadChats() {
  chats = await call('GET', 'chats')
  showControls()
}

async function loadMessages(chatId) {
  clearMessages()
  const messages = await call('GET', `messages/history/${chatId}?limit=100`)
  if (current !== chatId) return
  for (const message of messages) showMessage(message, ownId, markRead)
}

function hear(text) {
  const frame = JSON.parse(text)
  showFrame('in', text, 'error' in frame)
  if (frame.status === 'joined') {
    joined.add(frame.chat_id)
    show(frame.chat_id)
  } else if (frame.status === 'left') {
    joined.delete(frame.chat_id)
    showControls()
  } else if (frame.event === 'new_message') {
    if (frame.data.chat_id === current) showMessage(frame.data, ownId, markRead)
    else news.add(frame.data.chat_id)
    if (frame.data.chat_id === current && frame.data.sender.id !== ownId) showTyping('')
    showControls()
  } else if (frame.event === 'message_read') {
    showRead(frame.data, ownId)
  } else if (frame.event === 'typing' && frame.chat_id === current) {
    showTyping(frame.user_name)
  }
}

function show(chatId) {
  current = chatId
  news.delete(chatId)
  byId('chat-id').value = chatId
  showTyping('')
  showControls()
  void attempt(() => loadMessages(chatId))
}

function open(chatId) {
  if (joined.has(chatId)) show(chatId)
  else send({ action: 'join_chat', chat_id: chatId })
}

const markRead = (message) =>
  send({ action: 'message_read', chat_id: message.chat_id, message_id: message.id })

function showControls() {
  const isOpen = socket?.readyState === WebSocket.OPEN
  const isJoined = joined.has(current)
  byId('disconnect').disabled = socket === null
  byId('join').querySelector('button').disabled = !isOpen
  byId('leave').disabled = !isOpen
  byId('text').disabled = !isJoined
  byId('send').querySelector('button').disabled = !isJoined
  const shown = isJoined ? current : ''
  showTitle(chats.find((chat) => chat.id === shown)?.name)
  showChats(chats, { current: shown, news, open })
}

/** So that a message that is sent again is stored once. Browsers have random UUIDs only for pages that came safely. */
const newKey = () => (crypto.randomUUID === undefined ? {} : { idempotency_key: crypto.randomUUID() })

const onSubmit = (id, work) =>
  byId(id).addEventListener('submit', (event) => {
    event.preventDefault()
    work()
  })

onSubmit('login', () =>
  attempt(async () => {
    byId('token').value = ''
    const credentials = { email: byId('email').value.trim(), password: byId('password').value }
    const { access_token: token } = await call('POST', 'auth/login', credentials)
    byId('token').value = token
    connect()
  }),
)
onSubmit('connect', connect)
onSubmit('join', () => send({ action: 'join_chat', chat_id: byId('chat-id').value.trim() }))
onSubmit('send', () => {
  const text = byId('text').value
  send({ action: 'send_message', chat_id: current, text, ...newKey() })
  byId('text').value = ''
  lastTyping = 0
})
byId('disconnect').addEventListener('click', () => socket?.close())
byId('leave').addEventListener('click', () => {
  send({ action: 'leave_chat', chat_id: byId('chat-id').value.trim() })
})
byId('clear').addEventListener('click', () => byId('frames').replaceChildren())
byId('text').addEventListener('input', () => {
  if (Date.now() - lastTyping < typingRepeatMs) return
  lastTyping = Date.now()
  send({ action: 'typing', chat_id: current })
})

prepare()
showStatus(texts.off, 'off')
showControls()
