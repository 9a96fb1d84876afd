import { describe, expect, test } from 'vitest'
import { OptionFault, readOptions } from './options.ts'
import { defaultStudies } from './scenarios/index.ts'

describe('options', () => {
  test('without any, all scenarios run once for five seconds', () => {
    const options = readOptions([])
    expect(options?.scenarios.map((scenario) => scenario.name)).toEqual([
      '1x1000',
      '100x10',
      'directs',
      'durable',
    ])
    expect(options?.studies.map((study) => study.name)).toEqual(defaultStudies)
    expect(options?.run).toEqual({
      seconds: 5,
      warmUpSeconds: 1,
      repeat: 1,
      senders: null,
      rate: null,
      textBytes: 100,
    })
  })

  test('rooms of any shape can be named', () => {
    const options = readOptions([
      '--scenarios',
      '3x7,durable',
      '--rate',
      '12.5',
      '--url',
      'http://localhost:8000',
    ])
    expect(options?.scenarios.map((scenario) => scenario.name)).toEqual(['3x7', 'durable'])
    expect(options?.scenarios[0]?.senders).toBe(21)
    expect(options?.run.rate).toBe(12.5)
    expect(options?.url?.port).toBe('8000')
  })

  test('Parley runs alone unless peers are named; a report has all of them and three rounds', () => {
    expect(readOptions([])?.contestants).toEqual(['parley'])
    expect(readOptions(['--contestants', 'parley,c'])?.contestants).toEqual(['parley', 'c'])
    expect(readOptions(['--contestants', 'all'])?.contestants).toContain('ejabberd')
    const report = readOptions(['--report'])
    expect(report?.contestants).toEqual(readOptions(['--contestants', 'all'])?.contestants)
    expect(report?.run.repeat).toBe(3)
    expect(readOptions(['--report', '--repeat', '1'])?.run.repeat).toBe(1)
  })

  test('help is no fault', () => {
    expect(readOptions(['--help'])).toBeNull()
  })

  test.each([
    [['--scenarios', 'nothing']],
    [['--scenarios', '0x10']],
    [['--seconds', 'long']],
    [['--seconds', '']],
    [['--repeat', '0']],
    [['--repeat', '1.5']],
    [['--text-bytes', '5']],
    [['--url', 'https://example.com']],
    [['--contestants', 'parley,nobody']],
    [['--unknown']],
    [['stray']],
  ])('%j is refused', (args) => {
    expect(() => readOptions(args)).toThrow(OptionFault)
  })
})
