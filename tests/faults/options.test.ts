// The command line of the fault runs.
import { expect, test } from 'vitest'
import { OptionFault, readOptions } from './options.ts'

test('without options every fault is tried, the kills ten times with fifty senders', () => {
  expect(readOptions([], () => 0.5)).toEqual({
    ...{
      faults: ['server', 'postgres'],
      lostCommits: true,
      kills: 10,
      senders: 50,
      calm: 10,
      seed: 500_000,
      keep: undefined,
    },
  })
})

test('every option is read', () => {
  const args = [
    '--fault',
    'postgres',
    '--kills',
    '2',
    '--senders',
    '7',
    '--calm',
    '0.5',
    '--seed',
    '3',
    '--keep',
    'x',
  ]
  expect(readOptions(args, () => 0)).toEqual({
    ...{ faults: ['postgres'], lostCommits: false, kills: 2, senders: 7, calm: 0.5, seed: 3, keep: 'x' },
  })
  expect(readOptions(['--help'], () => 0)).toBeNull()
  expect(readOptions(['--fault', 'commits'], () => 0)).toMatchObject({ faults: [], lostCommits: true })
})

test.each([['--fault', 'disk'], ['--kills', '0'], ['--senders', '1.5'], ['--calm', 'x'], ['--unknown']])(
  '%s %s is refused',
  (...args) => {
    expect(() => readOptions(args, () => 0)).toThrow(OptionFault)
  },
)
