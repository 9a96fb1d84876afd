// Pings and the end of patience, on a clock that is moved by hand.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Heartbeat } from './heartbeat.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['setInterval', 'clearInterval', 'Date'] }))
afterEach(() => void vi.useRealTimers())

/** A peer that answers pings until `answering` is false. */
function addPeer(heartbeat: Heartbeat) {
  const peer = {
    paused: false,
    answering: true,
    pings: [] as number[],
    silentAt: [] as number[],
    ping() {
      peer.pings.push(Date.now())
      if (peer.answering) beat.heard()
    },
    silent: () => void peer.silentAt.push(Date.now()),
  }
  const beat = heartbeat.add(peer)
  return { peer, beat }
}

const start = () => new Heartbeat(() => Date.now())

test('a peer that answers is pinged every 25 seconds and left alone', () => {
  const heartbeat = start()
  const { peer } = addPeer(heartbeat)
  vi.advanceTimersByTime(100_000)
  expect(peer.pings).toEqual([25_000, 50_000, 75_000, 100_000])
  expect(peer.silentAt).toEqual([])
})

test('I6: a peer that stops answering is found within 45 seconds, once', () => {
  const heartbeat = start()
  vi.advanceTimersByTime(300)
  const peers = Array.from({ length: 60 }, () => addPeer(heartbeat).peer)
  vi.advanceTimersByTime(100_400)
  const heardLast = peers.map((peer) => peer.pings.at(-1) ?? 0)
  for (const peer of peers) peer.answering = false
  vi.advanceTimersByTime(200_000)
  for (const [index, peer] of peers.entries()) {
    const silence = (peer.silentAt[0] ?? Number.POSITIVE_INFINITY) - (heardLast[index] ?? 0)
    expect(peer.silentAt).toHaveLength(1)
    expect(silence).toBeGreaterThanOrEqual(43_000)
    expect(silence).toBeLessThanOrEqual(45_000)
  }
})

test('other frames than pongs count as well', () => {
  const heartbeat = start()
  const { peer, beat } = addPeer(heartbeat)
  peer.answering = false
  for (let second = 0; second < 200; second += 1) {
    vi.advanceTimersByTime(1_000)
    if (second % 10 === 0) beat.heard()
  }
  expect(peer.silentAt).toEqual([])
})

test('a socket that is not read is not taken for silent', () => {
  const heartbeat = start()
  const { peer } = addPeer(heartbeat)
  peer.answering = false
  peer.paused = true
  vi.advanceTimersByTime(200_000)
  expect(peer.silentAt).toEqual([])
  peer.paused = false
  vi.advanceTimersByTime(70_000)
  expect(peer.silentAt).toHaveLength(1)
})

test('the first pings of sockets that were opened together are spread', () => {
  const heartbeat = start()
  const peers = Array.from({ length: 50 }, () => addPeer(heartbeat).peer)
  vi.advanceTimersByTime(25_000)
  expect(new Set(peers.map((peer) => peer.pings[0])).size).toBe(25)
})

test('after remove and after stop nothing is called', () => {
  const heartbeat = start()
  const { peer, beat } = addPeer(heartbeat)
  const { peer: other } = addPeer(heartbeat)
  beat.remove()
  heartbeat.stop()
  vi.advanceTimersByTime(100_000)
  expect([...peer.pings, ...peer.silentAt, ...other.pings, ...other.silentAt]).toEqual([])
})
