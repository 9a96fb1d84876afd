// How the state machine is carried out: sockets, timers, the greeting, and what happens to those who come late.
import type { ReadyFrame, ServerEvent } from '@parley/protocol'
import { timings } from '@parley/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConnectionError, ParleyError } from '../errors.ts'
import { SessionOver } from '../http/auth.ts'
import { FakeClock } from '../testing/fake-clock.ts'
import { type FakeSocket, fakeSockets } from '../testing/fake-socket.ts'
import { idOf, userOf } from '../testing/model-chat.ts'
import { Link } from './link.ts'

const ready: ReadyFrame = {
  ...{ type: 'ready', session_id: idOf(5), chats: [], next_cursor: null, messages: [], members: [] },
  ...{ gaps: [], removed: [], users: [] },
  user: {
    ...userOf(idOf(10)),
    email: null,
    email_visibility: 'contacts' as const,
    locale: 'en',
    is_admin: false,
  },
}
const typing = { type: 'typing', chat_id: idOf(1), user_id: idOf(2) } as const

let clock: FakeClock
let sockets: ReturnType<typeof fakeSockets>
let polled: ReturnType<typeof fakeSockets>
let heard: string[]
let reported: unknown[]
let onReady: () => void
let onEvent: (event: ServerEvent) => void
let authorise: (fresh: boolean) => Promise<string | undefined>
let link: Link

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const last = (): FakeSocket => sockets.made.at(-1) ?? expect.fail('no socket was opened')
const start = async () => {
  link = new Link({
    ...{ url: 'ws://fake/ws', clock, random: () => 0.5 },
    webSocket: async () => sockets.webSocket,
    polling: () => new polled.webSocket('polling'),
    userId: () => undefined,
    prepared: () => undefined,
    report: (error) => reported.push(error),
    authorise: (fresh) => authorise(fresh),
    resume: () => ({ [idOf(1)]: 7 }),
    onReady: () => onReady(),
    onAnswer: (frame) => heard.push(`answer ${frame.ref}`),
    onEvent: (event) => onEvent(event),
    onState: ({ status }) => heard.push(`state ${status}`),
    onLost: () => heard.push('lost'),
  })
  await settled()
}
const greet = () => {
  last().open()
  last().say(ready)
}

beforeEach(() => {
  clock = new FakeClock()
  sockets = fakeSockets()
  polled = fakeSockets()
  heard = []
  reported = []
  onReady = () => heard.push('ready frame')
  onEvent = ({ type }) => heard.push(type)
  authorise = async () => 'token'
})
afterEach(() => link.input({ type: 'ended', reason: 'closed' }))

describe('the greeting', () => {
  it('says hello first, and applies ready before anything else', async () => {
    await start()
    last().open()
    expect(last().frames).toEqual([{ type: 'hello', token: 'token', chats: { [idOf(1)]: 7 } }])
    expect(link.send({ type: 'ping' })).toBe(false)
    last().say(typing)
    last().say(ready)
    last().say(typing)
    expect(heard).toEqual([
      ...['state connecting', 'state greeting'],
      ...['ready frame', 'typing', 'state ready', 'typing'],
    ])
    expect(link.send({ type: 'ping' })).toBe(true)
  })

  it('sends no token where a cookie speaks', async () => {
    authorise = async () => undefined
    await start()
    last().open()
    expect(last().frames[0]).not.toHaveProperty('token')
  })

  it('that is answered with an error ends as its close code would', async () => {
    await start()
    last().open()
    last().say({ type: 'error', code: 'session_revoked', detail: '', retryable: false })
    expect(link.state).toEqual({ status: 'closed', reason: 'session_revoked' })
    expect(last().closedWith).toBe(1000)
  })

  it('that passes no time limit is given up', async () => {
    await start()
    clock.advance(15_000)
    expect(link.state.status).toBe('waiting')
    clock.advance(30_000)
    await settled()
    // A socket of which nothing came at all is followed by polling.
    polled.made.at(-1)?.open()
    clock.advance(timings.silence)
    expect(link.state.status).toBe('waiting')
  })
})

describe('a socket', () => {
  it.each([['no JSON'], ['[]'], ['"text"'], ['null']])(
    'that talks nonsense is given up: %s',
    async (text) => {
      await start()
      greet()
      last().say(text)
      expect(link.state).toMatchObject({ status: 'waiting', reason: 'close_1007' })
      expect(heard.slice(-2)).toEqual(['lost', 'state waiting'])
    },
  )

  it('that was given up is not listened to any more', async () => {
    await start()
    const [old] = sockets.made
    greet()
    link.suspect()
    const before = [...heard]
    old?.say(typing)
    old?.lose(4409)
    expect(heard).toEqual(before)
    clock.advance(30_000)
    await settled()
    greet()
    expect(link.state.status).toBe('ready')
    expect(sockets.made).toHaveLength(2)
  })

  it('is pinged, and lives as long as it answers', async () => {
    await start()
    greet()
    for (let minute = 0; minute < 10; minute += 1) {
      clock.advance(timings.ping)
      last().say({ type: 'pong' })
    }
    expect(link.state.status).toBe('ready')
    expect(last().frames.filter(({ type }) => type === 'ping')).toHaveLength(10)
    clock.advance(timings.silence)
    expect(link.state.status).toBe('waiting')
  })
})

describe('a token', () => {
  it('that cannot be had for now is waited for; one that will never come ends it', async () => {
    authorise = () => Promise.reject(new ConnectionError('no network'))
    await start()
    expect(link.state).toMatchObject({ status: 'waiting', reason: 'network' })
    authorise = () => Promise.reject(new SessionOver('invalid_refresh_token'))
    link.input({ type: 'reconnect' })
    await settled()
    expect(link.state).toEqual({ status: 'closed', reason: 'invalid_refresh_token' })
    expect(sockets.made).toEqual([])
  })

  it('that the server cannot give now is waited for, with the reason it names', async () => {
    authorise = () => Promise.reject(new ParleyError({ code: 'unavailable', detail: '', retryable: true }))
    await start()
    expect(link.state).toMatchObject({ status: 'waiting', reason: 'unavailable' })
  })

  it('is renewed once when refused', async () => {
    const asked: boolean[] = []
    authorise = async (fresh) => {
      asked.push(fresh)
      return fresh ? 'new' : 'old'
    }
    await start()
    last().open()
    last().lose(4401)
    await settled()
    last().open()
    expect(last().frames[0]).toMatchObject({ token: 'new' })
    last().lose(4401)
    expect(link.state).toEqual({ status: 'closed', reason: 'unauthenticated' })
    expect(asked).toEqual([false, true])
  })
})

describe('K7: a clock', () => {
  it('that is set back does not keep silence from being noticed', async () => {
    await start()
    greet()
    clock.setBack(3_600_000)
    clock.advance(timings.silence)
    expect(last().frames.at(-1)).toEqual({ type: 'ping' })
    clock.advance(5_000)
    expect(link.state.status).toBe('waiting')
  })

  it('that is set back does not end a socket that lives', async () => {
    await start()
    greet()
    clock.setBack(3_600_000)
    clock.advance(timings.silence)
    last().say({ type: 'pong' })
    clock.advance(timings.silence - 1)
    expect(link.state.status).toBe('ready')
    clock.advance(1)
    expect(link.state.status).toBe('waiting')
  })

  it('that jumps ahead, as after a sleep, is a reason to look at once', async () => {
    await start()
    greet()
    clock.setBack(-3_600_000)
    clock.advance(timings.silence)
    expect(link.state.status).toBe('waiting')
  })
})

describe('a fault', () => {
  const fault = new TypeError('x is not a function')
  const fail = () => {
    throw fault
  }
  const closedBy = (error: unknown) => ({ status: 'closed', reason: 'failed', error })

  it('of whoever gives the token ends the connection and is no failure of the network', async () => {
    authorise = fail
    await start()
    expect(link.state).toEqual(closedBy(fault))
  })

  it('of the class of sockets ends it, for example where there is none', async () => {
    sockets.webSocket = fail as unknown as typeof sockets.webSocket
    await start()
    expect(link.state).toMatchObject({ status: 'closed', reason: 'failed', error: expect.any(TypeError) })
    expect(clock.waiting).toBe(0)
  })

  it('while ready is taken in ends it, because there is nothing to go on with', async () => {
    onReady = fail
    await start()
    greet()
    expect(link.state).toEqual(closedBy(fault))
    expect(last().closedWith).toBe(1000)
  })

  it('while an event is taken in is reported, and the connection lives on', async () => {
    onEvent = fail
    await start()
    greet()
    last().say(typing)
    expect(reported).toEqual([fault])
    expect(link.state.status).toBe('ready')
  })
})

describe.each(['online', 'visibilitychange'])(
  'K7: the return of the network, or of somebody: %s',
  (event) => {
    const listeners = new Map<string, () => void>()
    const browser = globalThis as unknown as Record<string, unknown>
    let document: { visibilityState: string }
    beforeEach(() => {
      const target = {
        addEventListener: (type: string, listener: () => void) => listeners.set(type, listener),
        removeEventListener: (type: string) => listeners.delete(type),
      }
      document = Object.assign({ visibilityState: 'visible' }, target)
      Object.assign(browser, target, { document })
    })
    afterEach(() => {
      link.input({ type: 'ended', reason: 'closed' })
      expect(listeners.size).toBe(0)
      delete browser.addEventListener
      delete browser.removeEventListener
      delete browser.document
    })
    const comeBack = () => listeners.get(event)?.()

    it('ends a wait at once, whose timer may have slept', async () => {
      await start()
      last().lose(1006)
      expect(link.state.status).toBe('waiting')
      comeBack()
      await settled()
      expect(sockets.made).toHaveLength(2)
      expect(clock.waiting).toBe(1)
    })

    it('asks a socket that seems ready whether it lives, and does not wait long for the answer', async () => {
      await start()
      greet()
      comeBack()
      last().say({ type: 'pong' })
      clock.advance(20_000)
      expect(link.state.status).toBe('ready')
      comeBack()
      clock.advance(5_000)
      expect(link.state.status).toBe('waiting')
    })

    it('counts for a page that nobody looks at only if it is the network', async () => {
      await start()
      last().lose(1006)
      document.visibilityState = 'hidden'
      comeBack()
      await settled()
      expect(sockets.made).toHaveLength(event === 'online' ? 2 : 1)
    })
  },
)

describe('the end', () => {
  it('closes the socket and leaves no timer behind', async () => {
    await start()
    greet()
    link.input({ type: 'ended', reason: 'closed' })
    expect(last().closedWith).toBe(1000)
    expect(clock.waiting).toBe(0)
    expect(heard.slice(-2)).toEqual(['lost', 'state closed'])
  })
})
