// Builds the parts of a client and joins them. The one place that knows how they depend on each other.
import type { ChatView, DurableEvent, Message, ReadyFrame, ServerEvent } from '@parley/protocol'
import { hostSocket } from '#host-socket'
import { OwnAccount } from './account.ts'
import { ChatList } from './chats/chat-list.ts'
import { Link } from './connection/link.ts'
import { PollingSocket } from './connection/polling-socket.ts'
import { Requests } from './connection/requests.ts'
import { ParleyError } from './errors.ts'
import { Auth } from './http/auth.ts'
import { createCall, type UploadCall } from './http/call.ts'
import { createKnownDevice, type KnownDevice } from './http/known-device.ts'
import { socketPath } from './http/route-paths.ts'
import { createTransport, type Transport } from './http/transport.ts'
import { ReplicaKeeper } from './kept/replica-keeper.ts'
import { Drain } from './outbox/drain.ts'
import { memoryOutbox } from './outbox/memory-outbox.ts'
import { Outbox } from './outbox/outbox.ts'
import { patientStore } from './outbox/patient-store.ts'
import { Uploads } from './outbox/uploads.ts'
import { ReplicaReader } from './replica/replica.ts'
import { ReplicaState } from './replica/state.ts'
import { createReport, type Report } from './report.ts'
import { absorbAnswer } from './sync/absorb.ts'
import { History } from './sync/history.ts'
import { ReadMarker } from './sync/read-marker.ts'
import { Repair } from './sync/repair.ts'
import { TailLoader } from './sync/tail-loader.ts'
import type { AccountOptions, Call, Clock, ConnectionState, ParleyOptions } from './types.ts'

/** What HTTP needs, from the options and their defaults. */
export interface Reach {
  readonly origin: string
  readonly clock: Clock
  readonly transport: Transport
  /** Missing where nothing is to be kept of it. */
  readonly device?: KnownDevice
}

/** Time as it really runs. */
const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, milliseconds) => globalThis.setTimeout(callback, milliseconds),
  clearTimeout: (handle) => globalThis.clearTimeout(handle as ReturnType<typeof globalThis.setTimeout>),
}

/** Throws a `TypeError` for a `url` that is none of HTTP. */
export const reachOf = (options: AccountOptions): Reach => {
  const { protocol } = new URL(options.url)
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`Not a URL of HTTP: ${options.url}`)
  const origin = options.url.replace(/(?<!\/)\/+$/, '')
  const clock = options.clock ?? systemClock
  const transport = createTransport({ origin, fetch: options.fetch, clock })
  const { devices } = options
  if (devices === undefined) return { origin, clock, transport }
  const report = createReport(options.onError)
  return { origin, clock, transport, device: createKnownDevice({ store: devices, origin, clock, report }) }
}

/** Who is told what the socket brings. */
export interface Listeners {
  readonly onReady: (frame: ReadyFrame) => void
  readonly onEvent: (event: ServerEvent) => void
  readonly onMissed: (events: readonly DurableEvent[]) => void
  readonly onState: (state: ConnectionState) => void
  /** Waited for before `hello`; undefined for nothing. */
  readonly prepared: () => Promise<void> | undefined
  /** The versions for `hello`. */
  readonly resume: () => Record<string, number>
  /** The versions to ask about when the chat list was looked at. */
  readonly polled: (listed: readonly ChatView[], isAll: boolean) => Record<string, number>
  readonly ownId: () => Promise<string>
  /** Resolves at the next (or the present) `ready`. */
  readonly connected: () => Promise<void>
}

export interface Parts extends Knowledge, Sending {
  readonly account: OwnAccount
  readonly clock: Clock
  readonly link: Link
  readonly requests: Requests
  readonly list: ChatList
  readonly report: Report
  readonly replica: ReplicaReader
  readonly keeper: ReplicaKeeper
  readonly tailLoader: TailLoader
}

/** `expiresIn`: how long the credentials are valid still, in seconds, if that is known. */
export const buildParts = (
  options: ParleyOptions,
  listeners: Listeners,
  expiresIn: number | undefined,
): Parts => {
  const reach = reachOf(options)
  const { clock } = reach
  const random = options.random ?? Math.random
  const report = createReport(options.onError)
  const account = new OwnAccount(reach.origin, options.userId)
  const onOver = (reason: string) => link.input({ type: 'ended', reason })
  const auth = new Auth({
    credentials: options.credentials,
    account,
    ...reach,
    report,
    ...(expiresIn === undefined ? {} : { expiresIn }),
  })
  const nothing = () => undefined
  const plain = createCall({ ...reach, auth, onOver, moment: () => 0, absorb: nothing }).call
  const isReady = () => link.state.status === 'ready'
  const requests: Requests = new Requests({
    clock,
    write: (frame) => link.send(frame),
    onOverdue: () => link.suspect(),
  })
  const knowledge = buildKnowledge(reach, auth, {
    onMissed: listeners.onMissed,
    onMessage: (message) => sending.outbox.settle(message),
    onOver,
    isReady,
    report,
    hasTails: options.replicaStore !== undefined,
  })
  const { state, call } = knowledge
  const replica = new ReplicaReader(state, clock)
  const tailLoader = new TailLoader({ clock, call, state, replica, report })
  const keeper = new ReplicaKeeper({
    ...{ store: options.replicaStore, clock, state, replica, report },
    onTurn: () => {
      if (isReady()) tailLoader.start()
    },
  })
  const sending: Sending = buildSending(options, {
    clock,
    random,
    requests,
    knowledge,
    onDisowned: () => link.suspect(),
    onOther: () => onOver('other_account'),
    isReady,
    report,
  })
  const list = new ChatList({
    clock,
    ...knowledge,
    ...sending,
    ownId: listeners.ownId,
    connected: listeners.connected,
    sendTyping: (chatId) => void link.send({ type: 'typing', chat_id: chatId }),
  })
  const link: Link = new Link({
    clock,
    random,
    url: socketUrl(reach.origin),
    webSocket: async () => options.webSocket ?? (await hostSocket()),
    ...listeners,
    report,
    userId: () => account.userId,
    // What it is told comes as frames, once: the replica learns it from those, as over a socket.
    polling: () => new PollingSocket({ clock, report, call: plain, versions: listeners.polled }),
    authorise: (fresh) => auth.token(fresh),
    onAnswer: (frame) => requests.answer(frame),
    onLost: () => {
      requests.lose()
      sending.drain.stop()
      tailLoader.stop()
    },
  })
  return {
    account,
    clock,
    link,
    requests,
    list,
    report,
    replica,
    keeper,
    tailLoader,
    ...knowledge,
    ...sending,
  }
}

/** Calls over HTTP alone, without a connection. */
export const callOf = (options: ParleyOptions): Call => {
  const reach = reachOf(options)
  const account = new OwnAccount(reach.origin, options.userId)
  const report = createReport(options.onError)
  const auth = new Auth({ credentials: options.credentials, account, ...reach, report })
  const nothing = () => undefined
  return createCall({ ...reach, auth, moment: () => 0, absorb: nothing, onOver: nothing }).call
}

/** What is known, and what fetches the rest. */
interface Knowledge {
  readonly state: ReplicaState
  readonly call: Call
  readonly upload: UploadCall
  readonly history: History
  readonly repair: Repair
}

interface KnowledgeListeners {
  readonly onMissed: (events: readonly DurableEvent[]) => void
  readonly onMessage: (message: Message) => void
  readonly onOver: (reason: string) => void
  readonly isReady: () => boolean
  readonly report: Report
  /** The device keeps the ends of timelines. */
  readonly hasTails: boolean
}

const buildKnowledge = (
  { transport, clock }: Reach,
  auth: Auth,
  listeners: KnowledgeListeners,
): Knowledge => {
  const { call, upload } = createCall({
    transport,
    auth,
    onOver: listeners.onOver,
    moment: () => state.moment,
    absorb: (name, parts, answer, asked) => absorbAnswer(state, name, parts, answer, asked),
  })
  const repair: Repair = new Repair({
    clock,
    call,
    isReady: listeners.isReady,
    report: listeners.report,
    onMissed: listeners.onMissed,
    state: () => state,
    history: () => history,
  })
  const state: ReplicaState = new ReplicaState(
    clock,
    repair,
    listeners.onMessage,
    listeners.report,
    listeners.hasTails,
  )
  const history = new History(state, call)
  return { state, call, upload, history, repair }
}

/** What the account says: messages and cursors. */
interface Sending {
  readonly outbox: Outbox
  readonly drain: Drain
  readonly marker: ReadMarker
}

interface SendingPorts {
  readonly clock: Clock
  readonly random: () => number
  readonly requests: Requests
  readonly knowledge: Knowledge
  readonly onDisowned: () => void
  readonly onOther: () => void
  readonly isReady: () => boolean
  readonly report: Report
}

const buildSending = (options: ParleyOptions, ports: SendingPorts): Sending => {
  const { clock, requests, isReady, report } = ports
  const { state, call, upload } = ports.knowledge
  const store = patientStore(options.outbox ?? memoryOutbox(), clock)
  const outbox: Outbox = new Outbox({
    store,
    clock,
    show: (chatId, entries) => {
      state.timelines.putPending(chatId, entries)
      state.changes.note()
    },
    onChange: () => drain.pump(),
    onKept: () => state.changes.note(),
    onRetry: (chatId) => drain.hurry(chatId),
    onRead: (chatId, seq) => marker.mark(chatId, seq),
    find: (id) => findMessage(call, id),
    report,
  })
  const drain = new Drain({
    ...ports,
    outbox,
    uploads: new Uploads({ outbox, upload }),
    sharing: store.sharing,
    onAck: (message) => state.putMessage(message),
  })
  const marker = new ReadMarker({
    clock,
    isReady,
    readSeq: (chatId) => state.records.get(chatId)?.view.read_seq ?? 0,
    ask: (chatId, seq) => requests.ask({ type: 'read', chat_id: chatId, seq }),
    keep: (chatId, seq) => outbox.reads.keep(chatId, seq),
    onTold: (chatId, seq) => outbox.reads.told(chatId, seq),
    onRead: (read) => {
      if (state.me !== undefined) state.putRead({ ...read, user_id: state.me.id })
    },
    report,
  })
  return { outbox, drain, marker }
}

const findMessage = async (call: Call, id: string): Promise<Message | undefined> => {
  try {
    return (await call('getMessage', { params: { message_id: id } })).message
  } catch (error) {
    if (error instanceof ParleyError && error.code === 'not_found') return undefined
    throw error
  }
}

const socketUrl = (origin: string): string => origin.replace(/^http/, 'ws') + socketPath
