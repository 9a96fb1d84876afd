// Errors that no call waits for reach the application, or whoever watches for what nobody caught.
import { afterEach, expect, it } from 'vitest'
import { createReport, notify } from './report.ts'

const uncaught: unknown[] = []
const thrown = async (count: number) => {
  await expect.poll(() => uncaught).toHaveLength(count)
  return uncaught
}
const catchAll = () => {
  const watching = process.listeners('uncaughtException')
  process.removeAllListeners('uncaughtException')
  process.once('uncaughtException', (error) => {
    uncaught.push(error)
    for (const listener of watching) process.on('uncaughtException', listener)
  })
}
afterEach(() => {
  uncaught.length = 0
})

it('goes to the application that wants to know', () => {
  const heard: unknown[] = []
  createReport((error) => heard.push(error))('fault')
  expect(heard).toEqual(['fault'])
})

it('is thrown where nothing catches it if nobody wants to know', async () => {
  const fault = new TypeError('fault')
  catchAll()
  createReport(undefined)(fault)
  expect(await thrown(1)).toEqual([fault])
})

it('is thrown there too if telling of it fails', async () => {
  const fault = new TypeError('in onError')
  catchAll()
  createReport(() => {
    throw fault
  })('another')
  expect(await thrown(1)).toEqual([fault])
})

it('takes what a callback throws, whose caller goes on', () => {
  const heard: unknown[] = []
  const fault = new RangeError('in a callback')
  notify(
    (error) => heard.push(error),
    () => {
      throw fault
    },
  )
  expect(heard).toEqual([fault])
})
