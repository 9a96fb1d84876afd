// What frames and handshakes cost, and what becomes of those who spend too much, over real sockets.
import { afterEach, describe, expect, test } from 'vitest'
import { createPayers } from '../core/payers.ts'
import { type Options, startGateway } from './test/harness.ts'

const running: { stop(): Promise<void> }[] = []
const start = async (options: Options = {}) => {
  const gateway = await startGateway(options)
  running.push(gateway)
  return gateway
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((gateway) => gateway.stop()))
})

const ping = (ref: number) => ({ type: 'ping', ref })

describe('too many frames', () => {
  const rules = { burst: 8, perSecond: 1, patience: 3, atOnce: 2, waiting: 10 }
  const payers = () => createPayers(() => performance.now(), { person: rules })

  test('are refused with their numbers, and in the end the socket is closed', async () => {
    const { enter } = await start({ gateway: { payers: payers() } })
    const client = await enter(1)
    for (let ref = 1; ref <= 20; ref += 1) client.send(ping(ref))
    expect(await client.closed).toEqual({ code: 4429, reason: 'too_fast' })
    const refused = client.frames.filter((frame) => frame.code === 'too_fast')
    expect(client.frames.filter((frame) => frame.type === 'pong')).toHaveLength(5)
    expect(refused.map((frame) => frame.ref)).toEqual([6, 7, 8, undefined])
  })

  test('L2: of one person are counted together, whatever the socket', async () => {
    const { enter } = await start({ gateway: { payers: payers() } })
    const [one, other] = [await enter(1), await enter(1)]
    one.send(ping(1))
    await one.next('pong')
    other.send(ping(2))
    await other.next('pong')
    expect(await one.ask(ping(3))).toMatchObject({ type: 'error', code: 'too_fast' })
    // Somebody else has a budget too.
    expect(await (await enter(2)).ask(ping(4))).toMatchObject({ type: 'pong' })
  })

  test('L2: whoever has spent everything is not let in either', async () => {
    const { connect, enter } = await start({ gateway: { payers: payers() } })
    await Promise.all([enter(1), enter(1)])
    const client = connect()
    await client.opened
    expect(await client.ask({ type: 'hello', ref: 1, token: '1' })).toMatchObject({ code: 'rate_limited' })
    expect(await client.closed).toEqual({ code: 4429, reason: 'rate_limited' })
  })

  test('L3: handshakes and tokens that are none are paid by the address', async () => {
    const { connect } = await start({
      gateway: { payers: createPayers(() => 0, { address: { ...rules, burst: 5 } }) },
    })
    for (let count = 0; count < 2; count += 1) {
      const client = connect()
      await client.opened
      if (count === 0)
        expect(await client.ask({ type: 'hello', ref: 1, token: 'none' })).toMatchObject({
          code: 'unauthenticated',
        })
    }
    expect(await connect().refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  })

  test('count also as pings of the protocol below', async () => {
    const { enter } = await start({ gateway: { payers: payers() } })
    const client = await enter(1)
    for (let count = 0; count < 20; count += 1) client.socket.ping()
    expect(await client.closed).toEqual({ code: 4429, reason: 'too_fast' })
  })
})
