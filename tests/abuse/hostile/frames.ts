// Hostile sorts over sockets.
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { limits } from '@parley/protocol'
import type { WebSocket } from 'ws'
import { counter, crowd, type Sort, type Stage } from './crowd.ts'

/** So many sockets of the account; each sends so many frames a second, and comes back when it is closed. */
const flood =
  (sockets: number, perSecond: number, frame: (stage: Stage) => object): Sort =>
  (stage) =>
    crowd(sockets, stage.signal, async () => {
      const socket = await stage.visitor.enter(stage.account.token)
      await speak(socket, stage, perSecond, frame)
    })

async function speak(
  socket: WebSocket,
  stage: Stage,
  perSecond: number,
  frame: (stage: Stage) => object,
): Promise<void> {
  const interval = 20
  while (socket.readyState === socket.OPEN && !stage.signal.aborted) {
    for (let sent = 0; sent < (perSecond * interval) / 1000; sent += 1) {
      socket.send(JSON.stringify({ ...frame(stage), ref: 1 }))
    }
    await pause(interval)
  }
  socket.terminate()
}

const strangers = Array.from({ length: limits.watchedUsers }, () => randomUUID())
const next = counter()

export const frameSorts = {
  /** Ten sockets that each watch five hundred people forty times a second, always others. */
  presence: flood(10, 40, () => ({
    type: 'watch_presence',
    user_ids: [...strangers.slice(next() % 100), randomUUID()].slice(0, limits.watchedUsers),
  })),
  /** Typing marks and reads, as fast as they leave. */
  marks: flood(10, 500, ({ chatId }) =>
    next() % 2 === 0 ? { type: 'typing', chat_id: chatId } : { type: 'read', chat_id: chatId, seq: 1 },
  ),
  messages: flood(5, 200, ({ chatId }) => ({
    type: 'send_message',
    chat_id: chatId,
    id: randomUUID(),
    text: 'flood',
  })),
  /** Frames of 60 KB that are none. */
  frames: flood(5, 50, () => ({ type: 'nothing', text: 'x'.repeat(60_000) })),
  /** Sockets that come, say hello and go. */
  reconnects: ({ visitor, account, signal }) =>
    crowd(20, signal, async () => {
      const socket = await visitor.enter(account.token)
      socket.terminate()
    }),
} satisfies Record<string, Sort>
