// A hub on an in-process bus, and connections that join it: at once, or with their two reads held open by hand.
import { createLocalBus } from '../../bus/local.ts'
import type { Actor } from '../../core/actor.ts'
import type { Envelope } from '../../core/events.ts'
import { createSemaphore } from '../../core/semaphore.ts'
import { canonicalCodec, type FrameCodec } from '../frame-codec.ts'
import { defaultPace, GatheredWrites, type PaceRules } from '../gathered-writes.ts'
import { Hub, type HubListener } from '../hub.ts'
import { join } from '../join.ts'
import { actorOf, deferred, FakeSocket, idOf, interestOf, quietLog, turn } from './fakes.ts'

export const ready = JSON.stringify({ type: 'ready' })
export const [alice, bob, carol] = [actorOf(1), actorOf(2), actorOf(3)]
export const chat = 10

const bounds = { socketBytes: 10_000, totalBytes: 1_000_000, eagerBytes: 5_000 }

/** Its sockets may leave 10 kB untaken. */
export function startHub(pace: PaceRules = { ...defaultPace, interval: 0 }) {
  const { bus, wanted } = interestOf(createLocalBus({ log: quietLog }))
  const heard: string[] = []
  const listener: HubListener = {
    arrived: (_connection, actor) => void heard.push(`arrived ${actor.userId}`),
    departed: (_connection, actor, cause) => void heard.push(`departed ${actor.userId} ${cause}`),
    parted: (userId) => void heard.push(`parted ${userId}`),
  }
  let deliveries = 0
  const hub = new Hub({
    bus,
    log: quietLog,
    listener,
    writes: new GatheredWrites({ bounds, pace, now: () => 0 }),
    metrics: {
      socketOpened() {},
      socketClosed() {},
      frameReceived() {},
      slowConsumer() {},
      delivered: (count) => {
        deliveries += count
      },
    },
  })
  const open = (codec: FrameCodec = canonicalCodec, room?: number) => {
    const socket = new FakeSocket(room)
    return { socket, connection: hub.open({ sink: socket, door: socket, codec }) }
  }
  const semaphore = createSemaphore(16)
  /** A live connection of the person, in the chats. */
  const enter = async (actor: Actor, chats: number[] = [chat], codec?: FrameCodec, room?: number) => {
    const opened = open(codec, room)
    await join(
      { hub, semaphore, chatsOf: async () => chats.map(followed) },
      opened.connection,
      actor,
      async () => ready,
    )
    return opened
  }
  /** A connection whose two reads are held open by hand. */
  const entering = (actor: Actor) => {
    const opened = open()
    const [ids, first] = [deferred<number[]>(), deferred<string>()]
    let asked: 'nothing' | 'ids' | 'first' = 'nothing'
    const joined = join(
      {
        hub,
        semaphore,
        chatsOf: async () => {
          asked = 'ids'
          return (await ids.promise).map(followed)
        },
      },
      opened.connection,
      actor,
      () => {
        asked = 'first'
        return first.promise
      },
    )
    const until = async (what: typeof asked) => {
      while (asked !== what) await turn()
    }
    return { ...opened, ids, first, joined, until }
  }
  const publish = (...envelopes: Envelope[]) => bus.publish(envelopes)
  return { hub, wanted, heard, open, enter, entering, publish, deliveries: () => deliveries }
}

const followed = (chat: number) => ({ chat_id: idOf(chat), chat_version: 0 })

/** The numbers of all messages that were written. */
export const seqs = (socket: FakeSocket): unknown[] =>
  socket.frames().flatMap((frame) => {
    const message = frame.message as { seq: number } | undefined
    return message === undefined ? [] : [message.seq]
  })
