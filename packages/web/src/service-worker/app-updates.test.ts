import { expect, test, vi } from 'vitest'
import { AppUpdates } from './app-updates.ts'

type Listener = (event: { readonly isUpdate?: boolean }) => void

/** A worker whose life is told by the test. */
function fakeWorker(register: () => Promise<unknown> = async () => ({})) {
  const listeners = new Map<string, Listener>()
  return {
    tell: (type: 'waiting' | 'controlling', event = {}) => listeners.get(type)?.(event),
    addEventListener: (type: string, listener: Listener) => void listeners.set(type, listener),
    register: vi.fn(register),
    update: vi.fn(async () => undefined),
    messageSkipWaiting: vi.fn(),
  }
}

function open(worker: ReturnType<typeof fakeWorker> | undefined, time = { now: 0 }) {
  const reload = vi.fn()
  const updates = new AppUpdates(Promise.resolve(worker as never), reload, () => time.now)
  return { updates, reload, time }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('V11: a newer version is told of, and taken only when asked for', async () => {
  const worker = fakeWorker()
  const { updates, reload } = open(worker)
  const heard: string[] = []
  updates.subscribe(() => heard.push(updates.state()))
  await settled()
  worker.tell('waiting')
  expect([updates.state(), heard]).toEqual(['waiting', ['waiting']])
  expect(worker.messageSkipWaiting).not.toHaveBeenCalled()
  await updates.take()
  expect(worker.messageSkipWaiting).toHaveBeenCalledOnce()
  expect(reload).not.toHaveBeenCalled()
  worker.tell('controlling', { isUpdate: true })
  expect(reload).toHaveBeenCalledOnce()
})

test('V11: what another tab took is told of, and this tab is loaded again only when asked', async () => {
  const worker = fakeWorker()
  const { updates, reload } = open(worker)
  await settled()
  worker.tell('controlling', { isUpdate: true })
  expect([updates.state(), reload.mock.calls.length]).toEqual(['elsewhere', 0])
  await updates.take()
  expect(reload).toHaveBeenCalledOnce()
  expect(worker.messageSkipWaiting).not.toHaveBeenCalled()
})

test('V11: the first worker of a browser is no newer version', async () => {
  const worker = fakeWorker()
  const { updates } = open(worker)
  await settled()
  worker.tell('controlling', { isUpdate: false })
  expect(updates.state()).toBe('none')
})

test('V11: a server that is there again is asked, at most once a minute', async () => {
  const worker = fakeWorker()
  const { updates, time } = open(worker)
  await settled()
  await updates.ask()
  expect(worker.update).not.toHaveBeenCalled()
  time.now = 60_000
  await updates.ask()
  await updates.ask()
  expect(worker.update).toHaveBeenCalledOnce()
  worker.update.mockRejectedValueOnce(new TypeError('no network'))
  time.now = 120_000
  await updates.ask()
  expect(worker.update).toHaveBeenCalledTimes(2)
})

test.each([
  ['there is none', undefined],
  ['it is refused', fakeWorker(async () => Promise.reject(new Error('SecurityError')))],
  ['it is not kept', fakeWorker(async () => undefined)],
])('V11: without a worker, because %s, the app goes on without', async (_, worker) => {
  const { updates, time } = open(worker)
  await settled()
  time.now = 60_000
  await updates.ask()
  await updates.take()
  expect(updates.state()).toBe('none')
  if (worker !== undefined) expect(worker.update).not.toHaveBeenCalled()
})
